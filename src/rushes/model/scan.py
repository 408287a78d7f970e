"""A scan of storage, and what two scans differ in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import PurePosixPath

from rushes.model.files import FolderUse, FoundSequence


@dataclass(frozen=True)
class Actor:
    """Who does something, on whose behalf, with what: every write names one."""

    name: str
    on_behalf_of: str = ""
    tool: str = ""


@dataclass(frozen=True)
class StorageRoot:
    """A folder under which paths are recorded relative, and where it is mounted here.

    `mount` is an escaped absolute path on this operating system.
    """

    name: str
    mount: str


class ScanState(str, Enum):
    """How a scan stands. Only a `finished` one has become the record of its root."""

    RUNNING = "running"
    FINISHED = "finished"
    SUPERSEDED = "superseded"  # a scan that began later had finished already
    FAILED = "failed"  # given up, or its process was killed: then nobody may know when it ended


@dataclass(frozen=True)
class ScanTotals:
    """Sums over everything below a scan's path. Sizes are bytes."""

    folders: int = 0
    files: int = 0
    sequences: int = 0
    single_files: int = 0
    size: int = 0
    allocated: int = 0
    hidden: int = 0
    temporary: int = 0
    special: int = 0
    unread_folders: int = 0
    errors: int = 0
    warnings: int = 0


@dataclass(frozen=True)
class ScanRecord:
    """One scan as the records hold it. `id` can be looked up again; `below` is the part of the
    root that was walked, "." for all of it; `actor` began it. A killed scan has no `finished`
    until the next one notes its end.
    """

    id: int
    root: StorageRoot
    below: PurePosixPath
    state: ScanState
    started: datetime
    finished: datetime | None
    totals: ScanTotals
    added: int = 0
    removed: int = 0
    changed: int = 0
    actor: Actor = Actor("")


class ChangeKind(str, Enum):
    """What happened to a file sequence between two scans."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class SequenceChange:
    """One file sequence that two scans do not agree on."""

    kind: ChangeKind
    before: FoundSequence | None
    after: FoundSequence | None


@dataclass(frozen=True)
class FolderUseAt:
    """What one folder held when a scan met it."""

    path: PurePosixPath
    use: FolderUse


def overlap(one: PurePosixPath, other: PurePosixPath) -> bool:
    """Whether two parts of one storage root have any folder in common."""
    return one.is_relative_to(other) or other.is_relative_to(one)
