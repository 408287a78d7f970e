"""A survey judges all that a walk meets, hands it on, and has it remembered as one scan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import pytest

from rushes.core.errors import Code, RushesError
from rushes.model.files import FoundFolder
from rushes.model.scan import ScanState
from rushes.scan.gaps import Judged, nothing_known
from rushes.scan.roots import Root, among, moved
from rushes.scan.survey import Survey, survey
from rushes.testing.found import ACTOR, Cancelled, found_folder
from rushes.testing.memory_records import MemoryRecords


def run(
    folders: Iterator[FoundFolder] | list[FoundFolder],
    *,
    root: Root = Root("/mnt/shows"),  # noqa: B008 (frozen)
    records: MemoryRecords | None = None,
    seen: list[str] | None = None,
) -> Survey:
    def sink(folder: FoundFolder, judged: Sequence[Judged]) -> None:
        if seen is not None:
            seen.append(str(folder.path))

    return survey(
        root,
        iter(folders),
        expect=nothing_known,
        open_records=(lambda: records) if records is not None else None,
        actor=ACTOR,
        sink=sink,
    )


def test_every_folder_is_handed_on_in_order_and_summed_up() -> None:
    seen: list[str] = []
    done = run([found_folder("a", "x."), found_folder("b", "y.", "z.")], seen=seen)
    assert seen == ["a", "b"]
    assert (done.totals.folders, done.totals.sequences) == (2, 3)
    assert done.record is None


def test_a_finished_survey_is_the_record() -> None:
    records = MemoryRecords()
    done = run([found_folder("a", "x.")], records=records)
    assert done.record is not None
    assert records.scans().rows[0].id == done.record.id
    assert done.record.state is ScanState.FINISHED


def test_a_walk_that_breaks_off_leaves_no_record() -> None:
    records = MemoryRecords()

    def broken() -> Iterator[FoundFolder]:
        yield found_folder("a", "x.")
        raise RushesError(Code.EXECUTOR_FAILED, "lost")

    with pytest.raises(RushesError):
        run(broken(), records=records)
    assert [one.state for one in records.scans().rows] == [ScanState.FAILED]
    assert records.sequences("/mnt/shows").rows == []


def test_nobody_waiting_ends_the_survey_without_a_record() -> None:
    records = MemoryRecords()
    with pytest.raises(RushesError) as caught:
        survey(
            Root("/mnt/shows"),
            iter([found_folder(f"a{at}", "x.") for at in range(100)]),
            expect=nothing_known,
            open_records=lambda: records,
            actor=ACTOR,
            sink=lambda folder, judged: None,
            progress=Cancelled(),
        )
    assert caught.value.code is Code.CANCELLED
    assert [one.state for one in records.scans().rows] == [ScanState.FAILED]


def test_a_part_of_a_known_root_is_recorded_under_that_root() -> None:
    records = MemoryRecords()
    run([found_folder("demo/a", "x."), found_folder("other", "y.")], records=records)
    seen: list[str] = []
    done = run([found_folder("a", "x.")], root=Root("/mnt/shows/demo"), records=records, seen=seen)
    assert done.root == Root("/mnt/shows", PurePosixPath("demo"))
    assert seen == ["demo/a"]
    assert done.record is not None
    assert (done.record.added, done.record.removed) == (0, 0)
    assert len(records.sequences("/mnt/shows").rows) == 2


def test_the_innermost_known_root_counts_and_one_below_never_does() -> None:
    root = Root("/mnt/shows/demo", PurePosixPath("sq010"))
    assert among(root, ["/mnt", "/mnt/shows", "/mnt/showsreel"]) == Root(
        "/mnt/shows", PurePosixPath("demo/sq010")
    )
    assert among(root, ["/mnt/shows/demo/sq010"]) == root
    assert among(root, []) == root


def test_what_is_told_under_another_root_keeps_its_findings() -> None:
    folder = moved(found_folder("sq010", "x."), PurePosixPath("demo"))
    assert str(folder.path) == "demo/sq010"
    assert {str(one.sequence.folder) for one in folder.sequences} == {"demo/sq010"}
