"""Folders that are packed: all of it under its name, or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rushes.adapters.storage.local import LocalStorage
from rushes.core.errors import Code, RushesError
from rushes.ports.progress import Silent
from rushes.ports.storage_writing import Terms
from rushes.testing.packages import Made, member, paper
from rushes.transfer import local_folder
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.learning import Place
from rushes.transfer.ledger import Ledger, opened
from rushes.transfer.outcome import Effort
from rushes.transfer.package.members import Layout, Member, Packed
from rushes.transfer.package.packing import abandon, pack

TERMS = Terms(("xxh128", "blake3"))
DATA = {"plates/sh010/a.1001.exr": os.urandom(300_000), "b": b"1", "empty": b""}
MEMBERS = [*(member(path, data) for path, data in DATA.items()), paper("manifest.txt")]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with opened(tmp_path / "ledgers", "here", "there") as found:
        yield found


def packed(folder: Path, members: Sequence[Member] = MEMBERS, **how: Any) -> Packed:
    place = Place(LocalStorage(), str(folder))
    return pack(members, target=place, path="out/pkg", layout=Layout.FOLDER, terms=TERMS, **how)


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def test_all_files_get_their_name_together_with_their_times(tmp_path: Path) -> None:
    made = packed(tmp_path)
    found = files(tmp_path / "out" / "pkg")
    lines = [f"{digest_of(data, 'blake3')}  {path}\n" for path, data in DATA.items()]
    assert found == {**DATA, "manifest.txt": "".join(lines).encode()}
    assert os.listdir(tmp_path / "out") == ["pkg"]
    assert list(made.members) == [one.path for one in MEMBERS]
    assert made.members["b"] == {name: digest_of(b"1", name) for name in TERMS.algorithms}
    assert made.size == made.sent == sum(len(data) for data in found.values())
    assert {
        one.stat().st_mtime_ns for one in (tmp_path / "out/pkg").rglob("*") if one.is_file()
    } == {MEMBERS[0].mtime_ns}


def test_a_folder_of_nothing_is_one(tmp_path: Path) -> None:
    packed(tmp_path, [])
    assert list((tmp_path / "out" / "pkg").iterdir()) == []


@pytest.mark.parametrize("with_ledger", [False, True])
def test_other_bytes_are_named_and_nothing_has_the_name(
    tmp_path: Path, ledger: Ledger, with_ledger: bool
) -> None:
    wrong = replace(MEMBERS[0], source=lambda: Made(os.urandom(300_000), 300_000))
    with pytest.raises(RushesError, match=r"a\.1001\.exr") as caught:
        packed(tmp_path, [wrong, *MEMBERS[1:]], book=ledger if with_ledger else None)
    assert caught.value.code is Code.CHANGED_MEANWHILE
    if with_ledger:
        place = Place(LocalStorage(), str(tmp_path))
        abandon(target=place, path="out/pkg", layout=Layout.FOLDER, book=ledger)
        assert ledger.under_way() == {}
    assert os.listdir(tmp_path / "out") == []


@pytest.mark.parametrize("there", ["a file", "a folder", "a full folder"])
def test_what_lies_there_stays(tmp_path: Path, there: str) -> None:
    (tmp_path / "out").mkdir()
    if there == "a file":
        (tmp_path / "out" / "pkg").write_bytes(b"theirs")
    else:
        (tmp_path / "out" / "pkg").mkdir()
    if there == "a full folder":
        (tmp_path / "out" / "pkg" / "b").write_bytes(b"1")
    before = files(tmp_path)
    with pytest.raises(RushesError) as caught:
        packed(tmp_path)
    assert caught.value.code is Code.WRITE_FAILED
    assert files(tmp_path) == before
    assert os.listdir(tmp_path / "out") == ["pkg"]


@pytest.mark.parametrize("rename", [None, lambda *_: _unable()])
def test_what_gets_the_name_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rename: Any
) -> None:
    settle = local_folder.settle

    def late(root: str, path: str) -> None:
        (tmp_path / "out" / "pkg").mkdir()
        settle(root, path)

    monkeypatch.setattr(local_folder, "_rename_at", lambda: rename)
    packed(tmp_path)
    os.rename(tmp_path / "out" / "pkg", tmp_path / "first")
    monkeypatch.setattr(local_folder, "settle", late)
    with pytest.raises(RushesError) as caught:
        packed(tmp_path)
    assert caught.value.code is Code.CHANGED_MEANWHILE
    assert os.listdir(tmp_path / "out") == ["pkg"]
    assert os.listdir(tmp_path / "out" / "pkg") == []


def _unable() -> int:
    import ctypes
    import errno

    ctypes.set_errno(errno.EINVAL)
    return -1


ONE_BY_ONE = Effort(at_once=1)  # in their order, so that it is known what had come


class Stops(Silent):
    """Nobody wants it once so many bytes have come."""

    def __init__(self, most: int) -> None:
        self.most, self.done = most, 0

    def report(self, done: int, total: int | None = None, note: str = "") -> None:
        self.done = done

    def cancelled(self) -> bool:
        return self.done >= self.most


def test_what_arrived_is_not_copied_again_and_what_is_wanted_no_more_is_removed(
    tmp_path: Path, ledger: Ledger
) -> None:
    old = [*MEMBERS[:-1], member("old", b"old"), member("never", b"never")]
    stops = Stops(300_001 + len(b"old"))
    with pytest.raises(RushesError) as caught:
        packed(tmp_path, old, book=ledger, progress=stops, effort=ONE_BY_ONE)
    assert caught.value.code is Code.CANCELLED
    (hidden,) = os.listdir(tmp_path / "out")
    assert hidden.startswith(".pkg")
    (tmp_path / "out" / hidden / "stranger").write_bytes(b"?")
    opened_again: list[str] = []

    def watched(one: Member) -> Member:
        source = one.source
        if source is None:
            return one

        def opens() -> Any:
            opened_again.append(one.path)
            return source()

        return replace(one, source=opens)

    made = packed(tmp_path, [watched(one) for one in MEMBERS], book=ledger)
    assert opened_again == []
    assert made.sent == len(files(tmp_path / "out" / "pkg")["manifest.txt"])
    assert files(tmp_path / "out" / "pkg").keys() == {one.path for one in MEMBERS}
    assert ledger.under_way() == {}


def test_what_changed_in_the_hidden_folder_is_copied_again(tmp_path: Path, ledger: Ledger) -> None:
    with pytest.raises(RushesError):
        packed(tmp_path, book=ledger, progress=Stops(300_001), effort=ONE_BY_ONE)
    (hidden,) = (tmp_path / "out").iterdir()
    (hidden / "b").write_bytes(b"2")
    packed(tmp_path, book=ledger)
    assert (tmp_path / "out" / "pkg" / "b").read_bytes() == b"1"


def test_a_folder_that_got_its_name_before_the_run_was_killed_is_known(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("rushes.transfer.package.folder.ended", lambda *_: None)
        first = packed(tmp_path, book=ledger)
    assert ledger.under_way() != {}
    assert packed(tmp_path, book=ledger) == first._replace(sent=0)
    assert ledger.under_way() == {}
    assert packed(tmp_path, book=ledger) == first._replace(sent=0)
    (tmp_path / "out" / "pkg" / "b").write_bytes(b"2")
    with pytest.raises(RushesError):
        packed(tmp_path, book=ledger)
