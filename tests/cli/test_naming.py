"""`rushes naming`: names checked, made and taken apart."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits

pytestmark = pytest.mark.usefixtures("home")

FRAME = "nightjar/sq020/sh0030/renders/v002/sh0030_lighting_v002.1001.exr"
OWN = """\
shows_root = "shows"

[naming.templates]
movie = "{show}/{shot}/{shot}_{task}_v{version:03d}.mov"

[naming.shots]
episodic = "ep{episode:03d}_sc{scene:02d}_{shot:04d}"
"""


@pytest.fixture
def own(home: Path) -> Path:
    path = home / "rushes.toml"
    path.write_text(OWN)
    return home


def test_names_that_fit_end_well(rushes: Any) -> None:
    ended = rushes("naming", "check", FRAME, f"/mnt/shows/{FRAME}")
    assert ended.code == exits.OK
    assert ended.out.splitlines()[0] == f"fits  {FRAME}: render"
    (one, _) = rushes("naming", "check", "--json", FRAME, FRAME).json["names"]
    assert (one["nearest"], one["finding"]) == (None, None)
    assert one["fits"][0]["values"]["version"] == 2


def test_a_name_that_does_not_fit_is_told_why_and_what_it_should_be(rushes: Any) -> None:
    wrong = FRAME.replace("sh0030_", "sh0030-")
    ended = rushes("naming", "check", FRAME, wrong)
    assert ended.code == exits.FOUND
    assert f"wrong {wrong}: at '-lighting_v002.1001.exr' there should be '_'" in ended.out
    assert f"right:   {FRAME}" in ended.out
    assert ended.out.endswith("2 names, 1 of them wrong\n")
    (one,) = rushes("naming", "check", "--json", wrong).json["names"]
    assert one["nearest"]["template"] == "render"
    assert one["nearest"]["right"] == FRAME
    assert one["finding"]["rule"] == "naming.misfit"


def test_a_name_is_held_against_the_templates_that_are_asked_for(rushes: Any) -> None:
    assert rushes("naming", "check", "--template", "movie", FRAME).code == exits.FOUND
    ended = rushes("naming", "check", "--template", "{task}_v{version:02d}", "comp_v01")
    assert ended.code == exits.OK
    ended = rushes("naming", "check", "--like", "netflix", "NV_010_0020_comp_NFX_v001")
    assert ended.code == exits.OK


def test_what_a_terminal_or_json_cannot_show_is_escaped(rushes: Any) -> None:
    odd = os.fsdecode(b"sh\xff\n.exr")
    ended = rushes("naming", "check", odd)
    assert ended.code == exits.FOUND
    assert r"sh\xff\x0a.exr" in ended.out
    (one,) = rushes("naming", "check", "--json", odd).json["names"]
    assert one["path"] == r"sh\xff\x0a.exr"


@pytest.mark.parametrize("path", ["", "..", "a/../b", "\0"])
def test_odd_paths_are_told_and_do_no_harm(rushes: Any, path: str) -> None:
    assert rushes("naming", "check", path).code == exits.FOUND


def test_a_name_is_made_from_values(rushes: Any) -> None:
    words = ("shot=NV_010_0020", "task=comp", "vendor=NFX", "version=7")
    ended = rushes("naming", "format", "--like", "netflix", "version", *words)
    assert (ended.code, ended.out) == (exits.OK, "NV_010_0020_comp_NFX_v007\n")
    told = rushes("naming", "format", "--json", "{task}_v{version:04d}", "version=7", "task=x").json
    assert told["name"] == "x_v0007"
    assert told["values"] == {"version": 7, "task": "x"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("version=1",), "lacks task"),
        (("task=co_mp", "version=1"), "holds '_'"),
        (("task=comp", "version=one"), "must be a whole number, not 'one'"),
        (("task=comp", "version=1", "shto=1"), "'shto'"),
        (("task=comp", "version"), "'version' is no value of a token"),
        (("task=comp", "task=comp", "version=1"), "is given twice"),
        (("task=con", "version=1"), "device"),
    ],
)
def test_values_that_no_name_can_be_made_of_are_refused(
    rushes: Any, words: tuple[str, ...], why: str
) -> None:
    template = "{task}.v{version:03d}"
    ended = rushes("naming", "format", template, *words)
    assert ended.code == exits.NOT_THERE
    assert ended.out == ""
    assert why in ended.err


def test_names_are_taken_apart(rushes: Any) -> None:
    ended = rushes("naming", "parse", "{task}_v{version:03d}", "comp_v1000", "env01")
    assert ended.code == exits.FOUND
    first, second, *_ = ended.out.splitlines()
    assert first == "comp_v1000: {task}_v{version:03d}: task=comp version=1000"
    assert second.startswith("wrong env01: ")
    (one,) = rushes("naming", "parse", "--json", "all", FRAME).json["names"]
    assert one["fits"][0]["template"] == "render"
    assert rushes("naming", "parse", "all", FRAME).code == exits.OK


def test_a_template_that_makes_no_sense_is_refused(rushes: Any) -> None:
    ended = rushes("naming", "parse", "--json", "{shto}", "x")
    assert ended.code == exits.NOT_THERE
    assert ended.json["error"] == {
        "code": "notation.invalid",
        "message": "There is no token 'shto'.",
        "hint": "Did you mean shot?",
    }
    assert "Did you mean movie?" in rushes("naming", "parse", "move", "x").err
    assert "Did you mean netflix?" in rushes("naming", "list", "--like", "netflx").err


def test_a_projects_own_templates_go_before_those_that_come_along(rushes: Any, own: Path) -> None:
    listed = rushes("naming", "list", "--json").json
    assert [one["name"] for one in listed["templates"]] == ["movie"]
    assert [one["name"] for one in listed["shots"]] == ["episodic"]
    assert "ep{episode:03d}_sc{scene:02d}_{shot:04d}" in rushes("naming", "list").out
    name = "demo/ep001_sc01_0010/ep001_sc01_0010_comp_v001.mov"
    assert rushes("naming", "check", name).code == exits.OK
    assert rushes("naming", "check", name.replace("sc01", "sc1")).code == exits.FOUND


def test_below_the_folder_of_all_shows_paths_are_held_from_there(rushes: Any, own: Path) -> None:
    name = "demo/ep001_sc01_0010/ep001_sc01_0010_comp_v001.mov"
    assert rushes("naming", "check", f"shows/{name}").code == exits.OK
    assert rushes("naming", "check", own / "shows" / name).code == exits.OK
    assert rushes("naming", "check", f"shows/old/{name}").code == exits.FOUND
    assert rushes("naming", "check", f"other/{name}").code == exits.OK


def test_templates_in_the_settings_are_refused_by_name(rushes: Any, own: Path) -> None:
    (own / "rushes.toml").write_text('[naming.templates]\nmovie = "{show}{shot}"\n')
    ended = rushes("naming", "list")
    assert ended.code == exits.NOT_THERE
    assert "naming.templates.movie: The template '{show}{shot}' does not tell where" in ended.err


def test_templates_can_be_set_by_the_environment(
    rushes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_NAMING_TEMPLATES", "one={show}; two={show}/{shot}")
    listed = rushes("naming", "list", "--json").json
    assert [one["text"] for one in listed["templates"]] == ["{show}", "{show}/{shot}"]


def test_the_help_tells_every_command_in_a_whole_sentence(rushes: Any) -> None:
    ended = rushes("naming", "--help")
    assert ended.code == exits.OK
    assert not any(line.endswith("...") for line in ended.out.splitlines()[1:])
