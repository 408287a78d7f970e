"""What a scan might have met, made up for tests, and short ways to record and read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, TypeVar

from rushes.core.digest import fingerprint
from rushes.model.files import FileFacts, FileSequence, FolderUse, FoundFolder, FoundSequence, Kind
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.scan import Actor, ScanRecord, ScanTotals
from rushes.ports.progress import Silent
from rushes.ports.records import Page, Records, ScanRequest

Row = TypeVar("Row")

ACTOR = Actor("Ada", on_behalf_of="editorial", tool="contract suite")
MOUNT = "/mnt/shows"


class Cancelled(Silent):
    """Progress of work that nobody wants any more."""

    def cancelled(self) -> bool:
        """Always."""
        return True


def found(
    folder: str,
    head: str,
    *,
    tail: str = ".exr",
    padding: int = 4,
    frames: FrameSet | None = None,
    kind: Kind = Kind.FRAMES,
    subframe_digits: int = 0,
    size: int = 1000,
    **facts: Any,
) -> FoundSequence:
    """A file sequence of frames 1001 to 1010, or of `frames`, with likely facts."""
    if frames is None:
        frames = FrameSet((FrameRange(1001, 1010),))
    files = len(frames) or 1
    known: dict[str, Any] = {
        "files": files,
        "size": files * size,
        "allocated": files * 4096,
        "smallest": size,
        "largest": size,
        "oldest_ns": 1_700_000_000_000_000_000,
        "newest_ns": 1_700_000_001_000_000_001,
        "fingerprint": fingerprint(frames, size),
    }
    sequence = FileSequence(
        PurePosixPath(folder), head, tail, padding, frames, kind, subframe_digits
    )
    return FoundSequence(sequence, FileFacts(**{**known, **facts}))


def found_folder(folder: str, *heads: str, size: int = 1000, **facts: Any) -> FoundFolder:
    """A folder with one file sequence for each of `heads`, and the use they make of it."""
    sequences = tuple(found(folder, head, size=size, **facts) for head in sorted(heads))
    use = FolderUse(
        files=sum(one.facts.files for one in sequences),
        size=sum(one.facts.size for one in sequences),
        allocated=sum(one.facts.allocated for one in sequences),
        largest=max((one.facts.largest for one in sequences), default=0),
        largest_name=sequences[0].sequence.name(1001) if sequences else "",
        oldest_ns=min((one.facts.oldest_ns for one in sequences), default=0),
        newest_ns=max((one.facts.newest_ns for one in sequences), default=0),
    )
    return FoundFolder(PurePosixPath(folder), sequences, use)


def scanned(
    records: Records, *folders: FoundFolder, mount: str = MOUNT, below: str = "."
) -> ScanRecord:
    """The scan that met `folders`, begun and finished."""
    request = ScanRequest(mount, PurePosixPath(below))
    scan = records.begin_scans([request], actor=ACTOR)[0]
    records.add_folders(scan.id, folders, actor=ACTOR)
    return records.finish_scan(scan.id, ScanTotals(), actor=ACTOR, progress=Silent())


def all_of(ask: Callable[[str | None], Page[Row]]) -> list[Row]:
    """The rows of all pages."""
    rows: list[Row] = []
    page: str | None = None
    while True:
        answer = ask(page)
        rows.extend(answer.rows)
        if answer.next is None:
            return rows
        page = answer.next
