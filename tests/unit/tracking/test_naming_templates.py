"""A project's templates are data: read, written, laid over a set that comes along."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rushes.core.errors import Code, RushesError
from rushes.tracking.naming_fit import fits
from rushes.tracking.naming_sets import SETS
from rushes.tracking.naming_templates import built_in, chosen, read_templates

PUBLISHED = (
    "/show/sequences/010/0500/fx/houdini/scenes/artist01/Smoke"
    "/usd/Smoke/particles01/data/particles01_v001_i001.usd"
)


@pytest.mark.parametrize("like", SETS)
def test_a_set_is_the_same_after_a_way_through_json(like: str) -> None:
    made = built_in(like)
    assert read_templates(json.loads(json.dumps(made.row()))) == made


@pytest.mark.parametrize(
    ("like", "path", "template"),
    [
        ("rushes", "nightjar/sq020/sh0030/renders/v002/sh0030_lighting_v002.1001.exr", "render"),
        ("rushes", "nightjar/sq020/sh0030/comp/work/sh0030_comp_v002_i010.nk", "workfile"),
        (
            "vfx-ops-toolkit",
            "examples/shows/demo_show/shots/shot010/renders/frame_0001.exr",
            "frames",
        ),
        ("vfx-ops-toolkit", "v001", "version"),
        ("project-manager", PUBLISHED, "part_version"),
        (
            "project-manager",
            "show/sequences/010/0500/fx/houdini/scenes/ana/Smoke/ana_fx_Smoke_v001_i012.hip",
            "workfile",
        ),
        ("onepiece", "seq010_sh010_lighting_v002", "scene"),
        ("onepiece", "FG_ep010_sc02_0010_comp_v004.mov", "delivery"),
        ("onepiece", "/projects/show/sequences/seq010/shot010/lighting_v002.nk", "scene_file"),
        ("netflix", "AGM_104_065_010_comp_NFX_v001", "version"),
        ("netflix", "AGM_104_065_010_comp_NFX_v001.1001.exr", "frames"),
        ("netflix", "Nightjar_Rushes_20251121_01.csv", "manifest"),
    ],
)
def test_names_as_their_makers_write_them_fit(like: str, path: str, template: str) -> None:
    assert [one.template for one in fits(built_in(like).templates, path)] == [template]


def test_the_stable_path_of_a_part_comes_from_that_of_a_version() -> None:
    templates = built_in("project-manager")
    (version,) = fits(templates.templates, PUBLISHED)
    stable = templates["part"].format(templates["part"].pick(version.values))
    assert stable.endswith("/Smoke/usd/Smoke/particles01/particles01.usd")


@pytest.mark.parametrize(
    ("like", "code", "grammar", "values"),
    [
        ("onepiece", "ep001_sc01_0010", "episodic", {"episode": 1, "scene": 1, "shot": 10}),
        ("onepiece", "seq010_sh010", "sequenced", {"sequence": 10, "shot": 10}),
        ("netflix", "NV_010_0020", "feature", {"show": "NV", "sequence": 10, "shot": 20}),
        (
            "netflix",
            "AGM_104_065_010",
            "episodic",
            {"show": "AGM", "episode": 104, "sequence": 65, "shot": 10},
        ),
    ],
)
def test_codes_of_shots_go_both_ways(
    like: str, code: str, grammar: str, values: dict[str, Any]
) -> None:
    templates = built_in(like)
    read = templates.shot(code)
    assert (read.grammar, read.values) == (grammar, values)
    assert templates.shot_code(grammar, values) == code


def test_a_code_of_no_grammar_is_refused() -> None:
    with pytest.raises(RushesError, match="'sh010' is no shot's code") as caught:
        built_in("onepiece").shot("sh010")
    assert "ep{episode:03d}" in caught.value.hint
    with pytest.raises(RushesError, match="no shot's code"):
        built_in("rushes").shot("sh010")
    with pytest.raises(RushesError, match="no grammar"):
        built_in("onepiece").shot_code("episodc", {})


def test_a_shot_in_a_name_is_a_code_of_the_project() -> None:
    delivery = built_in("onepiece")["delivery"]
    values = {"show": "FG", "shot": "sh010", "asset": "comp", "version": 4, "ext": "mov"}
    with pytest.raises(RushesError, match="'sh010' is no shot's code"):
        delivery.format(values)
    made = delivery.format({**values, "shot": "seq010_sh010"})
    assert made == "FG_seq010_sh010_comp_v004.mov"


def test_a_shows_own_code_may_stand_before_that_of_the_shot() -> None:
    own = read_templates(
        {
            "templates": {"version": "{shot}_{task}_v{version:03d}"},
            "shots": {"episodic": "{show}_ep{episode:03d}_sc{scene:02d}_{shot:04d}"},
            "tokens": {"show": "A-Z"},
        }
    )
    values = own["version"].parse("SHOW_ep001_sc01_0010_comp_v001")
    assert own.shot(str(values["shot"])).values["show"] == "SHOW"


def test_a_projects_own_stand_alone_or_are_laid_over_a_set() -> None:
    own = {"templates": {"slate": "{shot}_slate_v{version:03d}.{ext}"}}
    assert list(chosen("", own).templates) == ["slate"]
    assert [*chosen("netflix", own).templates][-1] == "slate"
    assert chosen("", {}) == built_in("rushes")
    narrower = chosen("netflix", {"tokens": {"show": "A-C"}})
    assert narrower["version"].match("NV_010_0020_comp_NFX_v001") is None


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"template": {}}, "no table in naming called 'template'"),
        ({"templates": ["{shot}"]}, "naming.templates must be a table"),
        ({"templates": {"one": 1}}, "naming.templates.one must be text"),
        ({"templates": {"all": "{shot}"}}, "'all' cannot be a name"),
        ({"templates": {"one/two": "{shot}"}}, "'one/two' cannot be a name"),
        ({"templates": {"one": "{shoot}"}}, "naming.templates.one: There is no token 'shoot'"),
        (
            {"templates": {"one": "{shot}0"}, "shots": {"own": "{sequence:03d}_{shot:03d}"}},
            "does not tell where {shot} ends and '0' begins",
        ),
        ({"tokens": {"show": "A-Z/"}}, "naming.tokens: The token show cannot hold"),
        ({"shots": {"one": "{sequence}_{shot}"}}, "naming.shots.one"),
        ({"shots": {"one": "{show}/{shot:03d}"}}, "naming.shots.one"),
        ({"shots": {"one": "{shot:03d}[_{view}]"}}, "naming.shots.one"),
        ({"shots": {"one": "{shot:03d}_{shot:03d}"}}, "naming.shots.one"),
    ],
)
def test_tables_that_make_no_sense_are_refused_by_entry(table: dict[str, Any], why: str) -> None:
    with pytest.raises(RushesError) as caught:
        read_templates(table)
    assert why in caught.value.message
    assert caught.value.code is Code.NOTATION_INVALID


def test_unknown_names_are_told_with_the_nearest() -> None:
    with pytest.raises(RushesError) as caught:
        built_in("netflx")
    assert caught.value.hint == "Did you mean netflix?"
    with pytest.raises(RushesError) as caught:
        built_in("netflix")["versions"]
    assert caught.value.hint == "Did you mean version?"
    with pytest.raises(RushesError, match="no set of templates"):
        chosen("none", {})
