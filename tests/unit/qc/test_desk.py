"""What lies in a folder of records: sidecars of every mode, a cache, and what killed runs left."""

from __future__ import annotations

from pathlib import Path

import pytest

from rushes.qc import hashcache
from rushes.qc.desk import open_desk
from rushes.qc.hashcache import HashCache
from rushes.qc.places import CACHE, LOCK, Mode, part, sidecar
from rushes.qc.writing import print_of
from rushes.testing.signoffs import chain, placed

NAME = "clip.mov"


def test_an_empty_folder_and_none_are_the_same(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "gone"):
        desk = open_desk(folder)
        assert (desk.sidecars, desk.parts, desk.unfinished) == ({}, [], False)
        assert desk.cache == HashCache()


@pytest.mark.parametrize("mode", Mode)
def test_sidecars_of_every_mode_are_found(tmp_path: Path, mode: Mode) -> None:
    place = placed(tmp_path, chain(1), mode)
    desk = open_desk(tmp_path)
    assert desk.sidecars == {sidecar(NAME, mode): print_of(place.stat())}
    for asked in Mode:
        assert desk.place(NAME, asked) == sidecar(NAME, mode)
    assert desk.place("other.mov", mode) is None


def test_of_two_sidecars_that_of_the_mode_asked_for_is_meant(tmp_path: Path) -> None:
    for mode in (Mode.SUBDIR, Mode.INLINE):
        placed(tmp_path, chain(1), mode)
    desk = open_desk(tmp_path)
    assert desk.place(NAME, Mode.INLINE) == "clip.mov.qc.json"
    assert desk.place(NAME, Mode.SUBDIR) == ".qc/clip.mov.qc.json"
    assert desk.place(NAME, Mode.DOT) in desk.places(NAME)
    assert len(desk.places(NAME)) == 2


def test_sidecars_for_whole_folders_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / ".qc").mkdir()
    names = [".qc/qc.sequence.json", "sequence.qc.json", ".sequence.qc.json"]
    for name in (*names, "notes.json"):
        (tmp_path / name).write_text("{}")
    desk = open_desk(tmp_path)
    assert sorted(desk.legacy()) == sorted(names)
    assert set(desk.sidecars) == set(names)


def test_the_cache_is_read_with_the_rest(tmp_path: Path) -> None:
    full = HashCache("sha256")
    (tmp_path / CACHE).write_bytes(hashcache.encode(full))
    assert open_desk(tmp_path).cache == full


def test_what_a_killed_run_left_is_seen_and_removed(tmp_path: Path) -> None:
    (tmp_path / ".qc").mkdir()
    left = [tmp_path / part("0123456789ab"), tmp_path / ".qc" / part("0123456789ab0001")]
    for one in left:
        one.write_bytes(b"{")
    desk = open_desk(tmp_path)
    assert desk.unfinished
    assert sorted(desk.parts) == sorted(left)
    desk.clear()
    assert not any(one.exists() for one in left)
    assert not open_desk(tmp_path).unfinished


def test_a_lock_left_behind_is_seen(tmp_path: Path) -> None:
    (tmp_path / LOCK).touch()
    assert open_desk(tmp_path).unfinished


def test_what_cannot_be_listed_raises(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match="loop"):
        open_desk(tmp_path / "loop")
