"""What is remembered of deliveries on this machine: names of those that are not whole yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from rushes.core import clock, folders
from rushes.core.errors import Code, RushesError
from rushes.core.lock import Words, held
from rushes.core.uuid7 import uuid7
from rushes.exchange.delivery.order import Order
from rushes.transfer.journal import Journal

_JOURNAL, _LOCK = "journal.jsonl", ".lock"
_BEGUN, _END = "begun", "end"


class Page:
    """One order's page, open for one run that nobody else makes at the same time.

    `key` names the movement. It is the one of the run before where that did not come to its end,
    so that what was begun is gone on with, under the same name.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._journal = Journal(folder / _JOURNAL)
        self.key = self._open_key()
        self.resumed = bool(self.key)
        self._noted = self.resumed
        self.key = self.key or uuid7()

    @property
    def ended(self) -> str:
        """When the last run came to its end, as text in UTC; empty where none did."""
        return max(
            (str(row[1]) for row in self._journal.rows() if _END in row[:1] and row[1:]), default=""
        )

    def begin(self) -> None:
        """Note the key before anything bears it."""
        if not self._noted:
            self._journal.write(_BEGUN, clock.iso(clock.now()), self.key)
            self._noted = True

    def end(self) -> None:
        """It is whole and on record: what begins from now on is another delivery."""
        self._journal.write(_END, clock.iso(clock.now()), self.key)
        self.key, self._noted = uuid7(), False

    def close(self) -> None:
        """Have all of it on the disk."""
        self._journal.close()

    def _open_key(self) -> str:
        found = ""
        for row in self._journal.rows():
            with suppress(IndexError):
                found = str(row[2]) if row[0] == _BEGUN else ""
        return found


@contextmanager
def opened(above: Path, order: Order, *, begun: datetime | None = None) -> Iterator[Page]:
    """The page of an order in the book below `above`.

    Another run of the same order is not waited for: `lock.unavailable`. So is one that ended after
    this one had `begun`, where all would be sent a second time. Raises `write.failed`.
    """
    folder = folders.made(above / order.number)
    words = Words("Another run is making the same delivery at this moment; this one did nothing.")
    with held(folder / _LOCK, wait_s=0, words=words):
        page = Page(folder)
        try:
            if begun is not None and order.full and page.ended > clock.iso(begun):
                raise RushesError(
                    Code.LOCK_UNAVAILABLE,
                    "Another run made the same delivery at this moment; this one did nothing.",
                    hint="Run it again if all of it is to be sent once more.",
                )
            yield page
        finally:
            page.close()
