from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rushes.model.frames import FrameRange, FrameSet
from rushes.model.signoff import Result, Sidecar, Signature
from rushes.qc.places import Mode
from rushes.testing.signoffs import after, chain, of_sequence, placed, record

Command = Callable[..., Any]
FRAMES = FrameSet((FrameRange(1001, 1003),))
SIGNED = Signature("ed25519", "ed25519:0123456789abcdef0123456789abcdef", "AAAA")


@pytest.fixture
def folder(home: Path) -> Path:
    """A sequence of two records and a file of three."""
    found = home / "plates"
    first = of_sequence(FRAMES, qc_result=Result.PENDING, operator="nightly")
    signed = of_sequence(FRAMES, notes="levels\nok", reason="signed off", signature=SIGNED)
    placed(found, after((first,), signed))
    placed(found, chain(3), Mode.DOT)
    return found


@pytest.mark.parametrize(
    "name",
    [
        "plate.%04d.exr",
        "plate.####.exr",
        "plate.$F4.exr",
        "plate.1001.exr",
        ".qc/plate.%04d.exr.qc.json",
    ],
)
def test_a_sequence_is_found_by_whatever_it_is_called(
    rushes: Command, folder: Path, name: str
) -> None:
    ended = rushes("qc", "history", folder / name, "--json")
    assert ended.code == 0
    (asset,) = ended.json["assets"]
    assert asset["asset"] == "plate.%04d.exr"
    assert [one["result"] for one in asset["records"]] == ["pending", "pass"]


@pytest.mark.parametrize("name", ["plate.%03d.exr", "plate.###.exr", "plate.101.exr", "late.1.exr"])
def test_a_name_of_nothing_has_no_history(rushes: Command, folder: Path, name: str) -> None:
    ended = rushes("qc", "history", folder / name)
    assert ended.code == 2
    assert "no record" in ended.err


def test_all_assets_of_a_folder_are_told(rushes: Command, folder: Path) -> None:
    told = rushes("qc", "history", folder, "--json").json
    assert [len(one["records"]) for one in told["assets"]] == [3, 2]
    assert all(one["intact"] for one in told["assets"])


def test_a_history_is_told_the_oldest_first_with_who_and_why(rushes: Command, folder: Path) -> None:
    ended = rushes("qc", "history", folder / "plate.####.exr")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0] == "plate.%04d.exr: 2 records"
    assert "pending  nightly" in lines[1]
    assert "pass     ada" in ended.out
    assert "“levels / ok”" in ended.out
    assert "signed by ed25519:0123456789ab…" in ended.out


def test_a_broken_chain_is_told_where_it_breaks_and_exits_1(rushes: Command, home: Path) -> None:
    made = chain(3)
    past = list(made.history)
    past[0] = replace(past[0], notes="changed afterwards")
    placed(home, Sidecar(made.record, tuple(past)))
    ended = rushes("qc", "history", home / "clip.mov")
    assert ended.code == 1
    assert ended.out.count("does not follow from the record before it") == 1
    told = rushes("qc", "history", home / "clip.mov", "--json")
    assert told.code == 1
    assert [one["intact"] for one in told.json["assets"][0]["records"]] == [True, False, True]


def test_a_sidecar_that_cannot_be_read_is_told_and_exits_1(rushes: Command, folder: Path) -> None:
    (folder / ".qc" / "clip.wav.qc.json").write_text("{")
    ended = rushes("qc", "history", folder, "--json")
    assert ended.code == 1
    assert [one["intact"] for one in ended.json["assets"]] == [True, None, True]
    assert "clip.wav.qc.json" in ended.err


def test_records_of_the_earlier_tool_are_part_of_the_story(rushes: Command, home: Path) -> None:
    told = {
        "qc_result": "pass",
        "content_hash": "sha256:00",
        "operator": "bob",
        "qc_time": "2025-11-11T15:12:43+00:00",
        "notes": "\ud800",
    }
    (home / "clip.mov.qc.json").write_text(json.dumps(told))
    ended = rushes("qc", "history", home / "clip.mov", "--json")
    assert ended.code == 0
    (one,) = ended.json["assets"][0]["records"]
    assert (one["operator"], one["earlier_tool"], one["notes"]) == ("bob", True, "\\ud800")
    assert one["time"] == "2025-11-11T15:12:43.000000Z"
    assert "recorded by the earlier tool" in rushes("qc", "history", home).out


def test_records_that_are_kept_apart_are_found(rushes: Command, home: Path) -> None:
    media = home / "shows"
    apart = home / "records"
    placed(apart / media.relative_to(media.anchor), chain(1))
    ended = rushes("qc", "history", media / "clip.mov", "--sidecar-root", apart)
    assert ended.code == 0


def test_a_folder_that_is_not_there_is_said_so(rushes: Command, home: Path) -> None:
    ended = rushes("qc", "history", home / "none" / "clip.mov")
    assert ended.code == 2
    assert "There is no folder" in ended.err


def test_control_characters_in_a_note_do_not_reach_the_terminal(
    rushes: Command, home: Path
) -> None:
    placed(home, Sidecar(record(notes="\x1b[2Jgone", operator="\x1b]0;x\x07")))
    assert "\x1b" not in rushes("qc", "history", home).out


def test_a_name_with_a_line_feed_makes_up_no_record(rushes: Command, home: Path) -> None:
    placed(home, Sidecar(record(operator="eve\n   2  2026-11-20 09:00  pass     alice")))
    lines = rushes("qc", "history", home).out.splitlines()
    assert sum(line.startswith("   2 ") for line in lines) == 0
