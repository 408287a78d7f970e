"""What every implementation of the records port has to do: one scan, and the lists it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import ClassVar

import pytest

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.files import FolderUse, FoundFolder, Kind
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.scan import Actor, ScanState, ScanTotals
from rushes.ports.progress import Silent
from rushes.ports.records import Records, ScanRequest
from rushes.testing.found import ACTOR, MOUNT, Cancelled, all_of, found, found_folder, scanned

ALL = PurePosixPath(".")


class ScanContract:
    """Subclass it and give a fixture `records` with records that hold nothing yet, and one `kill`
    that leaves a running scan, by its id, as it is left by a process that was killed.

    `told` is `ACTOR` as these records tell who began a scan.
    """

    told: ClassVar[Actor] = ACTOR

    def test_what_was_found_is_what_is_recorded(self, records: Records) -> None:
        folder = FoundFolder(
            PurePosixPath("show/sh010"),
            (
                found(
                    "show/sh010", "a_", frames=FrameSet((FrameRange(-5, -1), FrameRange(3, 9, 2)))
                ),
                found("show/sh010", "b.", kind=Kind.TILES, padding=4, size=2**50),
                found("show/sh010", "c.", padding=3),
                found("show/sh010", "c.", padding=4),
                found("show/sh010", "c.", padding=4, subframe_digits=2),
                found("show/sh010", "notes.txt", kind=Kind.FILE, frames=FrameSet(), tail=""),
                found("show/sh010", "z.", empty=FrameSet.of([1001]), short=FrameSet.of([1002])),
            ),
            use=FolderUse(9, 2**50, 2**51, 2**49, "b.1001.exr", -1, 2**62),
        )
        scanned(records, folder)
        assert all_of(lambda page: records.sequences(MOUNT, page=page)) == list(folder.sequences)
        uses = all_of(lambda page: records.folder_use(MOUNT, page=page))
        assert [(one.path, one.use) for one in uses] == [(folder.path, folder.use)]

    def test_a_finished_scan_tells_what_it_was_given(self, records: Records) -> None:
        totals = ScanTotals(*range(1, 13))
        started = clock.now() - timedelta(hours=1)
        request = ScanRequest(MOUNT, PurePosixPath("show"), started)
        begun = records.begin_scans([request], actor=ACTOR)[0]
        assert (begun.state, begun.finished) == (ScanState.RUNNING, None)
        ended = records.finish_scan(begun.id, totals, actor=ACTOR, progress=Silent())
        assert (ended.id, ended.root, ended.below) == (begun.id, begun.root, PurePosixPath("show"))
        assert (ended.state, ended.started, ended.totals) == (ScanState.FINISHED, started, totals)
        assert ended.finished is not None
        assert ended.finished >= started
        assert begun.actor == ended.actor == self.told
        assert list(records.scans().rows) == [ended]

    def test_a_scan_that_never_finished_leaves_the_record_as_it_was(self, records: Records) -> None:
        scanned(records, found_folder("show", "a."))
        killed = records.begin_scans([ScanRequest(MOUNT)], actor=ACTOR)[0]
        records.add_folders(killed.id, [found_folder("show", "b.")], actor=ACTOR)
        assert _heads(records) == ["a."]
        again = scanned(records, found_folder("show", "a.", "c."))
        assert (again.added, again.removed, again.changed) == (1, 0, 0)
        assert _heads(records) == ["a.", "c."]

    def test_a_killed_scan_is_told_as_failed_before_another_begins(
        self, records: Records, kill: Callable[[int], None]
    ) -> None:
        done = scanned(records, found_folder("show", "a."))
        killed = records.begin_scans([ScanRequest(MOUNT)], actor=ACTOR)[0]
        records.add_folders(killed.id, [found_folder("show", "b.")], actor=ACTOR)
        assert list(records.scans().rows) == [killed, done]
        kill(killed.id)
        # When it was killed, nobody knows.
        told = replace(killed, state=ScanState.FAILED)
        assert told.finished is None
        assert list(records.scans().rows) == list(records.scans(mount=MOUNT).rows) == [told, done]
        with pytest.raises(RushesError) as caught:
            records.changes(MOUNT, since=done.id, until=killed.id)
        assert caught.value.code is Code.RECORD_NOT_FOUND
        living = records.begin_scans([ScanRequest(MOUNT)], actor=ACTOR)[0]
        states = {one.id: one.state for one in records.scans().rows}
        assert states == {
            living.id: ScanState.RUNNING, killed.id: ScanState.FAILED, done.id: ScanState.FINISHED
        }  # fmt: skip

    def test_a_scan_that_was_given_up_takes_no_more(self, records: Records) -> None:
        first, second = records.begin_scans([ScanRequest(MOUNT)] * 2, actor=ACTOR)
        records.add_folders(first.id, [found_folder("show", "b.")], actor=ACTOR)
        records.fail_scans([first.id, second.id], actor=ACTOR)
        with pytest.raises(RushesError) as adding:
            records.add_folders(first.id, [found_folder("show", "c.")], actor=ACTOR)
        with pytest.raises(RushesError) as finishing:
            records.finish_scan(first.id, ScanTotals(), actor=ACTOR, progress=Silent())
        assert adding.value.code is finishing.value.code is Code.RECORD_NOT_FOUND
        assert [one.state for one in records.scans().rows] == [ScanState.FAILED] * 2
        assert _heads(records) == []

    def test_giving_up_a_finished_scan_takes_nothing_back(self, records: Records) -> None:
        done = scanned(records, found_folder("show", "a."))
        records.fail_scans([done.id], actor=ACTOR)
        assert list(records.scans().rows) == [done]
        assert _heads(records) == ["a."]

    def test_finishing_twice_is_harmless(self, records: Records) -> None:
        done = scanned(records, found_folder("show", "a."))
        again = records.finish_scan(done.id, ScanTotals(), actor=ACTOR, progress=Silent())
        assert again == done

    def test_a_cancelled_finish_records_nothing(self, records: Records) -> None:
        begun = records.begin_scans([ScanRequest(MOUNT)], actor=ACTOR)[0]
        records.add_folders(begun.id, [found_folder("show", "a.")], actor=ACTOR)
        with pytest.raises(RushesError) as caught:
            records.finish_scan(begun.id, ScanTotals(), actor=ACTOR, progress=Cancelled())
        assert caught.value.code is Code.CANCELLED
        assert _heads(records) == []
        records.fail_scans([begun.id], actor=ACTOR)

    def test_folders_come_in_any_order_and_number_of_calls(self, records: Records) -> None:
        begun = records.begin_scans([ScanRequest(MOUNT)], actor=ACTOR)[0]
        records.add_folders(begun.id, [found_folder("b", "1.")], actor=ACTOR)
        records.add_folders(begun.id, [], actor=ACTOR)
        records.add_folders(
            begun.id, [found_folder("c", "1."), found_folder("a", "1.")], actor=ACTOR
        )
        records.finish_scan(begun.id, ScanTotals(), actor=ACTOR, progress=Silent())
        rows = records.sequences(MOUNT).rows
        assert [str(one.sequence.folder) for one in rows] == ["a", "b", "c"]

    def test_an_older_scan_of_the_same_part_is_superseded(self, records: Records) -> None:
        old, new = records.begin_scans([ScanRequest(MOUNT)] * 2, actor=ACTOR)
        records.add_folders(old.id, [found_folder("show", "old.")], actor=ACTOR)
        records.add_folders(new.id, [found_folder("show", "new.")], actor=ACTOR)
        records.finish_scan(new.id, ScanTotals(), actor=ACTOR, progress=Silent())
        late = records.finish_scan(old.id, ScanTotals(), actor=ACTOR, progress=Silent())
        assert (late.state, late.added, late.removed) == (ScanState.SUPERSEDED, 0, 0)
        assert _heads(records) == ["new."]

    def test_the_walk_that_began_later_wins_whoever_told_the_records_first(
        self, records: Records
    ) -> None:
        moment = clock.now()
        requests = [ScanRequest(MOUNT, ALL, moment - timedelta(minutes=n)) for n in (0, 5)]
        young, old = records.begin_scans(requests, actor=ACTOR)
        records.finish_scan(young.id, ScanTotals(), actor=ACTOR, progress=Silent())
        late = records.finish_scan(old.id, ScanTotals(), actor=ACTOR, progress=Silent())
        assert late.state is ScanState.SUPERSEDED

    def test_of_two_scans_at_once_the_one_that_ends_last_may_be_the_younger(
        self, records: Records
    ) -> None:
        first, second = records.begin_scans([ScanRequest(MOUNT)] * 2, actor=ACTOR)
        for scan, head in ((first, "a."), (second, "b.")):
            records.add_folders(scan.id, [found_folder("show", head)], actor=ACTOR)
        for scan in (first, second):
            ended = records.finish_scan(scan.id, ScanTotals(), actor=ACTOR, progress=Silent())
            assert ended.state is ScanState.FINISHED
        assert _heads(records) == ["b."]

    def test_scans_of_different_parts_do_not_supersede_each_other(self, records: Records) -> None:
        one, two = records.begin_scans(
            [ScanRequest(MOUNT, PurePosixPath(part)) for part in ("a", "b")], actor=ACTOR
        )
        for scan, part in ((two, "b"), (one, "a")):
            records.add_folders(scan.id, [found_folder(part, "x.")], actor=ACTOR)
            ended = records.finish_scan(scan.id, ScanTotals(), actor=ACTOR, progress=Silent())
            assert ended.state is ScanState.FINISHED
        assert len(records.sequences(MOUNT).rows) == 2

    def test_a_part_scanned_again_leaves_the_rest_alone(self, records: Records) -> None:
        parts = ("s", "s/sh1", "s/sh1/v1", "s/sh1-old", "s/sh10", "t")
        scanned(records, *(found_folder(part, "x.") for part in parts))
        again = scanned(records, found_folder("s/sh1", "y."), below="s/sh1")
        assert (again.added, again.removed, again.changed) == (1, 2, 0)
        left = [
            (str(one.sequence.folder), one.sequence.head) for one in records.sequences(MOUNT).rows
        ]
        assert sorted(left) == [
            ("s", "x."), ("s/sh1", "y."), ("s/sh1-old", "x."), ("s/sh10", "x."), ("t", "x."),
        ]  # fmt: skip

    def test_what_could_not_be_seen_stays_as_it_was(self, records: Records) -> None:
        parts = ("a", "a/deep", "a/deep/er", "a-b", "b")
        scanned(records, *(found_folder(part, "x.") for part in parts))
        unread = FoundFolder(PurePosixPath("a"), unread=True)
        again = scanned(records, FoundFolder(ALL), unread, found_folder("b", "y."))
        assert (again.added, again.removed) == (1, 2)
        rows = records.sequences(MOUNT).rows
        assert [str(one.sequence.folder) for one in rows] == ["a", "a/deep", "a/deep/er", "b"]
        uses = [str(one.path) for one in records.folder_use(MOUNT).rows]
        assert uses == [".", "a", "a/deep", "a/deep/er", "b"]

    def test_a_root_that_could_not_be_read_loses_nothing(self, records: Records) -> None:
        scanned(records, found_folder(".", "x."), found_folder("a", "x."))
        again = scanned(records, FoundFolder(ALL, unread=True))
        assert (again.state, again.removed) == (ScanState.FINISHED, 0)
        assert len(records.sequences(MOUNT).rows) == 2

    def test_what_an_unread_folder_is_said_to_hold_is_not_believed(self, records: Records) -> None:
        whole = found_folder("a", "x.")
        scanned(records, FoundFolder(whole.path, whole.sequences, whole.use, unread=True))
        assert list(records.sequences(MOUNT).rows) == []
        assert list(records.folder_use(MOUNT).rows) == []

    def test_blocks_set_aside_later_are_no_change_but_are_kept(self, records: Records) -> None:
        scanned(records, found_folder("a", "x.", allocated=0))
        again = scanned(records, found_folder("a", "x.", allocated=8192))
        assert (again.added, again.removed, again.changed) == (0, 0, 0)
        assert records.sequences(MOUNT).rows[0].facts.allocated == 8192

    def test_names_of_any_bytes_come_back_as_they_were(self, records: Records) -> None:
        odd = ["new\nline", "back\\slash", "tab\there", "\udcff\udcfe", "🎬", "\\N", "\\.", "-n",
               "quote'\"", "%s", "{}", "\x7f", "\u2028", " ", "\u00e9", "e\u0301"]  # fmt: skip
        folders = [
            FoundFolder(
                PurePosixPath(f"dir {name}"),
                (found(f"dir {name}", f"{name}.", tail=f".{name}"),),
                FolderUse(1, 1, 1, 1, name, 0, 0),
            )
            for name in odd
        ]
        scanned(records, *folders)
        by_name = sorted(folders, key=lambda folder: escape(str(folder.path)))
        expected = [one for folder in by_name for one in folder.sequences]
        assert all_of(lambda page: records.sequences(MOUNT, page=page)) == expected
        uses = all_of(lambda page: records.folder_use(MOUNT, page=page))
        assert [(one.path, one.use) for one in uses] == [(one.path, one.use) for one in by_name]
        for folder in folders:
            rows = records.sequences(MOUNT, below=folder.path).rows
            assert list(rows) == list(folder.sequences)

    def test_the_longest_paths_are_kept(self, records: Records) -> None:
        deep = "/".join(f"{n:03d}" + "\udcff" * 240 for n in range(15))
        scanned(records, found_folder(deep, "\udcfe" * 250))
        rows = records.sequences(MOUNT, below=PurePosixPath(deep)).rows
        assert rows[0].sequence.head == "\udcfe" * 250
        again = scanned(records, found_folder(deep, "\udcfe" * 250))
        assert (again.added, again.removed, again.changed) == (0, 0, 0)


def _heads(records: Records) -> list[str]:
    return [one.sequence.head for one in all_of(lambda page: records.sequences(MOUNT, page=page))]
