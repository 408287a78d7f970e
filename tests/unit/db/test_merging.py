"""Recordings as large as a show: all is counted, and afterwards only what differs is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

from rushes.db.opening import open_records
from rushes.model.files import FoundFolder
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.scan import ChangeKind, FolderUseAt, ScanRecord, ScanState, ScanTotals
from rushes.ports.progress import Silent
from rushes.ports.records import Records, ScanRequest, every
from rushes.testing.found import ACTOR, MOUNT, found_folder, scanned

_FOLDERS, _BATCH = 5_000, 2_000
_HEADS = tuple(f"pass{number}_v001." for number in range(10))
_TWENTY = FrameSet((FrameRange(1001, 1020),))


@pytest.fixture
def records(database_url: str) -> Iterator[Records]:
    with closing(open_records(database_url, data_dir=Path())) as opened:
        yield opened


def _shot(number: int, *heads: str, size: int = 1000) -> FoundFolder:
    """The folder of one shot: 20 frames of each of `heads`."""
    return found_folder(f"hero/sh{number:05d}", *heads, size=size, frames=_TWENTY)


def _shots(different: Mapping[int, FoundFolder] | None = None) -> Iterator[FoundFolder]:
    """A million files in 50,000 sequences, but for the folders that are to be `different`."""
    others = different or {}
    return (others.get(one) or _shot(one, *_HEADS) for one in range(_FOLDERS))


def _recorded(records: Records, folders: Iterator[FoundFolder]) -> ScanRecord:
    """The scan that met `folders`, batch by batch as a survey tells of them."""
    scan = records.begin_scans([ScanRequest(MOUNT)], actor=ACTOR)[0].id
    while batch := list(islice(folders, _BATCH)):
        records.add_folders(scan, batch, actor=ACTOR)
    return records.finish_scan(scan, ScanTotals(), actor=ACTOR, progress=Silent())


def _told(record: ScanRecord) -> tuple[int, int, int]:
    assert record.state is ScanState.FINISHED
    return record.added, record.removed, record.changed


def _uses(records: Records) -> Sequence[FolderUseAt]:
    return list(every(lambda page: records.folder_use(MOUNT, page=page)))


def test_of_a_million_files_recorded_again_only_what_differs_is_told(records: Records) -> None:
    first = _recorded(records, _shots())
    assert _told(first) == (50_000, 0, 0)
    uses = _uses(records)
    assert (len(uses), sum(one.use.files for one in uses)) == (_FOLDERS, 1_000_000)

    second = _recorded(records, _shots())
    assert _told(second) == (0, 0, 0)
    assert _uses(records) == uses

    different = {
        7: _shot(7, *_HEADS, size=2000),
        2_500: _shot(2_500, *_HEADS[1:]),
        4_999: _shot(4_999, *_HEADS, "late_v001."),
    }
    third = _recorded(records, _shots(different))
    assert _told(third) == (1, 1, 10)
    ask = partial(records.changes, MOUNT, since=second.id, until=third.id)
    changes = list(every(lambda page: ask(page=page)))
    assert [one.kind for one in changes] == [
        *[ChangeKind.CHANGED] * 10,
        ChangeKind.REMOVED,
        ChangeKind.ADDED,
    ]
    assert [one.before for one in changes[:10]] == list(_shot(7, *_HEADS).sequences)
    assert [one.after for one in changes[:10]] == list(different[7].sequences)
    assert changes[10].before == _shot(2_500, _HEADS[0]).sequences[0]
    assert changes[11].after == _shot(4_999, "late_v001.").sequences[0]


def test_a_folder_met_twice_is_recorded_once_as_it_was_met_last(records: Records) -> None:
    twice = [_shot(1, *_HEADS, size=size) for size in (1, 2, 3)]
    assert _told(scanned(records, *twice)) == (10, 0, 0)
    assert list(records.sequences(MOUNT).rows) == list(twice[-1].sequences)
    assert _told(scanned(records, *twice[:2], *twice[:2])) == (0, 0, 10)
    assert list(records.sequences(MOUNT).rows) == list(twice[1].sequences)
    assert [one.use for one in _uses(records)] == [twice[1].use]
