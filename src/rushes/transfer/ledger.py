"""What was moved between two places: by it, later runs know what changed, and go on after a kill.

It is made of hints, and may be removed at any time: then everything is looked at anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from pathlib import Path
from sys import intern
from threading import Lock
from typing import IO, Any

from rushes.core import atomic, digest, folders
from rushes.core.errors import RushesError
from rushes.core.escape import escape, unescape
from rushes.core.lock import Words, held
from rushes.ports.storage_writing import NOTHING, Facts
from rushes.transfer.journal import Journal
from rushes.transfer.plan import Moved

_HEAD = b"[1]"  # the first line: the schema
_FILE, _JOURNAL, _LOCK = "ledger.jsonl", "journal.jsonl", ".lock"
_MOVED, _GONE, _BEGUN, _KEPT, _ENDED = "moved", "gone", "begun", "kept", "ended"
_STATE = b'",{'  # in a row of what is under way; in others not but in texts
_WAIT_S = 1.0


class Ledger:
    """Files that were moved, by path, and what is under way. Threads may use it at once.

    Rows stay as the bytes they are in the file until somebody asks for them: 100,000 take 40 MB.
    They are not even sorted by path as long as all that is asked is which files have not changed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: dict[str, bytes | Moved] = {}
        self._under_way: dict[str, Mapping[str, Any]] = {}
        self._lock = Lock()
        self._lines = self._read_file()  # of the file, as long as they are not in `_rows`
        self._journal = Journal(folder / _JOURNAL)
        for row in self._journal.rows():
            with suppress(ValueError, TypeError, IndexError):
                self._replay(row)

    @property
    def _moved(self) -> dict[str, bytes | Moved]:
        """The rows by path."""
        if self._lines:
            with self._lock:
                self._sort()
        return self._rows

    def get(self, path: str) -> Moved | None:
        """The file's last transfer, if there was one."""
        found = self._moved.get(path)
        if isinstance(found, bytes):
            return _parsed(found)
        return found

    def unmoved(self, source: Mapping[str, Facts], target: Mapping[str, Facts]) -> Set[str]:
        """Files that are on both sides as their last transfer left them.

        A row that is not laid out as ours are is not told of here: `get` has to be asked.
        """
        import orjson

        found: set[str] = set()
        try:
            for path, _, before, after in map(orjson.loads, self._lines):
                if "\\" in path:
                    break  # it is escaped
                if tuple(before) == source.get(path) and tuple(after) == target.get(path):
                    found.add(intern(path))  # as in the listings: no copy is kept
                elif path in found:
                    break  # it is told twice
            else:
                if self._lines:
                    return found
        except (ValueError, TypeError):
            pass  # a row makes no sense: whatever they have of a file, the last one counts
        for path in source.keys() & target.keys():
            row = self.get(path)
            if row is not None and (row.source, row.target) == (source[path], target[path]):
                found.add(path)
            else:
                found.discard(path)
        return found

    def moved(self, path: str, row: Moved) -> None:
        """It has arrived, or is known to be the same."""
        self._journal.write(_MOVED, escape(path), *_plain(row))
        self._moved[path] = row
        self._under_way.pop(path, None)

    def removed(self, path: str) -> None:
        """It was deleted at the target."""
        self._journal.write(_GONE, escape(path))
        self._moved.pop(path, None)

    def begun(self, path: str) -> Keeping:
        """Something is about to be made for this file at the target."""
        if path not in self._under_way:
            self._journal.write(_BEGUN, escape(path))
            self._under_way[path] = NOTHING
        return Keeping(self, path)

    def ended(self, path: str) -> None:
        """Nothing unfinished is left of this file at the target."""
        if self._under_way.pop(path, None) is not None:
            self._journal.write(_ENDED, escape(path))

    def keep(self, path: str, state: Mapping[str, Any]) -> None:
        """Remember how far it is, on top of what was kept."""
        self._journal.write(_KEPT, escape(path), dict(state))
        # Replaced at once, as several threads send parts of one file.
        with self._lock:
            self._under_way[path] = {**self._under_way.get(path, NOTHING), **state}

    def renew(self, path: str) -> None:
        """It is begun anew."""
        self._journal.write(_BEGUN, escape(path))
        self._under_way[path] = NOTHING

    def kept(self, path: str) -> Mapping[str, Any]:
        """What was kept of it last."""
        return self._under_way.get(path, NOTHING)

    def under_way(self) -> Mapping[str, Mapping[str, Any]]:
        """What was begun and has not arrived, by path, with what was kept of it."""
        return dict(self._under_way)

    def __len__(self) -> int:
        return len(self._moved)

    def close(self) -> None:
        """Write the ledger anew from all that is known; the journal has served then."""
        self._journal.close()
        if (self._folder / _JOURNAL).stat().st_size:  # else the file says all of it
            with atomic.writing(self._folder / _FILE) as out:
                self._write(out)
        with suppress(OSError):
            os.unlink(self._folder / _JOURNAL)

    def abort(self) -> None:
        """Leave all as it is on the disk, as a kill would."""
        self._journal.close()

    def _write(self, out: IO[bytes]) -> None:
        import orjson

        out.write(_HEAD + b"\n")
        for path, row in self._moved.items():
            if isinstance(row, Moved):
                row = orjson.dumps([escape(path), *_plain(row)]) + b"\n"
            out.write(row)
        for path, state in self._under_way.items():
            out.write(orjson.dumps([escape(path), dict(state)]) + b"\n")

    def _read_file(self) -> list[bytes]:
        """The lines of the file but for its first."""
        try:
            data = (self._folder / _FILE).read_bytes()
        except OSError:
            return []
        lines = data.splitlines(keepends=True)
        if not lines or lines[0].strip() != _HEAD:
            return []
        del lines[0]
        if _STATE not in data:
            return lines
        self._lines = lines
        self._sort()
        return []

    def _sort(self) -> None:
        """Note the lines by their paths, parsing no more than these."""
        for line in self._lines:
            try:
                start, _, rest = line.partition(b'",')
                plain = b"\\" not in start
                text = start[2:].decode() if plain else _unescaped(_loaded(start[1:] + b'"'))
                if rest.startswith(b"{"):
                    self._under_way[intern(text)] = _loaded(line)[1]
                elif rest.endswith(b"]\n"):
                    self._rows[intern(text)] = line
            except (ValueError, TypeError, IndexError, RushesError):
                continue  # it makes no sense
        self._lines = []

    def _replay(self, row: Any) -> None:
        what, path = row[0], _unescaped(row[1])
        if what == _MOVED:
            self._moved[path] = Moved(str(row[2]), Facts(*row[3]), Facts(*row[4]))
            self._under_way.pop(path, None)
        elif what == _GONE:
            self._moved.pop(path, None)
        elif what in (_BEGUN, _KEPT):
            kept = {**self._under_way.get(path, NOTHING), **row[2]} if what == _KEPT else NOTHING
            self._under_way[path] = kept
        elif what == _ENDED:
            self._under_way.pop(path, None)


class Keeping:
    """What is remembered of one file under way; see the port."""

    def __init__(self, ledger: Ledger, path: str) -> None:
        self._ledger, self._path = ledger, path

    def recall(self) -> Mapping[str, Any]:
        """What was kept last."""
        return self._ledger.kept(self._path)

    def keep(self, state: Mapping[str, Any]) -> None:
        """Remember this, too."""
        self._ledger.keep(self._path, state)

    def renew(self) -> None:
        """Forget it."""
        self._ledger.renew(self._path)


@contextmanager
def opened(above: Path, source: str, target: str) -> Iterator[Ledger]:
    """The ledger of what goes from `source` to `target`, in a folder of its own below `above`.

    Both are what a person would call them (`/shows/demo`, `s3://bucket/demo`). Another run between
    the two is waited for, but not for long: `lock.unavailable`. When the block raises, the journal
    stays as it is.
    """
    folder = folders.made(above / digest.key(escape(source), escape(target)))
    words = Words(f"Another run is moving files from {escape(source)} to {escape(target)}.")
    with held(folder / _LOCK, wait_s=_WAIT_S, words=words):
        ledger = Ledger(folder)
        try:
            yield ledger
        except BaseException:
            ledger.abort()
            raise
        ledger.close()


def _plain(row: Moved) -> tuple[str, tuple[Any, ...], tuple[Any, ...]]:
    """The same as the JSON library takes it."""
    return row.digest, tuple(row.source), tuple(row.target)


def _loaded(text: bytes) -> Any:
    """JSON. Raises `ValueError`."""
    import orjson

    return orjson.loads(text)


def _parsed(line: bytes) -> Moved | None:
    """A line of the file; None where it makes no sense."""
    try:
        _, digest, source, target = _loaded(line)
        return Moved(str(digest), Facts(*source), Facts(*target))
    except (ValueError, TypeError):
        return None


def _unescaped(text: str) -> str:
    return unescape(text) if "\\" in text else text
