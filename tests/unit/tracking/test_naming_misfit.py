"""A name that does not fit is told where it leaves the nearest template, and what it should be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.model.finding import Severity
from rushes.tracking.naming import template
from rushes.tracking.naming_fit import fits, misfit
from rushes.tracking.naming_misfit import departure
from rushes.tracking.naming_sets import SETS
from rushes.tracking.naming_templates import built_in

SHOT = "nightjar/sq020/sh0030"


@pytest.mark.parametrize(
    ("like", "path", "nearest", "right"),
    [
        (
            "onepiece",
            "FG_ep010_sc02_0010_comp_v4.mov",
            "delivery",
            "FG_ep010_sc02_0010_comp_v004.mov",
        ),
        (
            "onepiece",
            "FG-ep010_sc02_0010 comp_V004.mov",
            "delivery",
            "FG_ep010_sc02_0010_comp_v004.mov",
        ),
        (
            "onepiece",
            "FG_ep10_sc2_010_comp_v004.mov",
            "delivery",
            "FG_ep010_sc02_0010_comp_v004.mov",
        ),
        ("netflix", "agm_104_065_010_comp_NFX_v001", "version", "AGM_104_065_010_comp_NFX_v001"),
        ("netflix", " AGM_104_065_010_comp_NFX_v001\n", "version", "AGM_104_065_010_comp_NFX_v001"),
        (
            "rushes",
            f"{SHOT}/renders/v002/SH0030-lighting_v2.1.exr",
            "render",
            f"{SHOT}/renders/v002/sh0030_lighting_v002.0001.exr",
        ),
        ("rushes", f"{SHOT}/renders/v002/sh0040_lighting_v002.1001.exr", "render", ""),
        ("rushes", f"{SHOT}/renders/v002/sh0030_lighting_v003.1001.exr", "render", ""),
        (
            "vfx-ops-toolkit",
            "demo_show\\shots\\shot010\\renders\\frame_1.exr",
            "frames",
            "demo_show/shots/shot010/renders/frame_0001.exr",
        ),
        ("vfx-ops-toolkit", "env01", "version", ""),
    ],
)
def test_what_was_meant_is_told_where_it_is_certain(
    like: str, path: str, nearest: str, right: str
) -> None:
    told = misfit(built_in(like).templates, path)
    assert (told.template, told.departure.right) == (nearest, right)


@pytest.mark.parametrize(
    ("text", "name", "at", "why"),
    [
        (
            "{task}_v{version:03d}.{ext}",
            "comp_v01.exr",
            6,
            "{version:03d} has the wrong padding: '01'",
        ),
        ("{task}_v{version:03d}.{ext}", "comp_v0001.exr", 6, "wrong padding: '0001'"),
        ("{task}_v{version:03d}.{ext}", "comp_x001.exr", 5, "at 'x001.exr' there should be 'v'"),
        ("{task}_v{version:03d}.{ext}", "comp_vx.exr", 6, "a number of 3 digits or more"),
        ("{task}_v{version:03d}.{ext}", "comp_v001", 9, "at its end there should be '.'"),
        ("{task}_v{version:03d}.{ext}", "comp_v001.", 0, "a dot or a space at its end"),
        ("{task}_v{version:03d}", "comp_v001_x", 9, "it should end before '_x'"),
        ("{task}_v{version:03d}", "_v001", 0, "{task} may hold A-Za-z0-9-, and not '_'"),
        ("{task}[.{frame:04d}]_v{version}", "comp-x", 6, "there should be '.' or '_v'"),
        ("{show}/{shot}/{shot}_{task}", "a/b/c_comp", 4, "{shot} is 'b' at first, and at 'c_comp'"),
        ("{shot}_{task}_v{version}", "a_b_c_x1", 4, "at 'c_x1' there should be 'v'"),
        ("{shot}[_{task}]_v{version}", "a_b_v1", 6, "it may be read as shot=a_b version=1 or as"),
    ],
)
def test_where_a_name_leaves_a_template_is_told(text: str, name: str, at: int, why: str) -> None:
    told = departure(template(text), name)
    assert why in told.why
    assert told.at == at


def test_a_code_of_a_shot_is_looked_into() -> None:
    told = misfit(built_in("netflix").templates, "AGM_104_65_010_comp_NFX_v001.mov")
    assert told.departure.why == "in {shot}, {sequence:03d} has the wrong padding: '65'"
    assert told.held[told.departure.at :].startswith("65_")


def test_a_misfit_is_a_finding() -> None:
    found = misfit(built_in("netflix").templates, "x/AGM_104_065_010_comp_NFX_v1\udcff").finding()
    assert (found.rule, found.severity) == ("naming.misfit", Severity.ERROR)
    assert found.subject == "x/AGM_104_065_010_comp_NFX_v1\\xff"
    assert "\udcff" not in "".join(found.row().values())


@pytest.mark.parametrize("path", ["x/../y", "..", "/../demo/shots/a/renders/frame_0001.exr"])
def test_what_leads_out_fits_nothing(path: str) -> None:
    templates = built_in("vfx-ops-toolkit").templates
    assert fits(templates, path) == []
    assert "leads out" in misfit(templates, path).departure.why


def test_a_path_from_the_folder_of_all_shows_is_held_against_templates_whole() -> None:
    templates = built_in("vfx-ops-toolkit").templates
    path = "old/demo_show/shots/shot010/renders/frame_0001.exr"
    assert fits(templates, path, rooted=True) == []
    assert fits(templates, path)[0].held == path.removeprefix("old/")
    assert fits(templates, "demo_show/v001", rooted=True)[0].template == "version"


def test_a_path_with_an_optional_folder_fits_with_and_without_it() -> None:
    one = {"one": template("{show}[/{sequence}]/v{version:03d}")}
    assert fits(one, "/x/demo/sq010/v001")[0].values["sequence"] == "sq010"
    assert fits(one, "demo/v001")[0].values == {"show": "demo", "version": 1}


PIECES = [
    "AGM",
    "_",
    "-",
    ".",
    "/",
    "104",
    "1",
    "v",
    "V",
    "comp",
    " ",
    "ep",
    "sc",
    "\n",
    "é",
    "\udcff",
]


@pytest.mark.parametrize("like", SETS)
@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
def test_what_is_proposed_fits(like: str, name: str) -> None:
    templates = built_in(like).templates
    if fits(templates, name):
        return
    told = misfit(templates, name)
    assert told.departure.why
    assert 0 <= told.departure.at <= len(told.held)
    if told.departure.right:
        assert templates[told.template].match(told.departure.right) is not None
        assert told.departure.right != told.held
