"""Movements in memory: plain dictionaries under one lock, so that it is plainly right."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from platform import node
from threading import RLock
from typing import TypeVar

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.model.movement import (
    DeliveredFile,
    Headway,
    Movement,
    MovementEnd,
    MovementKind,
    MovementState,
    NewMovement,
    SentFile,
)
from rushes.model.scan import Actor
from rushes.ports.records import Page
from rushes.tracking.movement_rules import (
    DIGEST,
    check_not_done,
    check_same,
    checked_end,
    checked_new,
    free_name,
    is_lost,
    last_headway,
    no_movement,
    outcome,
    place,
)
from rushes.tracking.refusing import not_there

_ROWS = 500
_UNDER_WAY = (MovementState.QUEUED, MovementState.RUNNING)

Row = TypeVar("Row")


class MemoryMovements:
    """`ports.movements.Movements` for tests, in these projects; gone with its process."""

    def __init__(self, projects: Collection[int]) -> None:
        self._projects = set(projects)
        self._movements: dict[int, Movement] = {}
        self._ends: dict[int, MovementEnd] = {}
        self._done: list[int] = []  # deliveries in the order in which they were done
        self._lock = RLock()

    def begin(self, new: NewMovement, *, actor: Actor) -> Movement:
        """Have it on record."""
        new = checked_new(new)
        with self._lock:
            if new.project not in self._projects:
                raise not_there("project", new.project)
            for held in self._movements.values():
                if held.key == new.key:
                    check_same(held, new)
                    return self._again(held, new.state)
            return self._made(new, actor)

    def beat(self, number: int, headway: Headway, *, actor: Actor) -> bool:
        """Give a sign of life."""
        with self._lock:
            held = self.movement(number)
            if held.state not in _UNDER_WAY:
                return False
            now = clock.now()
            self._movements[number] = replace(
                held,
                headway=headway,
                state=MovementState.RUNNING,
                started=held.started or now,
                seen=now,
                machine=held.machine or node(),
            )
            return held.wanted

    def end(self, number: int, ended: MovementEnd, *, actor: Actor) -> Movement:
        """Say what came of it."""
        with self._lock:
            held = self.movement(number)
            ended = checked_end(held.kind, ended)
            known = self._ends.get(number)
            if known is not None and outcome(known) == outcome(ended):
                return held
            check_not_done(held)
            now = clock.now()
            self._ends[number] = ended
            self._movements[number] = replace(
                held,
                state=ended.state,
                counts=ended.counts,
                told=ended.told,
                report=ended.report,
                headway=last_headway(held.headway, ended.state),
                ended=now,
                seen=now,
            )
            if ended.state is MovementState.DONE and held.kind is MovementKind.DELIVERY:
                self._done.append(number)
            return self.movement(number)

    def cancel(self, number: int, *, actor: Actor) -> Movement:
        """Want it no more."""
        with self._lock:
            held = self.movement(number)
            if held.state is MovementState.QUEUED or held.lost:
                ended = clock.now()
                held = replace(held, state=MovementState.CANCELLED, ended=ended, lost=False)
            if held.state in (MovementState.RUNNING, MovementState.CANCELLED):
                held = replace(held, wanted=False)
            self._movements[number] = held
            return held

    def movement(self, number: int) -> Movement:
        """The one of this number."""
        with self._lock:
            if number not in self._movements:
                raise no_movement(number)
            return _told(self._movements[number])

    def find(
        self,
        *,
        kind: MovementKind | None = None,
        project: int | None = None,
        name: str = "",
        context: str = "",
        states: Collection[MovementState] = (),
        page: str | None = None,
    ) -> Page[Movement]:
        """Those that fit, the last begun first."""
        with self._lock:
            rows = [
                one
                for one in map(_told, reversed(self._movements.values()))
                if kind in (None, one.kind)
                and project in (None, one.project)
                and name in ("", one.name)
                and context in ("", one.context)
                and (not states or one.state in states)
            ]
        return _page(rows, page)

    def files(self, number: int, *, page: str | None = None) -> Page[DeliveredFile]:
        """The files of a delivery, by their paths."""
        with self._lock:
            self.movement(number)
            known = self._ends.get(number)
        return _page(known.files if known is not None else (), page)

    def sent(
        self, project: int, context: str, *, paths: Collection[str] = (), page: str | None = None
    ) -> Page[SentFile]:
        """Of each path the file that a done delivery took last."""
        last: dict[str, SentFile] = {}
        with self._lock:
            if project not in self._projects:
                raise not_there("project", project)
            for one in self._taken():
                held = self._movements[one.movement]
                if (held.project, held.context) == (project, context):
                    last[one.file.path] = one
        found = [one for path, one in last.items() if not paths or path in paths]
        return _page(sorted(found, key=lambda one: place(one.file)), page)

    def with_digest(self, blake3: Collection[str], *, page: str | None = None) -> Page[SentFile]:
        """Files with one of these digests, the last first."""
        with self._lock:
            taken = [one for one in self._taken() if one.file.digests[DIGEST] in blake3]
        return _page(taken[::-1], page)

    def close(self) -> None:
        """Nothing to let go of."""

    def _made(self, new: NewMovement, actor: Actor) -> Movement:
        names = {one.name for one in self._movements.values() if one.project == new.project}
        running = new.state is MovementState.RUNNING
        now = clock.now()
        made = Movement(
            id=len(self._movements) + 1,
            kind=new.kind,
            key=new.key,
            project=new.project,
            name=free_name(new.name, names.__contains__),
            context=new.context,
            order=new.order,
            state=new.state,
            headway=Headway(),
            counts={},
            told="",
            report={},
            artist=actor.on_behalf_of or actor.name,
            machine=node() if running else "",
            created=now,
            started=now if running else None,
            seen=now if running else None,
            ended=None,
        )
        self._movements[made.id] = made
        return made

    def _again(self, held: Movement, state: MovementState) -> Movement:
        if held.state is MovementState.DONE:
            return held
        lost = is_lost(held.state, held.seen) and state is MovementState.QUEUED
        if held.state not in _UNDER_WAY or lost:
            self._ends.pop(held.id, None)
            held = replace(
                held, state=MovementState.QUEUED, started=None, ended=None,
                headway=Headway(), counts={}, told="", report={}, machine="",
            )  # fmt: skip
        if state is MovementState.RUNNING:
            now = clock.now()
            started = held.started or now
            held = replace(held, state=state, started=started, seen=now, machine=node())
        self._movements[held.id] = replace(held, wanted=True)
        return self.movement(held.id)

    def _taken(self) -> Iterator[SentFile]:
        for number in self._done:
            held = self._movements[number]
            assert held.ended is not None
            for file in self._ends[number].files:
                if file.earlier is None:
                    yield SentFile(number, held.name, held.context, held.ended, file)


def _told(held: Movement) -> Movement:
    """As it is by now."""
    return replace(held, lost=is_lost(held.state, held.seen))


def _page(rows: Sequence[Row], page: str | None) -> Page[Row]:
    try:
        at = int(page or 0)
    except ValueError as error:
        raise RushesError(Code.USAGE, f"{page!r} is not the token of a page.") from error
    more = str(at + _ROWS) if len(rows) > at + _ROWS else None
    return Page(rows[at : at + _ROWS], more)
