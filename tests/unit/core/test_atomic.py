"""A reader sees the old file or the new one, and nothing is left beside it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from rushes.core import atomic
from rushes.core.errors import Code, RushesError


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(b"old and long")
    atomic.write_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["report.html"]


def test_until_the_block_ends_the_former_file_stands(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(b"old")
    with atomic.writing(path) as out:
        out.write(b"new")
        out.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_a_block_that_fails_leaves_the_former_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), atomic.writing(path) as out:
        out.write(b"half" + bytes([out.write(b"more") // 0]))
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["report.html"]


def test_a_full_disk_is_told_as_a_failed_write(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    with pytest.raises(RushesError, match="No space left") as caught, atomic.writing(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.code is Code.WRITE_FAILED
    assert os.listdir(tmp_path) == []


def test_a_missing_folder_is_told_as_a_failed_write(tmp_path: Path) -> None:
    with pytest.raises(RushesError) as caught:
        atomic.write_bytes(tmp_path / "none" / "report.html", b"x")
    assert caught.value.code is Code.WRITE_FAILED


def test_a_block_that_cannot_read_something_else_says_so_itself(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic.writing(tmp_path / "report.html"):
        (tmp_path / "thumbnail.jpg").read_bytes()
    assert os.listdir(tmp_path) == []


def test_the_longest_name_a_file_may_have_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 127)
    atomic.write_bytes(path, b"x")
    assert path.read_bytes() == b"x"


def test_creating_a_file_leaves_one_that_is_there_alone(tmp_path: Path) -> None:
    path = tmp_path / "rushes.toml"
    atomic.create_bytes(path, b"mine")
    with pytest.raises(RushesError, match="File exists") as caught:
        atomic.create_bytes(path, b"yours")
    assert caught.value.code is Code.WRITE_FAILED
    assert path.read_bytes() == b"mine"
    assert os.listdir(tmp_path) == ["rushes.toml"]


def test_creating_works_on_file_systems_without_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "rushes.toml"
    atomic.create_bytes(path, b"mine")
    with pytest.raises(RushesError, match="File exists"):
        atomic.create_bytes(path, b"yours")
    assert path.read_bytes() == b"mine"
    assert os.listdir(tmp_path) == ["rushes.toml"]
