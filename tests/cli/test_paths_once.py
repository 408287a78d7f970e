"""Several paths: each real folder is looked at once, and a line says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits

Command = Callable[..., Any]
Make = Callable[..., None]


@pytest.fixture
def seq(home: Path, make_frames: Make) -> Path:
    """Two folders with a lost frame each, a link to one of them, and a hidden one."""
    root = home / "seq"
    make_frames(root / "one", [1001, 1003])
    make_frames(root / "two", [1001, 1003])
    make_frames(root / ".old", [1001, 1004])
    (home / "link").symlink_to(root / "two")
    (home / "all").symlink_to(root)
    return root


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (("seq/two", "seq/two"), ["seq/two"]),
        (("seq/two", "seq/one/../two/"), ["seq/two"]),
        (("seq", "seq/two"), ["seq"]),
        (("seq/two", "seq"), ["seq"]),
        (("seq/two", "link"), ["seq/two"]),
        (("link", "seq/two"), ["link"]),
        (("link", "seq"), ["seq"]),
        (("all", "seq", "link"), ["all"]),
        (("seq/one", "seq/two"), ["seq/one", "seq/two"]),
        (("seq", "seq/.old"), ["seq", "seq/.old"]),
        (("seq",), ["seq"]),
    ],
)
@pytest.mark.usefixtures("seq")
def test_each_real_folder_is_scanned_once(
    rushes: Command, home: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], kept: list[str]
) -> None:
    monkeypatch.chdir(home)
    ended = rushes("scan", *given, "--no-db", "--json")
    assert [one["root"] for one in ended.json["scans"]] == [str(home / one) for one in kept]
    assert ended.err.count("once.") == (len(kept) < len(given))


def test_missing_frames_are_counted_once(rushes: Command, seq: Path) -> None:
    ended = rushes("missing", seq, seq / "two")
    assert ended.code == exits.FOUND
    assert ended.out.count("2 frames missing, in 2 of 2 file sequences") == 1
    assert ended.out.count("two/plate") == 1
    assert f"{seq / 'two'}: lies in another path and counts once." in ended.err


def test_a_tree_is_listed_once(rushes: Command, seq: Path) -> None:
    ended = rushes("ls", "-r", seq / "two", seq, seq / "one")
    assert ended.out.count(f"{seq / 'two'}:") == 1
    assert ended.out.count(f"{seq / 'one'}:") == 1
    assert f"{seq / 'two'}, {seq / 'one'}: lie in other paths and count once." in ended.err


def test_a_folder_that_the_walk_leaves_out_is_looked_at_where_it_is_asked_for(
    rushes: Command, seq: Path, home: Path
) -> None:
    (home / "rushes.toml").write_text('[scan]\nignore = ["two"]\n')
    ended = rushes("scan", seq, seq / "two", "--no-db", "--json")
    assert len(ended.json["scans"]) == 2
    assert ended.err == ""


def test_one_of_several_that_is_not_there_stops_all_even_below_another(
    rushes: Command, seq: Path
) -> None:
    ended = rushes("scan", seq, seq / "three", "--no-db")
    assert ended.code == exits.NOT_THERE
    assert "There is no folder" in ended.err
