"""Names and manifests are read as what they say, and held against one another."""

from __future__ import annotations

import pytest

from rushes.exchange.agreeing import agreed
from rushes.exchange.claim import Claim, claim_of_entry, claims_of_path, nearest
from rushes.exchange.manifest import Entry
from rushes.tracking.naming_templates import Templates, built_in, read_templates

SEED = "FG_ep010_sc02_0010_comp_v004.mov"


@pytest.fixture
def onepiece() -> Templates:
    return built_in("onepiece")


def test_the_seeds_names_are_read(onepiece: Templates) -> None:
    (one,) = claims_of_path(onepiece.templates, SEED)
    assert (one.show, one.shot, one.task, one.version) == ("FG", "ep010_sc02_0010", "comp", 4)
    assert ("ep010", "sc02", "0010") in one.codes()


def test_a_sequence_is_read_without_its_number_where_the_ending_may_hold_it(
    onepiece: Templates,
) -> None:
    path = SEED.replace(".mov", ".1001.exr")
    (one,) = claims_of_path(onepiece.templates, path, unnumbered=SEED.replace("mov", "exr"))
    assert (one.shot, one.version) == ("ep010_sc02_0010", 4)


def test_netflix_names_are_read() -> None:
    templates = built_in("netflix").templates
    (one,) = claims_of_path(templates, "AGM_104_065_010_comp_NFX_v001.1001.exr")
    assert (one.shot, one.task, one.version) == ("AGM_104_065_010", "comp", 1)


def test_a_folder_tells_where_the_file_does_not() -> None:
    templates = read_templates({"templates": {"folder": "{shot}_{task}_v{version:03d}"}}).templates
    (one,) = claims_of_path(templates, "x/sh010_comp_v002/frame.1001.exr")
    assert (one.shot, one.task, one.version) == ("sh010", "comp", 2)
    assert claims_of_path(templates, "x/frame.1001.exr") == []


def test_a_name_without_a_version_is_no_claim() -> None:
    templates = read_templates({"templates": {"file": "{shot}_{task}.{ext}"}}).templates
    assert claims_of_path(templates, "sh010_comp.exr") == []


def test_names_that_may_be_read_in_two_ways_are_two_claims() -> None:
    templates = read_templates(
        {"templates": {"a": "{shot}_{task}_v{version:03d}.{ext}",
                       "b": "{task}_{shot}_v{version:03d}.{ext}"}}
    ).templates  # fmt: skip
    assert len(claims_of_path(templates, "one_two_v001.exr")) == 2


def test_the_nearest_template_is_told() -> None:
    templates = read_templates({"templates": {"f": "{shot}_{task}_v{version:03d}.{ext}"}}).templates
    why, better = nearest(templates, "SH010-comp-v1.exr")
    assert why
    assert better


def test_frames_are_not_told_to_be_named_as_a_scene_of_the_studio() -> None:
    templates = read_templates(
        {
            "templates": {
                "workfile": "{shot}_{task}_v{version:03d}_i{iteration:03d}.{ext}",
                "movie": "{shot}_{task}_v{version:03d}.{ext}",
                "render": "{shot}/renders/{shot}_{task}_v{version:03d}.{frame:04d}.{ext}",
            }
        }
    ).templates
    why, better = nearest(templates, "sh0010_comp_v011.1001.exr", frames=True)
    assert "render" in why
    assert "iteration" not in better


NAMED = Claim("delivery", "FG", shot="ep010_sc02_0010", task="comp", version=4)


@pytest.mark.parametrize(
    "said",
    [
        {"episode": "ep010", "scene": "sc02", "shot": "0010", "asset": "comp", "version": 4},
        {"shot": "0010", "version": 4},
        {"shot": "10"},
        {"shot": "ep010_sc02_0010", "asset": "COMP"},
        {},
    ],
)
def test_a_manifest_that_says_the_same_or_less_agrees(said: dict[str, object]) -> None:
    listed = claim_of_entry(Entry("m.csv:2", "a.mov")._replace(**said))  # type: ignore[arg-type]
    claims, wrong = agreed([NAMED], listed)
    assert wrong == ""
    assert (claims[0].shot, claims[0].task, claims[0].version) == ("ep010_sc02_0010", "comp", 4)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"shot": "0020"}, "0020"),
        ({"scene": "sc03", "shot": "0010"}, "sc03_0010"),
        ({"version": 5}, "v005"),
        ({"shot": "0010", "asset": "fx"}, "fx"),
        ({"show": "XX"}, "XX"),
    ],
)
def test_a_manifest_that_says_something_else_does_not(said: dict[str, object], word: str) -> None:
    listed = claim_of_entry(Entry("m.csv:2", "a.mov")._replace(**said))  # type: ignore[arg-type]
    claims, wrong = agreed([NAMED], listed)
    assert claims == []
    assert word in wrong
    assert "m.csv:2" in wrong


def test_a_manifest_picks_among_the_ways_to_read_a_name() -> None:
    ways = [
        Claim("a", shot="one", task="two", version=1),
        Claim("b", shot="two", task="one", version=1),
    ]
    claims, _ = agreed(ways, Claim("m.csv:2", shot="two"))
    assert [one.task for one in claims] == ["one"]


def test_an_asset_of_a_manifest_without_a_shot_is_an_asset() -> None:
    assert claim_of_entry(Entry("m:2", "a", asset="bear", version=1)).asset == "bear"
    assert claim_of_entry(Entry("m:2", "a", asset="comp", shot="sh010")).task == "comp"


def test_a_code_that_holds_its_episode_and_scene_is_not_given_them_again() -> None:
    named = Claim("name", shot="ep010_sc02_0010", task="comp", version=4)
    ((one,), _) = agreed([named], Claim("m.csv:2", episode="ep010", scene="sc02", shot="10"))
    assert (one.episode, one.scene, one.shot) == ("", "", "ep010_sc02_0010")
