"""What comes of files that are moved, where it is noted, and how hard it is tried."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from rushes.ports.storage_writing import NOTHING, Keeping
from rushes.transfer.plan import Known, Moved


class End(StrEnum):
    """What came of one file."""

    MOVED = "moved"
    SAME = "same"
    DELETED = "deleted"
    CONFLICT = "conflict"
    REFUSED = "refused"
    FAILED = "failed"


class Outcome(NamedTuple):
    """What came of one file.

    `why` are sentences for people, `code` is the error's where it failed. `sent` counts the bytes
    that went now; `digests` are those of what arrived, by algorithm.
    """

    path: str
    end: End
    why: str = ""
    code: str = ""
    sent: int = 0
    digests: Mapping[str, str] = NOTHING


class Book(Known, Protocol):
    """Where it is noted what was done, see `ledger.Ledger`."""

    def moved(self, path: str, row: Moved) -> None:
        """It has arrived, or is known to be the same."""
        ...

    def removed(self, path: str) -> None:
        """It was deleted."""
        ...

    def begun(self, path: str) -> Keeping:
        """Something is about to be made for it."""
        ...

    def ended(self, path: str) -> None:
        """Nothing unfinished is left of it."""
        ...

    def under_way(self) -> Mapping[str, Mapping[str, Any]]:
        """What was begun and has not arrived."""
        ...


class Effort(NamedTuple):
    """How hard to try: files at once, and bytes per second over all of them (0: no limit).

    With a round trip of 80 ms, small files need 64 at once.
    """

    at_once: int = 8
    rate: float = 0


EFFORT = Effort()
