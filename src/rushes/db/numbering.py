"""Numbers of one stream, handed out under its lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from rushes.core.errors import Code, RushesError
from rushes.db.models import Publish, Reservation, Stream, Task, Workfile
from rushes.model.work import FIRST, Bump, Number, NumberRequest, StreamKey, WorkKind
from rushes.tracking.refusing import refused
from rushes.tracking.reserving import reservation, written_at

Exists = Callable[[str], bool]
_MOST = 2**31 - 1

_TABLES: dict[WorkKind, type[Workfile] | type[Publish]] = {
    WorkKind.WORKFILE: Workfile,
    WorkKind.PUBLISH: Publish,
}


def locked_stream(database: str, key: StreamKey) -> Stream:
    """The row of a stream, made if there is none, and locked until the transaction ends.

    Raises `record.not_found` where there is no such task.
    """
    streams = Stream.objects.using(database)
    named = {
        "kind": key.kind.value,
        "task_id": key.task,
        "software": key.software,
        "part": key.part,
        "asset_name": key.asset,
    }
    found = streams.select_for_update().filter(**named).first()
    if found is None:
        if not Task.objects.using(database).filter(pk=key.task, archived=None).exists():
            raise RushesError(Code.RECORD_NOT_FOUND, f"There is no task {key.task}.")
        streams.bulk_create([Stream(**named)], ignore_conflicts=True)
        found = streams.select_for_update().get(**named)
    return found


def reserve(
    database: str,
    stream: Stream,
    request: NumberRequest,
    *,
    artist: str,
    now: datetime,
    until: datetime,
    exists: Exists = os.path.lexists,
) -> Reservation:
    """Reserve the next number of a locked stream; see `ports.work.Work.allocate`."""
    held = Reservation.objects.using(database).filter(stream=stream)
    if request.number is not None:
        return _exactly(
            database, stream, request, held, artist=artist, now=now, until=until, exists=exists
        )
    # However many are held, one row tells the highest.
    top = _top(database, stream, held.filter(expires__gt=now))
    if request.above is not None:
        top = request.above if top is None else max(top, request.above)
    expired = {Number(one.version, one.iteration): one for one in held.filter(expires__lte=now)}
    number = _after(top, request.bump)
    # What lies at the path of a number that was given up is somebody's work: it stays a gap.
    while (former := expired.get(number)) is not None and former.path and exists(former.path):
        number = number.next(request.bump if request.bump is Bump.ITERATION else Bump.VERSION)
    again = [one.pk for at, one in expired.items() if at >= number and not _lies(one, exists)]
    if again:
        Reservation.objects.using(database).filter(pk__in=again).delete()
    return _made(database, stream, number, request.path, artist=artist, until=until)


def _exactly(
    database: str,
    stream: Stream,
    request: NumberRequest,
    held: Any,
    *,
    artist: str,
    now: datetime,
    until: datetime,
    exists: Exists,
) -> Reservation:
    """The number that was asked for. Raises `record.conflict` where it is not free."""
    number = request.number
    assert number is not None
    if min(number) < 1 or max(number) > _MOST:
        raise refused("version", f"numbers are from 1 to {_MOST}")
    former: Reservation | None = held.filter(
        version=number.version, iteration=number.iteration
    ).first()
    if former is not None and former.expires > now and former.artist == artist:
        return former
    table: Any = _TABLES[WorkKind(stream.kind)]
    recorded = table.objects.using(database).filter(
        stream=stream, version=number.version, iteration=number.iteration
    )
    if recorded.exists():
        raise _not_free(number, "is recorded already")
    if former is not None:
        if former.expires > now:
            raise _not_free(number, f"is reserved by {former.artist}")
        if _lies(former, exists):
            raise _not_free(number, f"was reserved, and something lies at {former.path!r}")
        former.delete(using=database)
    return _made(database, stream, number, request.path, artist=artist, until=until)


def _made(
    database: str, stream: Stream, number: Number, path: str, *, artist: str, until: datetime
) -> Reservation:
    made = Reservation(
        stream=stream,
        token=uuid4(),
        version=number.version,
        iteration=number.iteration,
        path=written_at(path, number),
        artist=artist,
        expires=until,
    )
    made.save(using=database, force_insert=True)
    return made


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


def _top(database: str, stream: Stream, active: Any) -> Number | None:
    """The highest number that is recorded or held."""
    table: Any = _TABLES[WorkKind(stream.kind)]
    recorded = table.objects.using(database).filter(stream=stream)
    highest = (
        rows.order_by("-version", "-iteration").values_list("version", "iteration").first()
        for rows in (recorded, active)
    )
    return max((Number(*row) for row in highest if row is not None), default=None)


def _after(top: Number | None, bump: Bump) -> Number:
    return FIRST if top is None else top.next(bump)


def _lies(one: Reservation, exists: Exists) -> bool:
    return bool(one.path) and exists(one.path)


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
