"""An ingest on record from its beginning to its end, whatever becomes of it in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from rushes.core import logs
from rushes.core.canonical import canonical
from rushes.core.errors import Code, RushesError
from rushes.core.uuid7 import uuid7
from rushes.exchange.beating import Beating
from rushes.exchange.telling import Story
from rushes.exchange.wish import Wish
from rushes.model.movement import (
    Movement,
    MovementEnd,
    MovementKind,
    MovementState,
    NewMovement,
)
from rushes.model.scan import Actor
from rushes.ports.movements import Movements
from rushes.ports.progress import Progress

_LARGEST = 900_000  # bytes of a report; records refuse a megabyte
_TOLD = 10_000


@dataclass(slots=True)
class OnRecord:
    """A movement under way: `progress` is what the ingest reports to, `ended` what came of it."""

    movement: Movement
    progress: Progress
    ended: MovementEnd | None = None


@contextmanager
def on_record(
    movements: Movements, begin: Callable[[], Movement], progress: Progress, *, actor: Actor
) -> Iterator[OnRecord]:
    """Have a movement that `begin` gives on record for the block, and its end afterwards.

    What breaks off is told there as failed or cancelled, and goes on under the same key. Records
    that are away by then do not change what has become of the ingest: the log tells of it.
    """
    movement = begin()
    beating = Beating(progress, movements, movement.id, actor=actor)
    made = OnRecord(movement, beating)
    try:
        yield made
    except BaseException as error:
        beating.stop()
        _end(movements, movement.id, broken_off(error), actor)
        raise
    beating.stop()
    if made.ended is not None:
        _end(movements, movement.id, made.ended, actor)


def begun(movements: Movements, new: NewMovement, *, actor: Actor) -> Movement:
    """The movement of a run that begins: where the former one of its key was done after all, and
    only our note of that was lost, another.
    """
    made = movements.begin(new, actor=actor)
    if made.state is not MovementState.DONE:
        return made
    return movements.begin(replace(new, key=uuid7()), actor=actor)


def new_ingest(
    key: str, project: int, *, drop: str, wish: Wish, order: Mapping[str, Any]
) -> NewMovement:
    """An ingest about to begin, called after its drop."""
    return NewMovement(
        MovementKind.INGEST, key, project, name_of(drop), wish.vendor or wish.source, order
    )


def name_of(drop: str) -> str:
    """What an ingest is called where nobody says: its drop, and a number."""
    last = PurePosixPath(drop.rstrip("/")).name or "drop"
    plain = "".join(one if one.isprintable() and one not in "{}" else "_" for one in last)
    return f"{plain[:200]}_{{n:02d}}"


def story_end(story: Story, state: str) -> MovementEnd:
    """What came of an ingest, as the book calls its `state`."""
    row = story.row()
    return MovementEnd(MovementState(state), row["counts"], story.problem[:_TOLD], _fitting(row))


def _fitting(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The report, or as much of it as records hold: the book of the machine has all of it."""
    if len(canonical(dict(row))) <= _LARGEST:
        return row
    brief = [{name: one[name] for name in ("name", "fate", "why")} for one in row["versions"]]
    short = {**row, "versions": brief, "skipped": [], "findings": [], "is_cut": True}
    if len(canonical(short)) <= _LARGEST:
        return short
    return {**short, "versions": []}


def broken_off(error: BaseException) -> MovementEnd:
    """What came of one that ended so."""
    if not isinstance(error, RushesError):
        told = f"It broke off: {type(error).__name__}."
        return MovementEnd(MovementState.FAILED, told=told)
    cancelled = error.code is Code.CANCELLED
    state = MovementState.CANCELLED if cancelled else MovementState.FAILED
    return MovementEnd(state, told=f"{error.message} {error.hint}".strip()[:_TOLD])


def _end(movements: Movements, number: int, ended: MovementEnd, actor: Actor) -> None:
    try:
        movements.end(number, ended, actor=actor)
    except RushesError as error:
        logs.warning(f"What came of the movement {number} is not on record: {error.message}")
