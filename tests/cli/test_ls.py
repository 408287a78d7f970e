"""`rushes ls`: a folder as people think of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits

Command = Callable[..., Any]
Make = Callable[..., None]


def test_a_folder_is_listed_by_sequence(rushes: Command, shows: Path) -> None:
    ended = rushes("ls", shows / "demo" / "sq010" / "sh0010" / "plates")
    assert ended.code == exits.OK
    assert ended.out == "plate.%04d.exr  1001-1002,1004-1005  1 missing\n"


def test_without_a_path_the_working_directory_is_listed(
    rushes: Command, shows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shows / "demo" / "sq010")
    assert rushes("ls").out == "sh0010/\nsh0020/\n"


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        ("printf", "beauty.%04d.exr"),
        ("hashes", "beauty.####.exr"),
        ("houdini", "beauty.$F4.exr"),
    ],
)
def test_frame_numbers_are_written_as_asked(
    rushes: Command, shows: Path, style: str, shown: str
) -> None:
    out = rushes("ls", shows / "demo" / "sq010" / "sh0020" / "renders", "--format", style).out
    assert out == f"{shown}  1001-1005\nnotes.txt\n"


def test_a_long_listing_has_files_sizes_and_times(rushes: Command, shows: Path) -> None:
    out = rushes("ls", "-l", shows / "demo" / "sq010" / "sh0020" / "renders").out
    first, second = out.splitlines()
    assert first.split()[:3] == ["5", "500", "B"]
    assert second.split()[:3] == ["1", "5", "B"]


def test_folders_below_are_listed_when_asked(rushes: Command, shows: Path) -> None:
    out = rushes("ls", "-r", shows).out
    plates = shows / "demo" / "sq010" / "sh0010" / "plates"
    assert out.startswith(f"{plates}:\nplate.%04d.exr")
    assert f"\n\n{plates.parent.parent / 'sh0020' / 'renders'}:\nbeauty.%04d.exr" in out


def test_what_is_left_out_is_counted(rushes: Command, home: Path, make_frames: Make) -> None:
    make_frames(home / "renders", [1001, 1002])
    (home / "renders" / ".hidden").touch()
    (home / "renders" / "plate.1003.exr.tmp").touch()
    out = rushes("ls", home / "renders").out
    assert out == "plate.%04d.exr  1001-1002\nnot listed: 1 hidden, 1 temporary\n"


def test_an_empty_folder_and_one_that_is_not_there_are_no_success(
    rushes: Command, home: Path
) -> None:
    (home / "empty").mkdir()
    empty = rushes("ls", home / "empty")
    assert (empty.code, empty.out) == (exits.NOT_THERE, "")
    assert "nothing" in empty.err
    assert rushes("ls", home / "nowhere").code == exits.NOT_THERE


def test_json_tells_folders_sequences_and_files(rushes: Command, shows: Path) -> None:
    renders = shows / "demo" / "sq010" / "sh0020" / "renders"
    (folder,) = rushes("ls", renders, "--json").json["folders"]
    assert [one["path"] for one in folder["sequences"]] == ["beauty.%04d.exr"]
    assert [one["path"] for one in folder["files"]] == ["notes.txt"]
    (above,) = rushes("ls", renders.parent, "--json").json["folders"]
    assert above["folders"] == ["renders"]


def test_dead_links_are_named(rushes: Command, home: Path, make_frames: Make) -> None:
    make_frames(home / "renders", [1001, 1002])
    (home / "renders" / "plate.1003.exr").symlink_to("gone")
    out = rushes("ls", home / "renders").out
    assert "plate.%04d.exr  1001-1002  1 missing" in out
    assert "not listed: 1 special (1 dead link)" in out
    assert "1 link leads nowhere: plate.1003.exr" in out


def test_hidden_folders_are_counted_and_not_listed(
    rushes: Command, home: Path, make_frames: Make
) -> None:
    make_frames(home / "renders", [1001, 1002])
    make_frames(home / "renders" / ".cache" / "deep", [1001, 1003])
    (home / "renders" / "v001").mkdir()
    ended = rushes("ls", home / "renders")
    assert ended.out == "v001/\nplate.%04d.exr  1001-1002\nnot listed: 1 hidden folder\n"
    (folder,) = rushes("ls", home / "renders", "--json").json["folders"]
    assert (folder["folders"], folder["left_out"]["hidden_folders"]) == (["v001"], 1)
    ended = rushes("ls", "-r", home / "renders")
    assert ended.out.count("plate") == 1
    assert "not listed: 2 files in 1 hidden folder" in ended.out
    assert "1001,1003" in rushes("ls", "-r", home / "renders" / ".cache").out
    make_frames(home / "dotted" / ".cache", [1001])
    assert rushes("ls", home / "dotted").code == exits.OK
    assert rushes("ls", "-r", home / "dotted").code == exits.OK
