"""Patterns where `rushes ls` and `rushes missing` take folders: one sequence, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits

Command = Callable[..., Any]
Make = Callable[..., None]


@pytest.fixture
def mixed(home: Path, make_frames: Make, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of several sequences and other files, seen from the folder above."""
    folder = home / "x"
    make_frames(folder, [1001, 1002, 1004], head="sh010.")
    make_frames(folder, [1001, 1005], head="sh020.")
    make_frames(folder, [1001, 1003], head="eye.left.")
    make_frames(folder, [1001, 1002], head="eye.right.")
    for frame in (8, 9, 10, 12):
        (folder / f"loose.{frame}.exr").write_bytes(b"x")
    for tile in (1001, 1002, 1011):
        (folder / f"skin_udim.{tile}.tx").write_bytes(b"x")
    for part in ("00", "50"):
        (folder / f"sim.1001.{part}.vdb").write_bytes(b"x")
    (folder / "notes.txt").write_text("ready")
    (folder / "below").mkdir()
    make_frames(folder / "below", [1001, 1009], head="sh010.")
    monkeypatch.chdir(home)
    return folder


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("x/sh010.%04d.exr", "sh010.%04d.exr  1001-1002,1004  1 missing"),
        ("x/sh010.####.exr", "sh010.%04d.exr  1001-1002,1004  1 missing"),
        ("x/sh010.$F4.exr", "sh010.%04d.exr  1001-1002,1004  1 missing"),
        ("./x/sh010.${F4}.exr", "sh010.%04d.exr  1001-1002,1004  1 missing"),
        ("x/loose.%d.exr", "loose.%d.exr  8-10,12  1 missing"),
        ("x/loose.#.exr", "loose.%d.exr  8-10,12  1 missing"),
        ("x/loose.$F.exr", "loose.%d.exr  8-10,12  1 missing"),
        ("x/skin_udim.<UDIM>.tx", "skin_udim.<UDIM>.tx  1001-1002,1011"),
        ("x/skin_udim.%(UDIM)d.tx", "skin_udim.<UDIM>.tx  1001-1002,1011"),
        ("x/eye.%v.%04d.exr", None),
    ],
)
def test_ls_lists_the_one_sequence_that_is_meant(
    rushes: Command, mixed: Path, pattern: str, line: str | None
) -> None:
    ended = rushes("ls", pattern)
    if line is None:
        assert ended.code == exits.NOT_THERE
        return
    assert (ended.code, ended.err) == (exits.OK, "")
    assert [" ".join(one.split()) for one in ended.out.splitlines()] == [" ".join(line.split())]


def test_both_views_answer_to_one_pattern(rushes: Command, mixed: Path) -> None:
    ended = rushes("ls", "x/eye.%V.%04d.exr")
    assert ended.code == exits.OK
    left, right, *findings = ended.out.splitlines()
    assert (left.split()[0], right.split()[0]) == ("eye.left.%04d.exr", "eye.right.%04d.exr")
    assert "frames.views" in findings[0]
    told = rushes("missing", "x/eye.%V.%04d.exr", "--no-db", "--json").json["searches"]
    assert [one["path"] for one in told[0]["missing"]] == ["eye.left.%04d.exr"]


def test_subframes_are_meant_by_both_their_numbers(rushes: Command, mixed: Path) -> None:
    ended = rushes("ls", "--subframes", "x/sim.%04d.%02d.vdb")
    assert ended.code == exits.OK
    assert ended.out.split()[0] == "sim.%04d.%02d.vdb"


def test_missing_judges_the_one_sequence_that_is_meant(rushes: Command, mixed: Path) -> None:
    ended = rushes("missing", "x/sh010.%04d.exr", "--no-db")
    assert ended.code == exits.FOUND
    first, against, last = ended.out.splitlines()
    assert first.split() == ["sh010.%04d.exr", "1003"]
    assert against == "    1 frame missing against first to last found"
    assert last == f"{mixed}: 1 frame missing, in 1 of 1 file sequence."
    whole = rushes("missing", "x/sh010.####.exr", "--expect", "1001-1002", "--no-db")
    assert whole.code == exits.OK
    assert "no frame is missing in 1 file sequence" in whole.out


def test_what_missing_prints_can_be_given_to_it(rushes: Command, mixed: Path) -> None:
    odd = mixed / "odd\udcff\\x.1001.exr"
    odd.write_bytes(b"x")
    odd.with_name("odd\udcff\\x.1003.exr").write_bytes(b"x")
    told = rushes("missing", "x", "--no-db").out.splitlines()
    names = [line.split()[0] for line in told if not line.startswith(" ")][:-1]
    assert len(names) == 7
    for name in names:
        again = rushes("missing", f"x/{name}", "--no-db")
        assert (again.code, again.out.split()[0]) == (exits.FOUND, Path(name).name)


def test_folders_and_patterns_may_be_given_together(rushes: Command, mixed: Path) -> None:
    told = rushes("missing", "x/sh020.%04d.exr", "x/below", "--no-db", "--json").json["searches"]
    assert [[one["path"] for one in each["missing"]] for each in told] == [
        ["sh020.%04d.exr"], ["sh010.%04d.exr"],
    ]  # fmt: skip
    ended = rushes("ls", "x/below", "x/sh020.%04d.exr")
    assert ended.code == exits.OK
    assert "sh010.%04d.exr  1001,1009" in ended.out
    assert "sh020.%04d.exr  1001,1005" in ended.out


def test_a_dead_link_of_the_sequence_is_missing_and_others_are_not_told(
    rushes: Command, mixed: Path
) -> None:
    (mixed / "sh010.1005.exr").symlink_to("nowhere")
    (mixed / "sh020.1006.exr").symlink_to("nowhere")
    told = rushes("missing", "x/sh010.%04d.exr", "--no-db", "--json").json["searches"]
    assert [one["missing"] for one in told[0]["missing"]] == ["1003,1005"]
    (mixed / "sh010.1005.exr").unlink()
    told = rushes("missing", "x/sh010.%04d.exr", "--no-db", "--json").json["searches"]
    assert [one["missing"] for one in told[0]["missing"]] == ["1003"]
    assert told[0]["findings"] == []


@pytest.mark.parametrize("command", ["ls", "missing"])
@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("x/sh030.%04d.exr", "rushes ls "),
        ("x/sh010.%05d.exr", "There is sh010.%04d.exr 1001-1002,1004."),
        ("x/skin_udim.%04d.tx", "There is skin_udim.<UDIM>.tx 1001-1002,1011."),
        ("x/SH010.%04d.exr", "rushes ls "),
    ],
)
def test_a_pattern_that_nothing_answers_to_is_said_to_be_one(
    rushes: Command, mixed: Path, command: str, pattern: str, hint: str
) -> None:
    ended = rushes(command, pattern)
    assert ended.code == exits.NOT_THERE
    assert f"There is no file sequence {Path(pattern).name} in {mixed}." in ended.err
    assert hint in ended.err
    assert ended.out == ""


@pytest.mark.parametrize("command", ["ls", "missing"])
def test_other_names_are_told_as_ever(rushes: Command, mixed: Path, command: str) -> None:
    lost = rushes(command, "y/sh010.%04d.exr")
    assert lost.code == exits.NOT_THERE
    assert f"There is no folder {mixed.parent / 'y'}." in lost.err
    single = rushes(command, "x/notes.txt")
    frame = rushes(command, "x/sh010.1001.exr")
    for ended in (single, frame):
        assert ended.code == exits.NOT_THERE
        assert f"Name its folder: {mixed}." in ended.err
    listed = rushes(command, "x/sh010.%04d.exr 1001-1004")
    assert listed.code == exits.NOT_THERE
    assert "--expect" in listed.err


def test_a_folder_that_is_called_like_a_pattern_is_a_folder(
    rushes: Command, mixed: Path, make_frames: Make
) -> None:
    make_frames(mixed / "take.####", [1, 2], head="a.")
    ended = rushes("ls", "x/take.####")
    assert (ended.code, ended.out.split()[0]) == (exits.OK, "a.%04d.exr")


def test_a_file_that_is_called_like_a_pattern_is_that_file(rushes: Command, mixed: Path) -> None:
    (mixed / "template.%04d.exr").write_bytes(b"x")
    ended = rushes("ls", "x/template.%04d.exr")
    assert (ended.code, ended.out.split()) == (exits.OK, ["template.%04d.exr"])
