r"""The ledger in a file of JSON lines, for a studio without a database.

The first line says what the file is; every other one is something that happened: a number was
`reserved` or `released`, a publish was `published`. Lines are only ever appended, under a lock,
each in one piece and flushed to the disk. A run that was killed while it wrote leaves a last line
without its end: that line never counted. Whoever writes next ends it, says so in a line of its own
(`torn`), and goes on. Any other line that makes no sense stops everything, and nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from rushes.core import atomic, clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.lock import Words, held
from rushes.model.finding import Finding, Severity
from rushes.model.scan import Actor
from rushes.model.work import FIRST, NewPublish, Number, PublishStatus, StreamKey, WorkKind
from rushes.publish.checks import checked
from rushes.publish.ledger import HOLD_S, Aim, Held, Noted, Sought
from rushes.publish.target import Target, Wish

SCHEMA = "rushes.publishes/1"
_WAIT_S = 120.0


@dataclass(slots=True)
class _Book:
    """What the file says. `torn` are the bytes of a last line without its end."""

    size: int = 0
    torn: int = 0
    reserved: dict[str, dict[str, Any]] = field(default_factory=dict)
    published: list[dict[str, Any]] = field(default_factory=list)


class LinesLedger:
    """`ledger.Ledger` in the file at `path`, which is made when something is recorded."""

    name = "json"

    def __init__(self, path: Path, *, actor: Actor) -> None:
        self._path = path
        self._actor = actor
        self._notes: dict[str, Finding] = {}

    def aim(self, target: Target) -> Aim:
        """The target as it is; there is nobody to ask for it."""
        return Aim(target)

    def last(self, aim: Aim) -> Number | None:
        """The highest number that was published."""
        return max((_number(one) for one in _of(self._look().published, aim)), default=None)

    def taken(self, aim: Aim, number: Number) -> bool:
        """Whether the number was published."""
        return any(_number(one) == number for one in _of(self._look().published, aim))

    def reserve(self, aim: Aim, wish: Wish, *, path: str = "") -> Held:
        """Hold a number, by a line that says so."""
        with self._writing() as book:
            now = clock.now()
            number = _free(book, aim, wish, now=now)
            made = Held(str(uuid4()), number)
            row = {
                "event": "reserved",
                "token": made.token,
                **asdict(aim.target),
                "version": number.version,
                "iteration": number.iteration,
                "path": path.format(version=number.version, iteration=number.iteration),
                "artist": self._actor.on_behalf_of or self._actor.name,
                "time": clock.iso(now),
                "expires": clock.iso(now + timedelta(seconds=HOLD_S)),
            }
            self._append(book, row)
        return made

    def release(self, held: Held) -> None:
        """Give it up; where that cannot be written, its time runs out by itself."""
        with suppress(RushesError), self._writing() as book:
            self._append(book, {"event": "released", "token": held.token})

    def record(self, aim: Aim, made: NewPublish) -> tuple[Noted, Sequence[Finding]]:
        """Write it down in one line."""
        made = checked(made, _stream(aim))
        with self._writing() as book:
            reserved = book.reserved.get(made.token)
            now = clock.now()
            if reserved is None or _moment(reserved["expires"]) <= now:
                raise RushesError(
                    Code.RESERVATION_EXPIRED,
                    f"The reservation {made.token} is not held any more; nothing was recorded.",
                    hint="Publish again. What was copied is left where it is.",
                )
            row = {
                "event": "published",
                "id": max((one["id"] for one in book.published), default=0) + 1,
                "token": made.token,
                **asdict(aim.target),
                "version": reserved["version"],
                "iteration": reserved["iteration"],
                "status": made.status.value,
                "path": made.path,
                "artist": self._actor.name,
                "tool": self._actor.tool,
                "timestamp": clock.iso(now),
                "note": made.comment,
                "item_usd_path": made.item_usd_path,
                "asset_usd_path": made.asset_usd_path,
                "components": [dict(one) for one in made.components],
                "metadata": dict(made.metadata),
            }
            self._append(book, row)
            book.published.append(row)
            return _noted(row, book.published), _not_followed(made)

    def get(self, number: int) -> Noted:
        """The publish of that id."""
        rows = self._look().published
        for one in rows:
            if one["id"] == number:
                return _noted(one, rows)
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            f"There is no publish {number} in {escape(str(self._path))}.",
            hint="`rushes publishes list` tells which there are.",
        )

    def find(self, sought: Sought) -> Iterator[Noted]:
        """Publishes, the newest first."""
        rows = self._look().published
        left = sought.most
        for one in reversed(rows):
            named = ((name, getattr(sought, name)) for name in _SOUGHT)
            if left and all(wanted in ("", one[name]) for name, wanted in named):
                left -= 1
                yield _noted({**one, "components": []}, rows)

    def notes(self) -> Sequence[Finding]:
        """That a line was torn, where one was."""
        return tuple(self._notes.values())

    def close(self) -> None:
        """Nothing is held open."""

    @contextmanager
    def _writing(self) -> Iterator[_Book]:
        """What the file says, while nobody else writes to it."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _closed(self._path.parent, error) from error
        words = Words(f"Another publish has been holding {escape(str(self._path))} for too long.")
        with held(self._lock, wait_s=_WAIT_S, words=words):
            yield self._read()

    def _look(self) -> _Book:
        """What the file says; a last line without its end may only be under way."""
        book = self._read()
        if book.torn:
            with suppress(RushesError), held(self._lock, wait_s=_WAIT_S):
                self._notes.clear()
                book = self._read()
        return book

    @property
    def _lock(self) -> Path:
        return self._path.with_name(f".{self._path.name}.lock")

    def _read(self) -> _Book:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return _Book()
        except OSError as error:
            raise RushesError(
                Code.PUBLISHES_INVALID,
                f"{escape(str(self._path))} cannot be read: {error.strerror or error}.",
                hint="Nothing was written. Mend that, or set tracking.json_path to another file.",
            ) from error
        book = _parsed(data, self._path)
        if book.torn:
            self._note(book.torn)
        return book

    def _append(self, book: _Book, row: Mapping[str, Any]) -> None:
        """One line more, whole or not at all."""
        import orjson

        line = orjson.dumps(row) + b"\n"
        if not book.size:
            line = orjson.dumps({"schema": SCHEMA}) + b"\n" + line
            if not self._path.exists():
                atomic.create_bytes(self._path, line)
                book.size = len(line)
                return
        if book.torn:
            line = b"\n" + orjson.dumps({"event": "torn", "bytes": book.torn}) + b"\n" + line
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_CLOEXEC", 0))
            try:
                _write(handle, line, back=book.size)
            finally:
                os.close(handle)
        except OSError as error:
            raise _closed(self._path, error) from error
        book.size, book.torn = book.size + len(line), 0

    def _note(self, torn: int) -> None:
        self._notes["torn"] = Finding(
            "tracking.torn",
            Severity.WARNING,
            escape(str(self._path)),
            f"Its last line ({torn:,} bytes) has no end: whoever wrote it was killed.",
            fix="Nothing that was recorded is lost. Publish what that run was to record again.",
        )


_SOUGHT = ("show", "sequence", "shot", "task")


def _write(handle: int, line: bytes, *, back: int) -> None:
    """Append, or leave the file as long as it was."""
    try:
        left = memoryview(line)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    except OSError:
        with suppress(OSError):
            os.ftruncate(handle, back)
        raise


def _parsed(data: bytes, path: Path) -> _Book:
    """The lines as what they say. Raises `publishes.invalid` where one makes no sense."""
    import orjson

    book = _Book(size=len(data))
    lines = data.split(b"\n")
    book.torn = len(lines.pop())
    broken = 0
    for at, line in enumerate(lines, 1):
        try:
            row = orjson.loads(line)
            if not isinstance(row, dict):
                raise ValueError
        except ValueError:
            if broken or at == 1:
                raise _invalid(path, broken or at) from None
            broken = at
            continue
        if at == 1:
            if row.get("schema") != SCHEMA:
                raise _invalid(path, 1)
            continue
        if broken and row.get("event") != "torn":
            raise _invalid(path, broken)
        broken = 0
        try:
            _take(book, row)
        except (KeyError, TypeError, ValueError):
            raise _invalid(path, at) from None
    if broken or (not lines and book.torn):
        raise _invalid(path, broken or 1)
    return book


def _take(book: _Book, row: dict[str, Any]) -> None:
    event = row["event"]
    if event == "reserved":
        _moment(row["expires"])
        _number(row)
        book.reserved[row["token"]] = row
    elif event == "released":
        book.reserved.pop(row["token"], None)
    elif event == "published":
        book.reserved.pop(row["token"], None)
        _noted(row, ())
        book.published.append(row)
    elif event != "torn":
        raise ValueError


def _free(book: _Book, aim: Aim, wish: Wish, *, now: datetime) -> Number:
    """The number that is wished for. Raises `record.conflict` where it is taken."""
    published = {_number(one) for one in _of(book.published, aim)}
    reserved = list(_of(book.reserved.values(), aim))
    held_now = {_number(one) for one in reserved if _moment(one["expires"]) > now}
    lying = {_number(one) for one in reserved if one["path"] and os.path.lexists(one["path"])}
    if wish.number is not None:
        for taken, why in ((published, "is recorded already"), (held_now, "is held by another")):
            if wish.number in taken:
                raise _not_free(wish.number, why)
        if wish.number in lying:
            raise _not_free(wish.number, "was held before, and something lies at its path")
        return wish.number
    top = max(published | held_now, default=None)
    number = FIRST if top is None else top.next(wish.bump)
    while number in lying:
        number = number.next(wish.bump)
    return number


def _not_followed(made: NewPublish) -> Sequence[Finding]:
    """That no layer is rebuilt: the shots and assets that it takes are records of a database."""
    if not made.item_usd_path:
        return ()
    return (
        Finding(
            "usd.not_rebuilt",
            Severity.NOTE,
            made.item_usd_path,
            "No USD layer was rebuilt to point to it: with tracking.backend json none is.",
            fix="Set tracking.backend to database, or write the layers yourself.",
        ),
    )


def _stream(aim: Aim) -> StreamKey:
    target = aim.target
    return StreamKey(
        WorkKind.PUBLISH, aim.task, target.software, part=target.part, asset=target.asset
    )


def _of(rows: Any, aim: Aim) -> Iterator[dict[str, Any]]:
    """The rows of the target's own stream."""
    wanted = asdict(aim.target)
    for one in rows:
        if all(one[name] == text for name, text in wanted.items()):
            yield one


def _noted(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Noted:
    names = {name: row[name] for name in Target.__dataclass_fields__}
    number, status = _number(row), PublishStatus(row["status"])
    later = any(
        _number(one) > number and one["status"] != PublishStatus.FAILED.value
        for one in rows
        if all(one[name] == text for name, text in names.items())
    )
    return Noted(
        int(row["id"]),
        Target(**names),
        number,
        status,
        status is not PublishStatus.FAILED and not later,
        path=row["path"],
        artist=row["artist"],
        created=_moment(row["timestamp"]),
        comment=row["note"],
        item_usd_path=row["item_usd_path"],
        asset_usd_path=row["asset_usd_path"],
        components=tuple(row["components"]),
        metadata=row["metadata"],
    )


def _number(row: Mapping[str, Any]) -> Number:
    return Number(int(row["version"]), int(row["iteration"]))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _not_free(number: Number, why: str) -> RushesError:
    return RushesError(
        Code.RECORD_CONFLICT,
        f"The number {number} {why}; nothing was published.",
        hint="Take the next one: --version next.",
    )


def _invalid(path: Path, line: int) -> RushesError:
    return RushesError(
        Code.PUBLISHES_INVALID,
        f"{escape(str(path))}:{line}: this is no file of publishes, or it is damaged.",
        hint="Nothing was written to it. Restore it from a backup, or set tracking.json_path to"
        " another file.",
    )


def _closed(path: Path, error: OSError) -> RushesError:
    return RushesError(
        Code.WRITE_FAILED,
        f"Nothing can be written to {escape(str(path))}: {error.strerror or error}.",
        hint="Check free space and permissions, then try again.",
    )
