"""When to give a run up: files fail one after another, and there is no sign of life between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.core.errors import Code
from rushes.ports.progress import Progress
from rushes.ports.storage_writing import Keeping
from rushes.transfer.outcome import Book, End, Outcome
from rushes.transfer.plan import Moved

# What a storage that is gone, full or closed makes of every file. That many files of a disk cannot
# be read may be their owners' wish.
_FAR_AWAY = frozenset((Code.PATH_UNREADABLE.value, Code.WRITE_FAILED.value))
_NEAR = frozenset((Code.WRITE_FAILED.value,))


class Patience:
    """Progress that passes on what it is told, and wants no more after `most` failures in a row.

    `far` says that files are read from a storage elsewhere.
    """

    def __init__(self, progress: Progress, *, most: int, far: bool) -> None:
        self._progress, self._most = progress, most
        self._lost = _FAR_AWAY if far else _NEAR
        self._failed = 0

    def saw(self, outcome: Outcome) -> None:
        """Take note of what came of a file."""
        if outcome.end is End.FAILED and outcome.code in self._lost:
            self._failed += 1
        elif outcome.end in (End.MOVED, End.DELETED):
            self._failed = 0

    @property
    def gone(self) -> bool:
        """Whether it is of no use to go on."""
        return self._failed >= self._most

    def report(self, done: int, total: int | None = None, note: str = "") -> None:
        """See the port."""
        self._progress.report(done, total, note)

    def cancelled(self) -> bool:
        """See the port."""
        return self.gone or self._progress.cancelled()


class Arrivals:
    """A book that also tells what was noted in this run, by path."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.there: set[str] = set()
        self.gone: set[str] = set()

    def get(self, path: str) -> Moved | None:
        """See `apply.Book`."""
        return self._book.get(path)

    def moved(self, path: str, row: Moved) -> None:
        """See `apply.Book`."""
        self._book.moved(path, row)
        self.there.add(path)

    def removed(self, path: str) -> None:
        """See `apply.Book`."""
        self._book.removed(path)
        self.gone.add(path)

    def begun(self, path: str) -> Keeping:
        """See `apply.Book`."""
        return self._book.begun(path)

    def ended(self, path: str) -> None:
        """See `apply.Book`."""
        self._book.ended(path)

    def under_way(self) -> Mapping[str, Mapping[str, Any]]:
        """See `apply.Book`."""
        return self._book.under_way()
