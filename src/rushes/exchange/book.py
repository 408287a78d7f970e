"""What is remembered of ingests on this machine: each drop's journal, and its last report."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from rushes.core import atomic, clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape, unescape
from rushes.core.lock import Words, held
from rushes.exchange.drop import Drop
from rushes.exchange.lot import Measure
from rushes.ports.storage_writing import Facts
from rushes.transfer.journal import Journal, rows

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
    """One drop's page, open for one run that nobody else makes at the same time."""

    def __init__(self, folder: Path, order: Mapping[str, Any]) -> None:
        self.folder, self.number = folder, folder.name
        self.resumed = _state(folder) in (BROKEN, PARTIAL)
        if not self.resumed:
            with suppress(FileNotFoundError):
                os.unlink(folder / _JOURNAL)
        self._journal = Journal(folder / _JOURNAL)
        self._measures: dict[str, tuple[Facts, Measure]] = {}
        self.lots: dict[str, str] = {}
        for row in self._journal.rows() if self.resumed else ():
            with suppress(ValueError, TypeError, IndexError, RushesError):
                self._replay(list(row))
        self._journal.write(_RUN, clock.iso(clock.now()), dict(order))

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
        if row[0] == _MEASURE:
            path, facts = unescape(row[1]), Facts(*row[2])
            self._measures[path] = facts, Measure(path, facts.size, dict(row[3]))
        elif row[0] == _LOT:
            self.lots[str(row[1])] = str(row[2])


@contextmanager
def opened(above: Path, order: Mapping[str, Any]) -> Iterator[Page]:
    """The page of a drop in the book below `above`; the order names drop, show and target.

    Another run of the same drop is not waited for: `lock.unavailable`. Raises `write.failed`.
    """
    folder = above / number_of(order)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"Could not create the folder {escape(str(folder))}: {error.strerror or error}.",
            hint="Set RUSHES_DATA_DIR to a folder that you may write to.",
        ) from error
    words = Words(f"Another run is ingesting {order['drop']} at this moment; this one did nothing.")
    with held(folder / _LOCK, wait_s=0, words=words):
        page = Page(folder, order)
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
    """How the last run ended; that of a run under way can only be told from outside of it."""
    state = ""
    for row in rows(folder / _JOURNAL):
        if row[0] == _RUN:
            state = BROKEN
        elif row[0] == _END:
            state = str(row[1])
    if state == BROKEN and (folder / _LOCK).exists() and _is_held(folder / _LOCK):
        return RUNNING
    return state


def _is_held(path: Path) -> bool:
    """Whether another process holds the lock."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False
