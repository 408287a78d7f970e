"""`rushes policy`: policies listed, shown and tried."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.policy.shelf import pack, packs
from rushes.testing.media.exr_corners import file, header

pytestmark = pytest.mark.usefixtures("home")

OURS = """\
name = "ours"
version = "7"
description = "What we want."

[rules.plain]
check = "compression"
one_of = ["NONE"]

[rules.owner]
check = "attribute"
names = "owner"

[rules.alpha]
check = "channels"
types = "HALF"
only = { channel = "A" }

[rules.finite]
check = "pixels"
max_nan = 0

[rules.drift]
check = "drift"
"""


@pytest.fixture
def ours(home: Path) -> Path:
    path = home / "policies" / "ours.toml"
    path.parent.mkdir()
    path.write_text(OURS)
    return path


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    folder = tmp_path / "frames"
    folder.mkdir()
    for frame in (1001, 1002, 1003):
        kind = "int 1" if frame == 1003 else "int 0"
        (folder / f"plate.{frame}.exr").write_bytes(file(header(kind)))
    return folder


def test_all_policies_are_listed(rushes: Any) -> None:
    ended = rushes("policy", "list")
    assert ended.code == exits.OK
    assert [line.split()[0] for line in ended.out.splitlines()] == list(packs())
    listed = rushes("policy", "list", "--json").json["policies"]
    assert [one["digest"] for one in listed] == [pack(name).digest for name in packs()]


def test_the_help_tells_every_command_in_a_whole_sentence(rushes: Any) -> None:
    ended = rushes("policy", "--help")
    assert ended.code == exits.OK
    assert not any(line.endswith("...") for line in ended.out.splitlines()[1:])


def test_a_studios_own_are_listed_with_those_that_make_no_sense(
    rushes: Any, ours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_POLICY_FOLDER", str(ours.parent))
    assert "ours" in rushes("policy", "list").out
    (ours.parent / "odd.toml").write_text(OURS.replace("ours", "odd").replace("NONE", "NON"))
    ended = rushes("policy", "list", "--json")
    assert ended.code == exits.FOUND
    (odd,) = [one for one in ended.json["policies"] if one["refused"]]
    assert odd["name"] == "odd"
    assert "odd.toml:7: " in odd["refused"]
    assert "odd.toml:7: " in rushes("policy", "list").err


def test_a_policy_is_shown_as_it_is_written(rushes: Any, ours: Path) -> None:
    assert rushes("policy", "show", ours).out == OURS
    assert rushes("policy", "show", "nuke-safe").out == pack("nuke-safe").text
    shown = rushes("policy", "show", "--json", ours).json
    assert (shown["name"], shown["version"], shown["toml"]) == ("ours", "7", OURS)
    assert [one["id"] for one in shown["rules"]][:2] == ["ours.plain", "ours.owner"]


def test_the_settings_folder_is_relative_to_the_settings_file(
    rushes: Any, ours: Path, home: Path
) -> None:
    (home / "rushes.toml").write_text('[policy]\nfolder = "policies"\n')
    assert rushes("policy", "show", "ours").out == OURS


def test_an_unknown_policy_is_told_with_the_nearest(rushes: Any) -> None:
    ended = rushes("policy", "show", "nuke")
    assert ended.code == exits.NOT_THERE
    assert "There is no policy 'nuke'" in ended.err


def test_a_policy_that_makes_no_sense_is_refused_with_file_and_line(
    rushes: Any, ours: Path
) -> None:
    ours.write_text(OURS.replace("one_of", "oneof"))
    ended = rushes("policy", "show", "--json", ours)
    assert ended.code == exits.NOT_THERE
    assert ended.json["error"]["code"] == "policy.invalid"
    assert f"{ours}:7: " in ended.err
    assert "Did you mean one_of?" in ended.err


def test_every_rule_is_told_with_what_became_of_it(rushes: Any, ours: Path, frames: Path) -> None:
    ended = rushes("policy", "test", ours, frames / "plate.1001.exr")
    assert ended.code == exits.FOUND
    lines = [line.split("  ") for line in ended.out.splitlines() if "  ours." in line]
    states = {line[-1].strip(): line[1].strip() for line in lines}
    assert states == {
        "ours.plain": "passed",
        "ours.owner": "failed",
        "ours.alpha": "not applicable",
        "ours.finite": "not measured",
        "ours.drift": "not applicable",
    }
    assert "There is no attribute owner." in ended.out


def test_rules_for_sequences_are_tried_over_the_frames(
    rushes: Any, ours: Path, frames: Path
) -> None:
    ended = rushes("policy", "test", "--json", ours, frames / "plate.%04d.exr")
    *files, whole = ended.json["files"]
    assert [Path(one["path"]).name for one in files] == [
        f"plate.{frame}.exr" for frame in (1001, 1002, 1003)
    ]
    assert Path(whole["path"]).name == "plate.%04d.exr"
    (drift,) = whole["rules"]
    assert (drift["id"], drift["state"]) == ("ours.drift", "failed")
    assert len(drift["findings"]) == 2


def test_files_that_are_not_there_or_damaged_do_not_keep_others_from_being_tried(
    rushes: Any, ours: Path, frames: Path
) -> None:
    (frames / "bad.exr").write_bytes(b"no picture")
    paths = [frames / one for one in ("bad.exr", "none.exr", "plate.1001.exr")]
    ended = rushes("policy", "test", "--json", ours, *paths)
    assert ended.code == exits.NOT_THERE
    told = {Path(one["path"]).name: one for one in ended.json["files"]}
    assert told["bad.exr"]["findings"][0]["rule"] == "exr.header"
    assert told["bad.exr"]["rules"] == []
    assert told["none.exr"]["error"]
    assert len(told["plate.1001.exr"]["rules"]) == 5


def test_a_file_that_keeps_to_all_rules_ends_well(rushes: Any, ours: Path, frames: Path) -> None:
    ours.write_text(OURS.replace('"owner"', '"channels"'))
    assert rushes("policy", "test", ours, frames / "plate.1001.exr").code == exits.OK
