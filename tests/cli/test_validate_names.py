"""`rushes validate names`, `names-batch`, `paths`, `asset-consistency`, and `run` by default."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits

Command = Callable[..., Any]
GOOD, WRONG = "NV_010_0020_comp_NFX_v001", "NV_010_0020_comp_NFX_v1"
TEMPLATE = ("--template", "{shot}_{task}_v{version:03d}.{ext}")


@pytest.fixture
def nv(rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    (home / "shots.csv").write_text("sequence,shot\nsq010,sh0010\nsq010,sh0020\n")
    assert rushes("show", "create", "NV", "--root", home / "NV").code == exits.OK
    assert rushes("show", "import", "NV", "shots.csv").code == exits.OK
    return home


def test_validate_alone_still_looks_for_gaps(rushes: Command, shows: Path) -> None:
    asked = ("--shows-root", str(shows), "--no-db", "--json")
    ended = rushes("validate", *asked)
    assert ended.json["schema"] == "rushes.validate/1"
    assert rushes("validate", "run", *asked).out == ended.out
    assert rushes("validate", "nemas").code == exits.NOT_THERE


def test_names_are_told_right_and_wrong_with_what_they_should_be(
    rushes: Command, home: Path
) -> None:
    assert rushes("validate", "names", "--like", "netflix", GOOD).code == exits.OK
    ended = rushes("validate", "names", "--like", "netflix", GOOD, WRONG, "--json")
    assert ended.code == exits.FOUND
    good, wrong = ended.json["names"]
    assert good["ok"]
    assert wrong["right"] == GOOD
    text = rushes("validate", "names", "--like", "netflix", WRONG).out
    assert f"right: {GOOD}" in text
    assert "1 name, 1 of them wrong" in text


def test_a_shots_code_by_itself_is_good_where_a_grammar_has_it(rushes: Command, home: Path) -> None:
    assert rushes("validate", "names", "--like", "onepiece", "ep001_sc01_0010").code == exits.OK
    assert rushes("validate", "names", "--like", "onepiece", "ep1_sc1_10").code == exits.FOUND


def test_templates_come_from_a_file(rushes: Command, home: Path) -> None:
    (home / "rules.toml").write_text('[templates]\nmovie = "{shot}_v{version:03d}.mov"\n')
    asked = ("validate", "names", "--templates", "rules.toml")
    assert rushes(*asked, "sh010_v001.mov").code == exits.OK
    assert rushes(*asked, "sh010_v1.mov").code == exits.FOUND
    (home / "rules.toml").write_text("[templates\n")
    assert rushes(*asked, "sh010_v001.mov").code == exits.NOT_THERE


def test_a_name_of_a_shot_that_is_not_on_record_is_wrong(rushes: Command, nv: Path) -> None:
    asked = ("validate", "names", "--project", "NV", *TEMPLATE, "--json")
    assert rushes(*asked, "sh0010_comp_v001.mov", "sq010_sh0020_comp_v001.mov").code == exits.OK
    (one,) = rushes(*asked, "sh0011_comp_v001.mov").json["names"]
    (found,) = one["findings"]
    assert found["rule"] == "naming.shot"
    assert found["wanted"] == "sh0010"
    assert rushes("validate", "names", "--project", "XX", "a").code == exits.NOT_THERE


def test_a_batch_tells_the_line_and_the_name_that_it_should_have(
    rushes: Command, home: Path
) -> None:
    lines = ("\ufeffName;Shot;Version", "sh010_comp_v3.mov;sh010;v3", "sh010_comp_v002.mov;;2",
             "sh010_comp_v004.mov;;5", "SH010_comp_v002.mov;;", ";sh010;1")  # fmt: skip
    (home / "a.csv").write_text("\r\n".join(lines))
    ended = rushes("validate", "names-batch", "a.csv", *TEMPLATE, "--json")
    assert ended.code == exits.FOUND
    padded, good, other, twin, none = ended.json["names"]
    assert (padded["where"], padded["right"]) == ("a.csv:2", "sh010_comp_v003.mov")
    assert good["ok"]
    assert other["findings"][0]["message"] == "The name says version 4, the row 5."
    assert other["right"] == "sh010_comp_v005.mov"
    assert twin["findings"][0]["rule"] == "naming.twice"
    assert none["findings"][0]["message"] == "The row has no name."
    assert "a.csv:4" in rushes("validate", "names-batch", "a.csv", *TEMPLATE).out


@pytest.mark.parametrize(
    "document", [["sh010_comp_v001.mov"], {"files": [{"delivery_path": "sh010_comp_v001.mov"}]}]
)
def test_a_batch_may_be_json(rushes: Command, home: Path, document: object) -> None:
    (home / "a.json").write_text(json.dumps(document))
    ended = rushes("validate", "names-batch", "a.json", *TEMPLATE, "--json")
    assert ended.code == exits.OK
    assert ended.json["names"][0]["where"] == "a.json, entry 1"


@pytest.mark.parametrize(
    "data",
    ["", "shot\nx\n", '"a', "{", '{"names": 3}', "[3]", "name\na,b\n",
     '[{"name": "a", "name": "b"}]', '[{"Name": "a", "name": "b"}]'])  # fmt: skip
def test_a_batch_that_makes_no_sense_is_no_success(rushes: Command, home: Path, data: str) -> None:
    (home / "a.csv").write_text(data)
    ended = rushes("validate", "names-batch", "a.csv")
    assert ended.code in (exits.FOUND, exits.NOT_THERE)
    assert "a.csv" in ended.err
    assert rushes("validate", "names-batch", "gone.csv").code == exits.NOT_THERE


def test_paths_are_held_against_the_folders_of_the_show(rushes: Command, nv: Path) -> None:
    asked = ("validate", "paths", "--project", "NV", "--json")
    good = ("sq010/sh0010/plates/v001/a.exr", str(nv / "NV" / "io" / "in"))
    assert rushes(*asked, *good).code == exits.OK
    ended = rushes(*asked, "sq010/sh0010/plats", "sq010/sh0100/plates", "a/../b")
    assert ended.code == exits.FOUND
    nearly, unknown, unsafe = (one["findings"][0] for one in ended.json["paths"])
    assert (nearly["rule"], nearly["wanted"]) == ("path.nearly", "plates")
    assert unknown["rule"] == "path.shot"
    assert unsafe["rule"] == "path.unsafe"
    assert "1 path, 1 of them wrong" in rushes("validate", "paths", "sq010/sh0010/plats").out


def test_uses_of_assets_are_held_against_the_records(rushes: Command, nv: Path) -> None:
    asked = ("validate", "asset-consistency", "--project", "NV")
    none = rushes(*asked)
    assert none.code == exits.NOT_THERE
    assert "no use was looked at" in none.err
    (nv / "uses.csv").write_text("shot,asset,version\nsh0010,Oak_Tree,v3\n")
    ended = rushes(*asked, "--manifest", "uses.csv", "--json")
    assert ended.code == exits.FOUND
    assert ended.json["uses"] == 1
    assert ended.json["findings"][0]["rule"] == "asset.unknown"
    (nv / "uses.csv").write_text("shot,asset,version\nsh0010,Oak_Tree,three\n")
    assert "'three' is no version" in rushes(*asked, "--manifest", "uses.csv").err
