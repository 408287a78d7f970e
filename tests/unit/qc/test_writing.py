"""Small files written at once: in place with what they ought to hold, and nothing beside them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.qc.places import is_part
from rushes.qc.writing import hindrance, print_of, write_all, write_loose


def test_files_are_in_place_with_their_content(tmp_path: Path) -> None:
    files = [(f".qc/{number}.qc.json", b"%d" % number) for number in range(600)]
    prints = write_all(tmp_path, files)
    assert [(tmp_path / name).read_bytes() for name, _ in files] == [data for _, data in files]
    assert prints == [print_of((tmp_path / name).stat()) for name, _ in files]
    assert not any(is_part(one.name) for one in tmp_path.rglob("*"))


def test_nothing_to_write_makes_nothing(tmp_path: Path) -> None:
    assert write_all(tmp_path, []) == []
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_replaced(tmp_path: Path) -> None:
    write_all(tmp_path, [("a.qc.json", b"before, and longer")])
    before = (tmp_path / "a.qc.json").stat().st_ino
    write_all(tmp_path, [("a.qc.json", b"after")])
    assert (tmp_path / "a.qc.json").read_bytes() == b"after"
    assert (tmp_path / "a.qc.json").stat().st_ino != before


def test_a_link_in_a_sidecars_place_is_replaced_and_its_target_is_not(tmp_path: Path) -> None:
    (tmp_path / "media.mov").write_bytes(b"media")
    (tmp_path / "a.qc.json").symlink_to("media.mov")
    write_all(tmp_path, [("a.qc.json", b"{}")])
    assert (tmp_path / "media.mov").read_bytes() == b"media"
    assert not (tmp_path / "a.qc.json").is_symlink()


def test_where_the_folder_is_a_file_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / ".qc").write_bytes(b"media")
    with pytest.raises(RushesError) as caught:
        write_all(tmp_path, [(".qc/a.qc.json", b"{}")])
    assert caught.value.code is Code.WRITE_FAILED
    assert [one.name for one in tmp_path.iterdir()] == [".qc"]


def test_a_folder_in_a_files_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "b.qc.json").mkdir()
    with pytest.raises(RushesError):
        write_all(tmp_path, [("a.qc.json", b"{}"), ("b.qc.json", b"{}")])
    assert not any(is_part(one.name) for one in tmp_path.iterdir())


def test_a_cache_is_replaced_whole(tmp_path: Path) -> None:
    for data in (b"one", b"two"):
        write_loose(tmp_path, "cache", data)
        assert (tmp_path / "cache").read_bytes() == data
    assert [one.name for one in tmp_path.iterdir()] == ["cache"]
    with pytest.raises(RushesError):
        write_loose(tmp_path / "gone", "cache", b"")


def test_what_is_yet_to_be_made_is_no_hindrance(tmp_path: Path) -> None:
    assert hindrance(tmp_path, within=True) is None
    assert hindrance(tmp_path / "not" / "yet", within=True) is None


def test_a_file_in_the_place_of_the_folder_is_one_for_who_needs_it(tmp_path: Path) -> None:
    (tmp_path / ".qc").write_bytes(b"media")
    assert hindrance(tmp_path, within=True) is not None
    assert hindrance(tmp_path, within=False) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_closed_folder_is_one(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert hindrance(tmp_path, within=False) is not None
    assert hindrance(tmp_path / "not" / "yet", within=True) is not None
