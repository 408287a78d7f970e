"""Numbers of one stream, handed out under its lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from rushes.core.errors import Code, RushesError
from rushes.db.driving import Driver
from rushes.db.models import Reservation, Stream
from rushes.db.studio_link import rows
from rushes.model.work import FIRST, Bump, Number, NumberRequest, Reserved, StreamKey, WorkKind
from rushes.tracking.reserving import reservation, sensible, written_at

Exists = Callable[[str], bool]
_NAMED = "kind = %s AND task_id = %s AND software = %s AND part = %s AND asset_name = %s"
# However many are held, one row tells the highest. Those that expired are few.
_HELD = """
    (SELECT 'top', version, iteration, '', 0 FROM rushes_{kind}
      WHERE stream_id = %(stream)s ORDER BY version DESC, iteration DESC LIMIT 1)
    UNION ALL
    (SELECT 'top', version, iteration, '', 0 FROM rushes_reservation
      WHERE stream_id = %(stream)s AND expires > %(now)s
      ORDER BY version DESC, iteration DESC LIMIT 1)
    UNION ALL
    SELECT 'expired', version, iteration, path, id FROM rushes_reservation
     WHERE stream_id = %(stream)s AND expires <= %(now)s
"""


class Locked(NamedTuple):
    """A stream whose row is locked until the transaction ends."""

    id: int
    key: StreamKey


class Holder(NamedTuple):
    """Who reserves, from when until when."""

    artist: str
    now: datetime
    until: datetime


class _Former(NamedTuple):
    """A reservation that was found."""

    number: Number
    path: str
    id: int

    def lies(self, exists: Exists) -> bool:
        """Whether something was written under it."""
        return bool(self.path) and exists(self.path)


def locked_stream(driver: Driver, key: StreamKey) -> Locked:
    """The row of a stream, made if there is none, and locked until the transaction ends.

    Raises `record.not_found` where there is no such task.
    """
    named = (key.kind.value, key.task, key.software, key.part, key.asset)
    found = f"SELECT id FROM rushes_stream WHERE {_NAMED} FOR UPDATE"
    held = rows(driver, found, named, often=True)
    if not held:
        living = "SELECT FROM rushes_task WHERE id = %s AND archived IS NULL"
        if not rows(driver, living, [key.task]):
            raise RushesError(Code.RECORD_NOT_FOUND, f"There is no task {key.task}.")
        driver.execute(
            "INSERT INTO rushes_stream (kind, task_id, software, part, asset_name)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            named,
        )
        held = rows(driver, found, named, often=True)
    return Locked(held[0][0], key)


def reserve(
    driver: Driver,
    stream: Locked,
    request: NumberRequest,
    holder: Holder,
    *,
    exists: Exists = os.path.lexists,
) -> Reserved:
    """Reserve the next number of a locked stream; see `ports.work.Work.allocate`."""
    if request.number is not None:
        return _exactly(driver, stream, request, request.number, holder=holder, exists=exists)
    found = rows(
        driver,
        _HELD.format(kind=stream.key.kind.value),
        {"stream": stream.id, "now": holder.now},
        often=True,
    )
    tops = [Number(*at) for what, *at, _, _ in found if what == "top"]
    if request.above is not None:
        tops.append(request.above)
    expired = {
        Number(*at): _Former(Number(*at), path, known)
        for what, *at, path, known in found
        if what == "expired"
    }
    number = max(tops).next(request.bump) if tops else FIRST
    # What lies at the path of a number that was given up is somebody's work: it stays a gap.
    while (former := expired.get(number)) is not None and former.lies(exists):
        number = number.next(request.bump if request.bump is Bump.ITERATION else Bump.VERSION)
    sensible(number)
    again = [one.id for at, one in expired.items() if at >= number and not one.lies(exists)]
    if again:
        _forget(driver, again)
    return _made(driver, stream, number, request, holder=holder)


def _exactly(
    driver: Driver,
    stream: Locked,
    request: NumberRequest,
    number: Number,
    *,
    holder: Holder,
    exists: Exists,
) -> Reserved:
    """The number that was asked for. Raises `record.conflict` where it is not free."""
    at = "stream_id = %s AND version = %s AND iteration = %s"
    where = (stream.id, *sensible(number))
    held = rows(
        driver,
        "SELECT id, path, artist, expires, token::text, key FROM rushes_reservation WHERE " + at,
        where,
    )
    if held:
        _, path, artist, expires, token, key = held[0]
        theirs = bool(key) and (artist, key) == (holder.artist, request.key)
        if expires > holder.now and theirs and path == written_at(request.path, number, exact=True):
            return Reserved(token, stream.key, number, path, expires)
    if rows(driver, f"SELECT 1 FROM rushes_{stream.key.kind.value} WHERE {at}", where):
        raise _not_free(number, "is recorded already")
    if held:
        known, path, artist, expires, *_ = held[0]
        if expires > holder.now:
            until = f"{expires:%Y-%m-%d %H:%M} UTC"
            raise _not_free(number, f"is reserved by {artist}, until {until} at the latest")
        if _Former(number, path, known).lies(exists):
            raise _not_free(number, f"was reserved, and something lies at {path!r}")
        _forget(driver, [known])
    return _made(driver, stream, number, request, holder=holder)


def _made(
    driver: Driver, stream: Locked, number: Number, request: NumberRequest, *, holder: Holder
) -> Reserved:
    token, at = uuid4(), written_at(request.path, number, exact=request.number is not None)
    rows(
        driver,
        "INSERT INTO rushes_reservation"
        " (stream_id, token, version, iteration, path, artist, expires, key)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (stream.id, token, *number, at, holder.artist, holder.until, request.key),
        often=True,
    )
    return Reserved(str(token), stream.key, number, at, holder.until)


def _forget(driver: Driver, ids: Sequence[int]) -> None:
    driver.execute("DELETE FROM rushes_reservation WHERE id = ANY(%s)", [list(ids)])


def _not_free(number: Number, why: str) -> RushesError:
    return RushesError(
        Code.RECORD_CONFLICT,
        f"The number {number} {why}.",
        hint="Take the next one, and write under that.",
    )


def held(database: str, tokens: Iterable[str], *, now: datetime) -> list[Reservation]:
    """The reservations of these tokens in their order, their streams locked in one.

    Raises `reservation.expired` where one is not held any more, or never was.
    """
    wanted = [UUID(reservation(one)) for one in tokens]
    rows = Reservation.objects.using(database).filter(token__in=wanted)
    streams = sorted({one.stream_id for one in rows})
    list(Stream.objects.using(database).select_for_update().filter(pk__in=streams).order_by("pk"))
    # Read again under the lock: somebody else may have recorded or replaced one.
    found = {
        one.token: one
        for one in Reservation.objects.using(database)
        .select_related("stream", "stream__task")
        .filter(token__in=wanted)
    }
    made: list[Reservation] = []
    for token in wanted:
        one = found.get(token)
        if one is None or one.expires <= now:
            raise _expired(str(token), one)
        made.append(one)
    return made


def held_for(database: str, tokens: Iterable[str]) -> set[tuple[WorkKind, int]]:
    """The kinds and tasks that reservations are for; of those that are not there, nothing."""
    wanted = [UUID(reservation(one)) for one in tokens]
    rows = Reservation.objects.using(database).filter(token__in=wanted)
    found = rows.values_list("stream__kind", "stream__task_id").distinct()
    return {(WorkKind(kind), task) for kind, task in found}


def _expired(token: str, one: Reservation | None) -> RushesError:
    what = "is not held any more" if one is None else f"expired at {one.expires:%Y-%m-%d %H:%M} UTC"
    return RushesError(
        Code.RESERVATION_EXPIRED,
        f"The reservation {token} {what}; nothing was recorded.",
        hint="Reserve a number anew. What was written under the old one is left where it is.",
    )


def streams_of(requests: Sequence[NumberRequest]) -> list[StreamKey]:
    """The streams of several requests, each once, in the one order in which all lock them."""
    return sorted(
        {one.stream for one in requests},
        key=lambda key: (key.kind.value, key.task, key.software, key.part, key.asset),
    )
