"""Ingests and deliveries that somebody has asked the server for.

The job names a movement, which holds the order. Killed anywhere and begun again, it goes on with
the same movement; cancelled, it ends within a few seconds, and what is whole by then stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing, suppress

from rushes import __version__, bootstrap
from rushes.core import logs
from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings
from rushes.exchange.on_record import broken_off
from rushes.model.movement import Headway, Movement, MovementEnd, MovementState
from rushes.model.scan import Actor
from rushes.ports.movements import Movements
from rushes.ports.records import every

Carry = Callable[[Settings, Movement, Actor], None]
# Somebody else is at it, or the records are away: it is tried again.
_PASSING = (Code.LOCK_UNAVAILABLE, Code.DATABASE_UNAVAILABLE)
_AGAIN_S = 5


def ingest(settings: Settings, *, number: int, actor: Mapping[str, str]) -> None:
    """Take a drop in."""
    _carry_out(settings, number, actor, bootstrap.ingest_asked)


def deliver(settings: Settings, *, number: int, actor: Mapping[str, str]) -> None:
    """Make a delivery."""
    _carry_out(settings, number, actor, bootstrap.deliver_asked)


def again(error: BaseException) -> int | None:
    """In how many seconds a job that ended so is tried again; None where that would not help."""
    if isinstance(error, RushesError):
        return _AGAIN_S if error.code in _PASSING else None
    # What is neither is the worker's end: the next one goes on at once.
    return None if isinstance(error, Exception) else 0


def lost(settings: Settings, *, number: int, actor: Mapping[str, str]) -> None:
    """Say that nobody does it any more: each worker that tried was killed."""
    told = "Every worker that did it was killed. Ask for it again with its key, and it goes on."
    with closing(bootstrap.movements(settings)) as movements, suppress(RushesError):
        if movements.movement(number).state in (MovementState.QUEUED, MovementState.RUNNING):
            end = MovementEnd(MovementState.FAILED, told=told)
            movements.end(number, end, actor=_actor(actor))


def give_up(settings: Settings) -> None:
    """End those that somebody cancelled, and that nobody does any more."""
    with closing(bootstrap.movements(settings)) as movements:
        running = [MovementState.RUNNING]
        for one in every(lambda page: movements.find(states=running, page=page)):
            if one.lost and not one.wanted:
                movements.cancel(one.id, actor=_actor({"name": "worker"}))


def _carry_out(settings: Settings, number: int, given: Mapping[str, str], carry: Carry) -> None:
    actor = _actor(given)
    with closing(bootstrap.movements(settings)) as movements:
        if not movements.beat(number, Headway(), actor=actor):
            _leave(movements, number, actor)
            return
        try:
            carry(settings, movements.movement(number), actor)
        except RushesError as error:
            if error.code in _PASSING:
                raise
            logs.warning(f"movement {number}: {error.message}")
            movements.end(number, broken_off(error), actor=actor)
        except Exception as error:  # noqa: BLE001 (a worker's edge)
            logs.fault(error)
            movements.end(number, broken_off(error), actor=actor)


def _leave(movements: Movements, number: int, actor: Actor) -> None:
    """Nobody wants it any more: of one that had begun, say so."""
    if movements.movement(number).state is MovementState.RUNNING:
        end = MovementEnd(MovementState.CANCELLED, told="It was cancelled before it went on.")
        movements.end(number, end, actor=actor)


def _actor(given: Mapping[str, str]) -> Actor:
    """Who asked for it, at work by this program."""
    return Actor(given["name"], given.get("on_behalf_of", ""), tool=f"rushes {__version__} worker")
