"""What is remembered of ingests on this machine: each drop's journal, and its last report."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from rushes.core import atomic, clock, folders
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape, unescape
from rushes.core.lock import Words, held, is_held
from rushes.core.uuid7 import uuid7
from rushes.exchange.drop import Drop
from rushes.exchange.lot import Measure
from rushes.ports.storage_writing import Facts
from rushes.transfer.journal import Journal, rows

_KEY = "movement"
_JOURNAL, _REPORT, _LOCK = "journal.jsonl", "report.json", ".lock"
_RUN, _MEASURE, _LOT, _END = "run", "measure", "lot", "end"
DONE, REFUSED, PARTIAL, RUNNING, BROKEN = "done", "refused", "partial", "running", "broken off"
RECORDED, FOLLOWED = "recorded", "followed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One drop as the book has it. `order` is what was asked for, `state` how its last run ended.

    `number` names it: a part of a digest of the drop, the show and the target.
    """

    number: str
    state: str
    started: str
    order: Mapping[str, Any]
    report: Mapping[str, Any] = field(default_factory=dict)


class Page:
    """One drop's page, open for one run that nobody else makes at the same time.

    `key` names the run on record. It is that of the run before where that did not come to its end,
    unless somebody has named this one.
    """

    def __init__(self, folder: Path, order: Mapping[str, Any], key: str = "") -> None:
        self.folder, self.number = folder, folder.name
        self.resumed = _ended(folder) in (BROKEN, PARTIAL)  # the lock is our own here
        if not self.resumed:
            with suppress(FileNotFoundError):
                os.unlink(folder / _JOURNAL)
        self._journal = Journal(folder / _JOURNAL)
        self._measures: dict[str, tuple[Facts, Measure]] = {}
        self.lots: dict[str, str] = {}
        self.key = ""
        for row in self._journal.rows() if self.resumed else ():
            with suppress(ValueError, TypeError, IndexError, RushesError):
                self._replay(list(row))
        self.key = key or self.key or uuid7()
        self._journal.write(_RUN, clock.iso(clock.now()), {**order, _KEY: self.key})

    def measures(self, drop: Drop) -> Mapping[str, Measure]:
        """Digests of files that look as they did when a run that was broken off hashed them."""
        return {
            path: measure
            for path, (facts, measure) in self._measures.items()
            if drop.files.get(path) == facts
        }

    def measured(self, measure: Measure, drop: Drop) -> None:
        """A file was hashed."""
        facts = drop.files[measure.path]
        path = escape(measure.path)
        self._journal.write(_MEASURE, path, list(facts), dict(measure.digests))

    def lot(self, name: str, state: str) -> None:
        """A lot has come so far."""
        self._journal.write(_LOT, name, state)
        self.lots[name] = state

    def end(self, state: str, report: Mapping[str, Any]) -> None:
        """The run is over. What it came to is kept."""
        import orjson

        atomic.write_bytes(self.folder / _REPORT, orjson.dumps(dict(report)))
        self._journal.write(_END, state)

    def close(self) -> None:
        """Have all of it on the disk."""
        self._journal.close()

    def _replay(self, row: list[Any]) -> None:
        if row[0] == _RUN:
            self.key = str(row[2].get(_KEY, ""))
        elif row[0] == _MEASURE:
            path, facts = unescape(row[1]), Facts(*row[2])
            self._measures[path] = facts, Measure(path, facts.size, dict(row[3]))
        elif row[0] == _LOT:
            self.lots[str(row[1])] = str(row[2])


@contextmanager
def opened(above: Path, order: Mapping[str, Any], *, key: str = "") -> Iterator[Page]:
    """The page of a drop in the book below `above`; the order names drop, show and target, `key`
    the run on record.

    Another run of the same drop is not waited for: `lock.unavailable`. Raises `write.failed`.
    """
    folder = folders.made(above / number_of(order))
    words = Words(f"Another run is ingesting {order['drop']} at this moment; this one did nothing.")
    with held(folder / _LOCK, wait_s=0, words=words):
        page = Page(folder, order, key)
        try:
            yield page
        finally:
            page.close()


def number_of(order: Mapping[str, Any]) -> str:
    """What a drop is called in the book."""
    key = "\n".join(str(order[one]) for one in ("drop", "show", "target"))
    return sha256(key.encode()).hexdigest()[:12]


def entries(above: Path) -> Iterator[Entry]:
    """Every drop in the book, the one that was begun last first."""
    found = [one for one in map(_entry, _folders(above)) if one is not None]
    yield from sorted(found, key=lambda one: one.started, reverse=True)


def entry_of_run(above: Path, key: str) -> Entry | None:
    """The drop whose last run is on record by this key, where it was made here."""
    return next((one for one in entries(above) if key and one.order.get(_KEY) == key), None)


def entry(above: Path, number: str) -> Entry:
    """The drop whose number begins so. Raises `record.not_found`, `usage` where several do."""
    found = [one for one in entries(above) if number and one.number.startswith(number)]
    if len(found) == 1:
        return found[0]
    if found:
        raise RushesError(
            Code.USAGE, f"Several ingests begin with {number!r}.", hint="Write more of its number."
        )
    raise RushesError(
        Code.RECORD_NOT_FOUND,
        f"There is no ingest {number!r} on this machine.",
        hint="`rushes ingest list` tells which there are.",
    )


def _folders(above: Path) -> Iterator[Path]:
    try:
        names = sorted(os.listdir(above))
    except FileNotFoundError:
        return
    except OSError as error:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"{escape(str(above))} cannot be read: {error.strerror or error}.",
            hint="Check its permissions.",
        ) from error
    yield from (above / name for name in names if (above / name / _JOURNAL).is_file())


def _entry(folder: Path) -> Entry | None:
    import orjson

    started, order = "", None
    for row in rows(folder / _JOURNAL):
        if row[0] == _RUN and len(row) == 3 and isinstance(row[2], dict):
            started, order = str(row[1]), row[2]
    if order is None:
        return None
    report: Any = {}
    with suppress(OSError, ValueError):
        report = orjson.loads((folder / _REPORT).read_bytes())
    return Entry(folder.name, _state(folder), started, order, report)


def _state(folder: Path) -> str:
    """How the last run ended, or that it is under way; to be asked from outside of it."""
    state = _ended(folder)
    return RUNNING if state == BROKEN and is_held(folder / _LOCK) else state


def _ended(folder: Path) -> str:
    """How the last run ended, by its journal alone."""
    state = ""
    for row in rows(folder / _JOURNAL):
        if row[0] == _RUN:
            state = BROKEN
        elif row[0] == _END:
            state = str(row[1])
    return state
