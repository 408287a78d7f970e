"""The socket to what Rushes remembers, shaped for a network: batches, pages, actors.

The same calls run over the ORM, in memory, and later over HTTP; one contract suite holds all.
Paths are relative to their storage root, and escaped only at the adapter's own edge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Generic, Protocol, TypeVar

from rushes.model.files import FoundFolder, FoundSequence
from rushes.model.scan import (
    Actor,
    FolderUseAt,
    ScanRecord,
    ScanTotals,
    SequenceChange,
    StorageRoot,
)
from rushes.ports.progress import Progress

Row = TypeVar("Row", covariant=True)
One = TypeVar("One")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the token that asks for the next ones; None when these were the last."""

    rows: Sequence[Row]
    next: str | None = None


def every(ask: Callable[[str | None], Page[One]]) -> Iterator[One]:
    """All rows, page after page, each asked for when the one before is used up."""
    page = ask(None)
    yield from page.rows
    while page.next is not None:
        page = ask(page.next)
        yield from page.rows


@dataclass(frozen=True)
class ScanRequest:
    """A scan about to begin: the part `below` of the root mounted at `mount`, both as the file
    system spells them, not escaped. `started` is when the walk began; None means now.
    """

    mount: str
    below: PurePosixPath = PurePosixPath(".")
    started: datetime | None = None


class Records(Protocol):
    """Storage roots, scans, file sequences and disk use over time.

    Every call raises `database.unavailable` when the records cannot be reached, and
    `record.not_found` for an id that is not there; nothing else gets out.
    """

    def storage_roots(self, *, page: str | None = None) -> Page[StorageRoot]:
        """Every storage root, by name."""
        ...

    def begin_scans(self, requests: Sequence[ScanRequest], *, actor: Actor) -> Sequence[ScanRecord]:
        """Note that scans begin; a root not yet known is made. They count for nothing until
        they finish, so a killed scan leaves the former record as it was.
        """
        ...

    def add_folders(self, scan: int, folders: Sequence[FoundFolder], *, actor: Actor) -> None:
        """Stage what a running scan has met, in any order, in as many calls as it takes."""
        ...

    def finish_scan(
        self, scan: int, totals: ScanTotals, *, actor: Actor, progress: Progress
    ) -> ScanRecord:
        """Make the staged folders the record of their root, in one step, and keep what changed.

        Sequences below folders that were staged as `unread` stay as they were, and so does all
        that lies outside the scan's part of the root. A scan that began before another finished
        one of the same part, or of one around or inside it, changes nothing and is `superseded`.
        Where only `allocated`, `empty` or `short` differ, they are kept, but it is no change: a
        file system sets blocks aside when it likes. Finishing again tells the same.
        """
        ...

    def fail_scans(self, scans: Sequence[int], *, actor: Actor) -> None:
        """Give running scans up and drop what they staged; ended ones stay as they ended."""
        ...

    def scans(self, *, mount: str | None = None, page: str | None = None) -> Page[ScanRecord]:
        """Scans, the newest first; of one root when `mount` is given. One whose process was killed
        is told as failed.
        """
        ...

    def sequences(
        self, mount: str, *, below: PurePosixPath = PurePosixPath("."), page: str | None = None
    ) -> Page[FoundSequence]:
        """File sequences and single files as last recorded, in folder and name order; none of a
        mount never scanned.
        """
        ...

    def changes(
        self, mount: str, *, since: int, until: int, page: str | None = None
    ) -> Page[SequenceChange]:
        """What differs between the state after scan `since` and that after scan `until` of one
        root, in folder and name order; a sequence that changed and changed back is not told.
        Backwards where `since` finished later. Both must have finished (`record.not_found`).
        """
        ...

    def folder_use(
        self, mount: str, *, at: int | None = None, page: str | None = None
    ) -> Page[FolderUseAt]:
        """Each folder's own use after scan `at` (the last finished one when None)."""
        ...

    def close(self) -> None:
        """Let go of the connection; whatever is asked next makes a new one."""
        ...
