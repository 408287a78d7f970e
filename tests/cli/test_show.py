"""`rushes show`: a show set up from the first record to the folders, on a real database."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits

Command = Callable[..., Any]
SHEET = """Sequence;Shot;Frame In;Frame Out;Tasks
sq010;sh0010;1001.0;1048;comp, anim
sq010;sh0020;;;
"""
EDL = """TITLE: REEL 1
001  A001 V C 01:00:00:00 01:00:02:00 00:00:00:00 00:00:02:00
* FROM CLIP NAME: sq010_sh0010
002  A002 V C 01:00:00:00 01:00:02:00 00:00:02:00 00:00:04:00
* FROM CLIP NAME: sq010_sh0030
"""


@pytest.fixture
def here(home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    (home / "a.csv").write_bytes(b"\xef\xbb\xbf" + SHEET.encode())
    (home / "a.edl").write_text(EDL)
    return home


@pytest.fixture
def nv(rushes: Command, here: Path) -> Path:
    assert rushes("show", "create", "NV", "--root", here / "NV").code == exits.OK
    return here


def test_without_a_database_there_is_no_show_and_none_is_made(rushes: Command, home: Path) -> None:
    assert rushes("show", "list", "--json").json["shows"] == []
    assert rushes("show", "info", "NV").code == exits.NOT_THERE
    assert "not made" in rushes("db", "status").out


def test_a_show_is_made_listed_and_told(rushes: Command, here: Path) -> None:
    given = ("show", "create", "NV", "--fps", "25", "--handles", "12", "--name", "Nightjar")
    dry = rushes(*given, "--dry-run", "--json").json
    assert (dry["dry_run"], dry["show"]["id"], dry["plan"]) == (True, None, None)
    assert rushes("show", "list", "--json").json["shows"] == []
    made = rushes(*given, "--json").json
    assert made["show"]["fps"] == "25"
    (listed,) = rushes("show", "list", "--json").json["shows"]
    assert listed["id"] == made["show"]["id"]
    assert rushes(*given).code == exits.NOT_THERE  # it is there already
    info = rushes("show", "info", "NV", "--json").json
    assert info["counts"]["shot"] == 0
    assert {one["rule"] for one in info["findings"]} == {"show.missing"}
    assert "Nightjar" in rushes("show", "info", "NV").out


@pytest.mark.parametrize("option", [("--fps", "0"), ("--grammar", "{shto}"), ("--root", "")])
def test_a_show_that_makes_no_sense_is_not_made(
    rushes: Command, here: Path, option: tuple[str, str]
) -> None:
    assert rushes("show", "create", "NV", *option).code == exits.NOT_THERE
    assert rushes("show", "list", "--json").json["shows"] == []


def test_a_show_is_put_away_and_taken_back(rushes: Command, nv: Path) -> None:
    assert rushes("show", "archive", "NV", "--json").json["show"]["archived"]
    assert rushes("show", "list", "--json").json["shows"] == []
    assert len(rushes("show", "list", "--archived", "--json").json["shows"]) == 1
    assert "already" in rushes("show", "archive", "NV").out
    assert "restore" in rushes("show", "import", "NV", "a.csv").err
    assert rushes("show", "restore", "NV").code == exits.OK
    assert len(rushes("show", "list", "--json").json["shows"]) == 1


def test_a_dry_run_tells_the_very_plan_that_is_applied(rushes: Command, nv: Path) -> None:
    given = ("show", "import", "NV", "a.csv", "--tasks", "lgt", "--json")
    dry = rushes(*given, "--dry-run").json
    assert rushes("show", "info", "NV", "--json").json["counts"]["shot"] == 0
    done = rushes(*given).json
    assert done.pop("written")["made"] == {"sequence": 1, "shot": 2, "task": 4}
    assert (dry.pop("written"), dry.pop("dry_run"), done.pop("dry_run")) == (None, True, False)
    assert dry == done
    again = rushes("show", "import", "NV", "a.csv", "--tasks", "lgt")
    assert again.out.splitlines()[-1] == "NV: 2 unchanged"


def test_a_cut_is_held_against_the_sheet(rushes: Command, nv: Path) -> None:
    pytest.importorskip("opentimelineio")
    rushes("show", "import", "NV", "a.csv")
    given = ("show", "import", "NV", "a.edl", "--omit")
    ended = rushes(*given, "--dry-run")
    assert ended.code == exits.OK
    assert "change   shot sq010/sh0010 frame_out: 1048 → 1064" in ended.out
    assert 'omit     shot sq010/sh0020 status: "not_started" → "omit"' in ended.out
    assert "Nothing was written." in ended.out
    document = rushes(*given, "--json").json
    assert document["written"]["changed"] == {"shot": 2}
    statuses = rushes("show", "info", "NV", "--json").json["statuses"]
    assert statuses["shot"] == {"not_started": 2, "omit": 1}


def test_what_wants_a_look_ends_with_1(rushes: Command, nv: Path) -> None:
    pytest.importorskip("opentimelineio")
    (nv / "b.edl").write_text(EDL.replace("sq010_sh0030", "TITLES"))
    ended = rushes("show", "import", "NV", "b.edl")
    assert ended.code == exits.FOUND
    assert "shot.unnamed" in ended.out
    assert "event 002" in ended.out


def test_a_cell_that_makes_no_sense_ends_with_2_and_writes_nothing(
    rushes: Command, nv: Path
) -> None:
    (nv / "b.csv").write_text(SHEET.replace("1048", "10z8"))
    ended = rushes("show", "import", "NV", "b.csv")
    assert ended.code == exits.NOT_THERE
    assert "line 2, column 'Frame Out' (D): '10z8' is no whole number" in ended.err
    assert rushes("show", "info", "NV", "--json").json["counts"]["sequence"] == 0


@pytest.mark.parametrize("name", ["nothing.csv", "x.xlsx", "."])
def test_a_file_that_cannot_be_read_is_told(rushes: Command, nv: Path, name: str) -> None:
    (nv / "x.xlsx").write_bytes(b"PK")
    assert rushes("show", "import", "NV", name).code == exits.NOT_THERE


def test_without_opentimelineio_a_cut_tells_what_to_install(
    rushes: Command, nv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rushes.tracking.shows.timeline.find_spec", lambda _: None)
    ended = rushes("show", "import", "NV", "a.edl")
    assert ended.code == exits.UNAVAILABLE
    assert "rushes[editorial]" in ended.err


@pytest.mark.parametrize("form", ["csv", "json", "yaml", "otio"])
def test_an_export_comes_back_whole(rushes: Command, nv: Path, form: str) -> None:
    if form == "otio":
        pytest.importorskip("opentimelineio")
    rushes("show", "import", "NV", "a.csv")
    first = rushes("show", "export", "NV", "--format", form, "--json").json
    ended = rushes("show", "export", "NV", "-o", f"out.{form}")
    assert ended.out == f"2 shots written to out.{form}\n"
    assert (nv / f"out.{form}").read_bytes().decode() == first["content"]
    rushes("show", "create", "TWO")
    assert rushes("show", "import", "TWO", f"out.{form}").code == exits.OK
    second = rushes("show", "export", "TWO", "--format", form, "--json").json
    assert second["content"].replace("TWO", "NV") == first["content"]


def test_what_an_export_holds_is_said_by_its_name_or_not_written(rushes: Command, nv: Path) -> None:
    refused = rushes("show", "export", "NV", "-o", "nv.xyz")
    assert refused.code == exits.NOT_THERE
    assert "--format" in refused.err
    assert not (nv / "nv.xyz").exists()
    assert rushes("show", "export", "NV", "-o", "nv.xyz", "--format", "json").code == exits.OK
    json.loads((nv / "nv.xyz").read_text())


def test_a_show_called_nearly_like_another_is_made_and_told(rushes: Command, nv: Path) -> None:
    made = rushes("show", "create", "nv")
    assert made.code == exits.OK
    assert "another than NV" in made.err
    assert rushes("show", "create", "NVX").err == ""


def test_a_template_makes_another_show_the_same(rushes: Command, nv: Path) -> None:
    rushes("show", "import", "NV", "a.csv")
    saved = rushes("show", "template", "save", "NV", "t.yaml", "--json").json
    assert saved["counts"] == {"task_types": 0, "sequences": 1, "assets": 0, "shots": 2}
    made = rushes("show", "create", "TWO", "--template", "t.yaml", "--json").json
    assert made["plan"]["written"]["made"] == {"sequence": 1, "shot": 2, "task": 2}
    assert rushes("show", "template", "apply", "TWO", "t.yaml").out.startswith("TWO: 2 unchanged")
    dry = rushes("show", "template", "apply", "NV", "t.yaml", "--dry-run", "--json").json
    assert (dry["added"], dry["changed"]) == ([], [])


def test_a_template_with_an_unknown_key_is_refused_with_its_line(rushes: Command, nv: Path) -> None:
    (nv / "t.yaml").write_text("schema: rushes.show-template/1\nshosts: []\n")
    ended = rushes("show", "template", "apply", "NV", "t.yaml")
    assert ended.code == exits.NOT_THERE
    assert "line 2" in ended.err
    assert rushes("show", "create", "TWO", "--template", "t.yaml").code == exits.NOT_THERE
    assert len(rushes("show", "list", "--json").json["shows"]) == 1


def test_folders_are_planned_made_and_left(rushes: Command, nv: Path) -> None:
    rushes("show", "import", "NV", "a.csv")
    for more in ((), ("--dry-run",)):
        refused = rushes("show", "folders", "NV", "--group", "no-such-group", *more)
        assert refused.code == exits.NOT_THERE
    dry = rushes("show", "folders", "NV", "--dry-run", "--json").json
    assert (dry["made"], dry["there"]) == (None, [])
    assert not (nv / "NV").exists()
    done = rushes("show", "folders", "NV", "--json").json
    assert done["made"] == dry["make"]
    assert (nv / "NV/sq010/sh0010/comp/work").is_dir()
    assert ", 0 made" in rushes("show", "folders", "NV").out


def test_folders_may_follow_a_file_and_what_is_in_the_way_ends_with_1(
    rushes: Command, nv: Path
) -> None:
    rushes("show", "import", "NV", "a.csv")
    structure = {"schema": "rushes.folders/1", "folders": ["edit", "{sequence}/{shot}"]}
    (nv / "f.json").write_text(json.dumps(structure))
    (nv / "own").mkdir()
    (nv / "own" / "edit").write_text("")
    given = ("show", "folders", "NV", "--at", "own", "--template", "f.json", "--mode", "775")
    ended = rushes(*given)
    assert ended.code == exits.FOUND
    assert "folder.blocked" in ended.out
    assert (nv / "own/sq010/sh0020").is_dir()
    assert rushes("show", "folders", "NV", "--mode", "9").code == exits.NOT_THERE


def test_layers_of_a_show_without_any_part_are_not_made_and_that_is_told(
    rushes: Command, nv: Path
) -> None:
    pytest.importorskip("pxr")
    rushes("show", "import", "NV", "a.csv")
    ended = rushes("usd", "rebuild", "--show", "NV")
    assert ended.code == exits.NOT_THERE
    assert "No part is on record" in ended.err


def test_an_export_to_stdout_begins_with_its_first_column(rushes: Command, nv: Path) -> None:
    rushes("show", "import", "NV", "a.csv")
    assert rushes("show", "export", "NV").out.startswith("episode,")
    assert rushes("show", "export", "NV", "-o", "nv.csv").code == exits.OK
    assert (nv / "nv.csv").read_bytes().startswith(b"\xef\xbb\xbfepisode,")


def test_tasks_of_no_type_are_no_tasks_and_refused(rushes: Command, nv: Path) -> None:
    assert rushes("show", "import", "NV", "a.csv", "--tasks", ",,").code == exits.NOT_THERE
