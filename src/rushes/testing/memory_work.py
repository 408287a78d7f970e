"""Saves and publishes in memory: plain lists under one lock, so that it is plainly right."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import RLock
from uuid import uuid4

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.model.scan import Actor
from rushes.model.work import (
    FIRST,
    NewPublish,
    NewWorkfile,
    Number,
    NumberRequest,
    PublishStatus,
    RecordedPublish,
    RecordedWorkfile,
    Reserved,
    StreamKey,
    WorkKind,
)
from rushes.ports.records import Page
from rushes.publish.checks import checked
from rushes.tracking.links import check_targets
from rushes.tracking.paths import check_path
from rushes.tracking.refusing import row as row_of
from rushes.tracking.reserving import reservation, sensible, written_at

_ROWS = 500


@dataclass(frozen=True)
class _Held:
    """A reservation, and whose it is."""

    reserved: Reserved
    artist: str
    key: str = ""

    @property
    def lies(self) -> bool:
        """Whether something is at its path."""
        return bool(self.reserved.path) and os.path.lexists(self.reserved.path)


class MemoryWork:
    """`ports.work.Work` for tests; gone with its process. `tasks` are those that there are, by
    their numbers, with the numbers of their projects.
    """

    def __init__(self, tasks: Mapping[int, int]) -> None:
        self._tasks = tasks
        self._held: list[_Held] = []
        self._workfiles: list[RecordedWorkfile] = []
        self._publishes: list[RecordedPublish] = []
        self._lock = RLock()

    def expire(self) -> None:
        """Let the time of all reservations run out."""
        past = clock.now() - timedelta(seconds=1)
        with self._lock:
            self._held = [
                replace(one, reserved=replace(one.reserved, expires=past)) for one in self._held
            ]

    def allocate(self, requests: Sequence[NumberRequest], *, actor: Actor) -> Sequence[Reserved]:
        """Reserve numbers, all or none."""
        with self._lock:
            before = list(self._held)
            try:
                return [self._reserve(one, actor.name).reserved for one in requests]
            except RushesError:
                self._held = before
                raise

    def release(self, tokens: Sequence[str], *, actor: Actor) -> int:
        """Give reservations up."""
        wanted = {reservation(one) for one in tokens}
        with self._lock:
            before = len(self._held)
            self._held = [one for one in self._held if one.reserved.token not in wanted]
            return before - len(self._held)

    def record_workfiles(
        self, made: Sequence[NewWorkfile], *, actor: Actor
    ) -> Sequence[RecordedWorkfile]:
        """Record what was saved, all or nothing."""
        with self._lock:
            for at, new in enumerate(made):
                with row_of(at, of=len(made)):
                    check_path("path", new.path)
            held = self._taken([one.token for one in made], WorkKind.WORKFILE)
            done = [
                RecordedWorkfile(
                    len(self._workfiles) + at,
                    row.stream,
                    row.number,
                    one.path or row.path,
                    actor.on_behalf_of or actor.name,
                    clock.now(),
                )
                for at, (one, row) in enumerate(zip(made, held, strict=True), 1)
            ]
            self._workfiles += done
            self._drop(held)
            return done

    def record_publishes(
        self, made: Sequence[NewPublish], *, actor: Actor
    ) -> Sequence[RecordedPublish]:
        """Record what was published, all or nothing."""
        with self._lock:
            held = self._taken([one.token for one in made], WorkKind.PUBLISH)
            projects = {one.id: self._tasks[one.stream.task] for one in self._publishes}
            for at, (one, row) in enumerate(zip(made, held, strict=True)):
                with row_of(at, of=len(made)):
                    links = checked(one, row.stream).links
                    check_targets(links, self._tasks[row.stream.task], projects)
            done = [
                RecordedPublish(
                    len(self._publishes) + at,
                    row.stream,
                    row.number,
                    one.path or row.path,
                    one.status,
                    False,
                    actor.on_behalf_of or actor.name,
                    clock.now(),
                )
                for at, (one, row) in enumerate(zip(made, held, strict=True), 1)
            ]
            self._publishes += done
            self._drop(held)
            ids = [one.id for one in done]
            return [one for one in map(self._told, self._publishes) if one.id in ids]

    def publishes(self, stream: StreamKey, *, page: str | None = None) -> Page[RecordedPublish]:
        """The publishes of a stream."""
        with self._lock:
            rows = [self._told(one) for one in self._publishes if one.stream == stream]
        return _page(rows, page)

    def workfiles(self, stream: StreamKey, *, page: str | None = None) -> Page[RecordedWorkfile]:
        """The workfiles of a stream."""
        with self._lock:
            rows = [one for one in self._workfiles if one.stream == stream]
        return _page(rows, page)

    def close(self) -> None:
        """Nothing to let go of."""

    def _reserve(self, request: NumberRequest, artist: str) -> _Held:
        stream, now = request.stream, clock.now()
        if stream.task not in self._tasks:
            raise RushesError(Code.RECORD_NOT_FOUND, f"There is no task {stream.task}.")
        theirs = [one for one in self._held if one.reserved.stream == stream]
        if request.number is not None:
            former = self._exactly(request, theirs, artist, now)
            if former is not None:
                return former
            number = request.number
        else:
            number = sensible(self._next(request, theirs, now))
            again = [one for one in theirs if _past(one, now) and one.reserved.number >= number]
            self._held = [one for one in self._held if one not in again or one.lies]
        until = now + timedelta(seconds=request.hold_s)
        path = written_at(request.path, number, exact=request.number is not None)
        made = _Held(Reserved(str(uuid4()), stream, number, path, until), artist, request.key)
        self._held.append(made)
        return made

    def _next(self, request: NumberRequest, theirs: Sequence[_Held], now: datetime) -> Number:
        numbers = self._recorded(request.stream)
        numbers += [one.reserved.number for one in theirs if not _past(one, now)]
        if request.above is not None:
            numbers.append(request.above)
        number = max(numbers).next(request.bump) if numbers else FIRST
        while any(one.reserved.number == number and one.lies for one in theirs):
            number = number.next(request.bump)
        return number

    def _exactly(
        self, request: NumberRequest, theirs: Sequence[_Held], artist: str, now: datetime
    ) -> _Held | None:
        number = request.number
        assert number is not None
        sensible(number)
        path = written_at(request.path, number, exact=True)
        mine = (artist, request.key, path)
        taken = number in self._recorded(request.stream)
        for one in theirs:
            if one.reserved.number == number:
                same = (one.artist, one.key, one.reserved.path) == mine
                if not _past(one, now) and one.key and same:
                    return one
                taken = taken or not _past(one, now) or one.lies
                if not taken:
                    self._held.remove(one)
        if taken:
            raise RushesError(Code.RECORD_CONFLICT, f"The number {number} is not free.")
        return None

    def _recorded(self, stream: StreamKey) -> list[Number]:
        numbers = [one.number for one in self._publishes if one.stream == stream]
        return numbers + [one.number for one in self._workfiles if one.stream == stream]

    def _taken(self, tokens: Sequence[str], kind: WorkKind) -> list[Reserved]:
        """Reservations that still hold, in the order of their tokens."""
        now = clock.now()
        known = {one.reserved.token: one for one in self._held if not _past(one, now)}
        made = []
        for token in map(reservation, tokens):
            if token not in known:
                raise RushesError(
                    Code.RESERVATION_EXPIRED, f"The reservation {token} is not held any more."
                )
            made.append(known[token].reserved)
        for one in made:
            if one.stream.kind is not kind:
                raise RushesError(
                    Code.USAGE, f"The reservation {one.token} is for a {one.stream.kind.value}."
                )
        return made

    def _drop(self, done: Sequence[Reserved]) -> None:
        tokens = {one.token for one in done}
        self._held = [one for one in self._held if one.reserved.token not in tokens]

    def _told(self, one: RecordedPublish) -> RecordedPublish:
        good = [
            each.number
            for each in self._publishes
            if each.stream == one.stream and each.status is not PublishStatus.FAILED
        ]
        return replace(one, is_latest=bool(good) and one.number == max(good))


def _past(one: _Held, now: datetime) -> bool:
    return one.reserved.expires <= now


def _page(rows: Sequence[object], page: str | None) -> Page:  # type: ignore[type-arg]
    """A page by how many rows came before it."""
    whole = sorted(rows, key=lambda one: one.number, reverse=True)  # type: ignore[attr-defined]
    first = int(page or 0)
    more = str(first + _ROWS) if len(whole) > first + _ROWS else None
    return Page(whole[first : first + _ROWS], more)
