"""Growth is told against the last scan that saw all of a place, and against no other."""

from __future__ import annotations

from pathlib import PurePosixPath

from rushes.model.scan import ScanState
from rushes.ports.records import ScanRequest
from rushes.scan.growth import Before, before
from rushes.scan.layout import Layout, Place
from rushes.scan.roots import Root
from rushes.testing.found import ACTOR, MOUNT, found_folder, scanned
from rushes.testing.memory_records import MemoryRecords

LAYOUT = Layout(["{show}/{sequence}/{shot}/{task}"])
SH10 = "demo/sq010/sh0010/comp"
SH20 = "demo/sq020/sh0020/comp"


def past(records: MemoryRecords, below: str = ".", *, mount: str = MOUNT) -> Before | None:
    return before(records, Root(mount, PurePosixPath(below)), LAYOUT)


def test_nothing_is_known_before_the_first_scan_nor_of_another_root() -> None:
    records = MemoryRecords()
    assert past(records) is None
    scanned(records, found_folder(SH10, "a."))
    assert past(records, mount="/mnt/other") is None


def test_use_is_that_of_the_last_scan_of_all_of_it_and_not_of_later_ones_of_a_part() -> None:
    records = MemoryRecords()
    whole = scanned(records, found_folder(SH10, "a."), found_folder(SH20, "a."))
    part = scanned(records, found_folder(SH10, "a.", "b."), below="demo/sq010")
    all_of_it, of_the_part = past(records), past(records, "demo/sq010")
    assert all_of_it is not None
    assert of_the_part is not None
    assert (all_of_it.scan.id, all_of_it.usage.total.size) == (whole.id, 20_000)
    assert (of_the_part.scan.id, of_the_part.usage.total.size) == (part.id, 20_000)


def test_a_scan_of_a_part_says_nothing_of_the_whole_nor_of_another_part() -> None:
    records = MemoryRecords()
    scanned(records, found_folder(SH10, "a."), below="demo/sq010")
    assert past(records) is None
    assert past(records, "demo/sq020") is None


def test_a_scan_that_failed_is_none() -> None:
    records = MemoryRecords()
    known = scanned(records, found_folder(SH10, "a."))
    (begun,) = records.begin_scans([ScanRequest(MOUNT)], actor=ACTOR)
    records.fail_scans([begun.id], actor=ACTOR)
    assert records.scans().rows[0].state is ScanState.FAILED
    found = past(records)
    assert found is not None
    assert found.scan.id == known.id


def test_a_part_that_is_asked_for_by_its_own_path_is_found_in_the_root_around_it() -> None:
    records = MemoryRecords()
    scanned(records, found_folder(SH10, "a."), found_folder(SH20, "a."))
    found = past(records, mount=f"{MOUNT}/demo/sq010")
    assert found is not None
    assert found.root == Root(MOUNT, PurePosixPath("demo/sq010"))
    assert found.usage.total.size == 10_000
    # As its own root names it: what is compared is a walk of that path.
    assert list(found.usage.places("show")) == [Place("sh0010")]
