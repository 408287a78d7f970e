"""Packing while files change and disks fill up: told, and nothing half-made has the name."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from rushes.adapters.storage.local import LocalStorage
from rushes.core.errors import Code, RushesError
from rushes.ports.progress import Silent
from rushes.ports.storage_writing import Terms
from rushes.testing.small_disk import small_disk
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.learning import Place
from rushes.transfer.ledger import opened
from rushes.transfer.outcome import Effort
from rushes.transfer.package.members import Layout, Member, Packed
from rushes.transfer.package.packing import pack

MB = 1024**2
NAME = {Layout.ZIP: "pkg.zip", Layout.FOLDER: "pkg"}
LAYOUTS = pytest.mark.parametrize("layout", Layout)


def made(folder: Path, sizes: dict[str, int]) -> list[Member]:
    """Members that lie in a folder."""
    found, storage = [], LocalStorage()
    folder.mkdir(exist_ok=True)
    for path, size in sizes.items():
        data = os.urandom(size)
        (folder / path).write_bytes(data)
        opens = partial(storage.source, str(folder), path)
        digests = {"blake3": digest_of(data, "blake3")}
        found.append(Member(path, size, digests, (folder / path).stat().st_mtime_ns, opens))
    return found


def packed(members: list[Member], out: Path, layout: Layout, **how: Any) -> Packed:
    target = Place(LocalStorage(), str(out))
    terms = Terms(("xxh128",))
    return pack(members, target=target, path=NAME[layout], layout=layout, terms=terms, **how)


class When(Silent):
    """Does something once so many bytes have come."""

    def __init__(self, most: int, do: Callable[[], object]) -> None:
        self.most, self.do, self.done = most, do, False

    def report(self, done: int, total: int | None = None, note: str = "") -> None:
        if done >= self.most and not self.done:
            self.done = True
            self.do()


def _rewritten(file: Path) -> None:
    was = file.stat()
    with open(file, "r+b") as out:
        out.seek(was.st_size - 1)
        last = out.read(1)
        out.seek(was.st_size - 1)
        out.write(bytes([last[0] ^ 1]))
    os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "one byte, and the time as it was": _rewritten,
    "grown": lambda file: file.write_bytes(file.read_bytes() + b"1"),
    "shrunk": lambda file: os.truncate(file, 1),
    "emptied": lambda file: os.truncate(file, 0),
    "touched": os.utime,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changes_while_it_is_packed_is_named(tmp_path: Path, change: str) -> None:
    members = made(tmp_path / "here", {"a": 1000, "b.mov": 24 * MB, "c": 1000})
    file = tmp_path / "here" / "b.mov"
    progress = When(8 * MB, lambda: CHANGES[change](file))
    with pytest.raises(RushesError, match=r"b\.mov is not what it was") as caught:
        packed(members, tmp_path / "out", Layout.ZIP, progress=progress)
    assert progress.done
    assert caught.value.code is Code.CHANGED_MEANWHILE
    assert list((tmp_path / "out").iterdir()) == []


@LAYOUTS
@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changed_since_it_was_planned_is_named(
    tmp_path: Path, change: str, layout: Layout
) -> None:
    members = made(tmp_path / "here", {"a": 1000, "b.mov": 5 * MB, "c": 1000})
    CHANGES[change](tmp_path / "here" / "b.mov")
    if change == "touched":  # its bytes are the same
        packed(members, tmp_path / "out", layout)
        return
    with pytest.raises(RushesError, match=r"b\.mov is not what it was") as caught:
        packed(members, tmp_path / "out", layout)
    assert caught.value.code is Code.CHANGED_MEANWHILE
    assert list((tmp_path / "out").iterdir()) == []


@LAYOUTS
def test_a_file_that_is_gone_is_named(tmp_path: Path, layout: Layout) -> None:
    members = made(tmp_path / "here", {"a": 1000, "b.mov": 1000})
    (tmp_path / "here" / "b.mov").unlink()
    with pytest.raises(RushesError, match=r"b\.mov") as caught:
        packed(members, tmp_path / "out", layout)
    assert caught.value.code is Code.PATH_NOT_FOUND
    assert not (tmp_path / "out" / NAME[layout]).exists()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of some megabytes."""
    with small_disk(tmp_path / "small", kilobytes=6 * 1024) as place:
        yield place


@LAYOUTS
@pytest.mark.parametrize("with_ledger", [False, True])
def test_a_full_disk_is_told_and_the_run_after_it_finishes(
    tmp_path: Path, small: Path, layout: Layout, with_ledger: bool
) -> None:
    members = made(tmp_path / "here", {f"f{at}": MB for at in range(4)})
    (small / "others").write_bytes(bytes(4 * MB))
    with opened(tmp_path / "ledgers", "here", "there") as ledger:
        book = ledger if with_ledger else None
        with pytest.raises(RushesError, match="no room") as caught:
            packed(members, small, layout, book=book, effort=Effort(1))
        assert caught.value.code is Code.WRITE_FAILED
        assert not (small / NAME[layout]).exists()
        if layout is Layout.ZIP or not with_ledger:
            assert os.listdir(small) == ["others"]
        (small / "others").unlink()
        done = packed(members, small, layout, book=book)
    assert os.listdir(small) == [NAME[layout]]
    assert (done.sent < done.size) is (layout is Layout.FOLDER and with_ledger)


class Unwanted(Silent):
    """Nobody wants it from the first byte on."""

    def cancelled(self) -> bool:
        return True


@LAYOUTS
def test_a_package_that_nobody_wants_any_more_leaves_nothing(
    tmp_path: Path, layout: Layout
) -> None:
    members = made(tmp_path / "here", {"a": 5 * MB, "b": 5 * MB})
    with pytest.raises(RushesError) as caught:
        packed(members, tmp_path / "out", layout, progress=Unwanted())
    assert caught.value.code is Code.CANCELLED
    assert not (tmp_path / "out").exists() or os.listdir(tmp_path / "out") == []
