"""Every way in which a file can change is seen, up and down: no copy is left stale."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from rushes.adapters.storage.local import LocalStorage
from rushes.adapters.storage.s3 import S3Storage
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.transfer.apply import apply
from rushes.transfer.learning import Place, planned
from rushes.transfer.ledger import opened
from rushes.transfer.outcome import End, Outcome
from rushes.transfer.plan import Wishes

__all__ = ["moto_bucket", "moto_origin"]

MIRROR = Wishes(replace=True, delete=True)
OLD, NEW = b"the old bytes", b"the new bytes"
SECOND = 10**9


def rewritten(file: Path, data: bytes, *, later_s: int) -> None:
    """Other bytes, and a time that somebody has set."""
    was = file.stat().st_mtime_ns
    file.write_bytes(data)
    os.utime(file, ns=(was, was + later_s * SECOND))


# Every case changes the file of its own name; two of them make another.
LOCAL: dict[str, Callable[[Path], object]] = {
    "deleted": lambda file: file.unlink(),
    "grown": lambda file: file.write_bytes(OLD + b"more"),
    "shrunk": lambda file: file.write_bytes(OLD[:4]),
    "other bytes, newer": lambda file: rewritten(file, NEW, later_s=10),
    "other bytes, as old": lambda file: rewritten(file, NEW, later_s=0),
    "other bytes, older": lambda file: rewritten(file, NEW, later_s=-10),
    "only touched": os.utime,
    "renamed": lambda file: file.rename(file.with_name("renamed to")),
    "another in its place": lambda file: (
        file.with_name("beside").write_bytes(NEW),
        file.with_name("beside").replace(file),
    ),
    "nothing": lambda file: None,
}


def put(bucket: MotoBucket, key: str, data: bytes) -> None:
    bucket.put(f"demo/{key}", data)


def gone(bucket: MotoBucket, key: str) -> None:
    bucket.client.delete_object(Bucket=bucket.name, Key=f"demo/{key}")


REMOTE: dict[str, Callable[[MotoBucket, str], object]] = {
    "deleted": gone,
    "grown": lambda bucket, key: put(bucket, key, OLD + b"more"),
    "shrunk": lambda bucket, key: put(bucket, key, OLD[:4]),
    "replaced by another tool": lambda bucket, key: put(bucket, key, NEW),
    "only touched": lambda bucket, key: put(bucket, key, OLD),
    "renamed": lambda bucket, key: (put(bucket, "renamed to", OLD), gone(bucket, key)),
    "nothing": lambda bucket, key: None,
}


class Pair:
    """A folder and a bucket that hold the same, and were brought there by us."""

    def __init__(self, bucket: MotoBucket, at: Path) -> None:
        self.bucket, self.at, self.folder = bucket, at, at / "here"
        self.folder.mkdir()
        self.here = Place(LocalStorage(), str(self.folder))
        self.there = Place(S3Storage(bucket.name), "/demo")

    def begun(self, cases: Iterable[str], *, up: bool) -> None:
        for name in cases:
            if up:
                (self.folder / name).write_bytes(OLD)
            else:
                put(self.bucket, name, OLD)
        assert {one.end for one in self.moved(up=up).values()} == {End.MOVED}
        assert {one.end for one in self.moved(up=up).values()} == {End.SAME}

    def changed_here(self) -> None:
        (self.folder / "new").write_bytes(NEW)
        for case, change in LOCAL.items():
            change(self.folder / case)

    def changed_there(self) -> None:
        put(self.bucket, "new", NEW)
        for case, change in REMOTE.items():
            change(self.bucket, case)

    def moved(
        self, *, up: bool, wishes: Wishes = MIRROR, ledger: str = "ledger"
    ) -> dict[str, Outcome]:
        source, target = (self.here, self.there) if up else (self.there, self.here)
        with opened(self.at / ledger, "source", "target") as book:
            made = planned(source, target, book, wishes=wishes)
            return {one.path: one for one in apply(made, source, target, book)}

    def local(self) -> dict[str, bytes]:
        return {one.name: one.read_bytes() for one in self.folder.iterdir()}

    def remote(self) -> dict[str, bytes]:
        found = self.bucket.objects()
        return {key.removeprefix("demo/"): data for key, data in found.items()}


@pytest.fixture
def pair(moto_bucket: MotoBucket, tmp_path: Path) -> Pair:
    return Pair(moto_bucket, tmp_path)


LEDGERS = pytest.mark.parametrize("ledger", ["ledger", "none"])


@LEDGERS
def test_no_change_on_this_side_is_missed_on_the_way_up(pair: Pair, ledger: str) -> None:
    pair.begun(LOCAL, up=True)
    pair.changed_here()
    found = pair.moved(up=True, ledger=ledger)
    assert pair.remote() == pair.local()
    same = {name for name, one in found.items() if one.end is End.SAME}
    assert same == {"only touched", "nothing"}
    assert {one.end for one in pair.moved(up=True, ledger=ledger).values()} == {End.SAME}


@LEDGERS
def test_no_change_on_the_other_side_is_missed_on_the_way_up(pair: Pair, ledger: str) -> None:
    pair.begun(REMOTE, up=True)
    pair.changed_there()
    pair.moved(up=True, ledger=ledger)
    assert pair.remote() == pair.local() == dict.fromkeys(REMOTE, OLD)


@LEDGERS
def test_no_change_on_the_other_side_is_missed_on_the_way_down(pair: Pair, ledger: str) -> None:
    pair.begun(REMOTE, up=False)
    pair.changed_there()
    found = pair.moved(up=False, ledger=ledger)
    assert pair.local() == pair.remote()
    same = {name for name, one in found.items() if one.end is End.SAME}
    assert same == {"only touched", "nothing"}


@LEDGERS
def test_no_damage_to_the_local_copy_is_missed_on_the_way_down(pair: Pair, ledger: str) -> None:
    pair.begun(LOCAL, up=False)
    pair.changed_here()
    pair.moved(up=False, ledger=ledger)
    assert pair.local() == pair.remote() == dict.fromkeys(LOCAL, OLD)


@pytest.mark.parametrize("up", [True, False])
def test_without_being_told_to_replace_what_others_changed_is_a_conflict(
    pair: Pair, up: bool
) -> None:
    pair.begun(["a", "b"], up=up)
    if up:
        put(pair.bucket, "a", NEW)
    else:
        rewritten(pair.folder / "a", NEW, later_s=0)
    before = pair.local(), pair.remote()
    assert pair.moved(up=up, wishes=Wishes())["a"].end is End.CONFLICT
    assert (pair.local(), pair.remote()) == before


def test_with_checksum_a_copy_that_rotted_unseen_is_found(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.begun(["a", "b"], up=False)
    facts = pair.here.storage.facts(str(pair.folder), "a")
    (pair.folder / "a").write_bytes(NEW)
    tree = LocalStorage.tree
    # What rots on a disk has all its facts left.
    monkeypatch.setattr(
        LocalStorage,
        "tree",
        lambda self, root: (
            one._replace(facts=facts) if one.path == "a" else one for one in tree(self, root)
        ),
    )
    assert pair.moved(up=False)["a"].end is End.SAME
    with opened(pair.at / "ledger", "source", "target") as book:
        wishes = Wishes(checksum=True, replace=True)
        made = planned(pair.there, pair.here, book, wishes=wishes)
    assert [(one.path, one.act.value) for one in made.operations] == [
        ("a", "changed"),
        ("b", "same"),
    ]
