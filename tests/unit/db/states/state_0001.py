"""Scans and what they found, as 0001 made their tables."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from rushes.db.opening import open_records
from rushes.model.scan import ScanState
from rushes.testing.found import MOUNT, found_folder, scanned

_MOMENT = datetime(2026, 11, 1, 8, tzinfo=UTC)


def fill(make: Any) -> None:
    """A root with a finished scan, one that was staging when the server went, and their past."""
    root = make("StorageRoot", name="shows", linux=MOUNT, macos="/Volumes/shows", ordinal=2)
    done = {"root": root, "state": "finished", "started": _MOMENT, "actor": "ada"}
    make("Scan", **done, ordinal=1, finished=_MOMENT, files=10, added=1)
    make("Scan", **done, ordinal=2, finished=_MOMENT, files=11, changed=1, below="show")
    staging = make("Scan", root=root, state="running", started=_MOMENT, actor="ada")
    make("Staging", scan=staging)
    names = {"folder": "show", "head": "plate.", "tail": ".exr", "padding": 4, "kind": "frames"}
    told = {**names, "subframe_digits": 0, "empty": "", "short": "", "fingerprint": "f" * 16}
    key = UUID(int=1)
    make("SequenceRow", root=root, key=key, since=2, frames="1001-1010", files=10, **told)
    make("SequencePast", root=root, key=key, since=1, until=2, frames="1001-1009", files=9, **told)
    make("StagedSequence", scan=staging.pk, key=key, frames="1001", files=1, **told)
    folder = {"key": UUID(int=2), "folder": "show", "largest_name": "plate.1001.exr"}
    make("FolderUseRow", root=root, since=2, **folder)
    make("FolderUsePast", root=root, since=1, until=2, **folder)
    make("StagedFolder", scan=staging.pk, unread=False, **folder)


def check(url: str) -> None:
    """What was scanned is told as it was, and scans go on from there."""
    with closing(open_records(url, data_dir=Path())) as records:
        (row,) = records.sequences(MOUNT).rows
        assert (row.sequence.head, len(row.sequence.frames)) == ("plate.", 10)
        states = [one.state for one in records.scans().rows]
        assert states.count(ScanState.FINISHED) == 2
        again = scanned(records, found_folder("other", "b."))
        assert (again.state, again.added) == (ScanState.FINISHED, 1)
