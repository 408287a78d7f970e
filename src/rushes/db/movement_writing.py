"""Movements written: begun, begun again, and ended with all their files. In a transaction each."""

from __future__ import annotations

import json
from typing import Any

from rushes.core import clock
from rushes.db.driving import Driver
from rushes.db.movement_rows import COLUMNS, COPY, file_row, movement_of, path_key
from rushes.db.studio_link import rows
from rushes.model.movement import Movement, MovementEnd, MovementState, NewMovement
from rushes.model.scan import Actor
from rushes.tracking.movement_rules import (
    check_not_done,
    checked_end,
    fixed_part,
    free_name,
    last_headway,
    no_movement,
    outcome,
)

MOVED = "rushes_moved"
_MOST = 2**63 - 1
_INSERT = (
    'INSERT INTO rushes_movement (kind, key, project_id, name, context, "order", state, artist,'
    " machine, created, started, seen) VALUES (%s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s, %s,"
    " %s) ON CONFLICT (key) DO NOTHING RETURNING id"
)
_QUEUED = (
    "UPDATE rushes_movement SET state = 'queued', wanted = true, started = NULL, ended = NULL,"
    " done = 0, total = NULL, note = '', counts = '{}', told = '', report = '{}', outcome = NULL,"
    " machine = '' WHERE id = %s"
)
_RUNS = (
    "UPDATE rushes_movement SET state = 'running', wanted = true, started = coalesce(started, %s),"
    " seen = %s, machine = %s WHERE id = %s"
)
_END = (
    "UPDATE rushes_movement SET state = %s, counts = %s::jsonb, told = %s, report = %s::jsonb,"
    " outcome = %s, ended = %s, seen = %s, done = %s, total = %s WHERE id = %s"
)
# What this delivery takes is the last that was sent under its path from now on.
_SUPERSEDED = (
    "UPDATE rushes_movementfile SET latest = false"
    " WHERE project_id = %s AND context = %s AND latest AND key = ANY(%s)"
)


def the_one(driver: Driver, number: int) -> Movement:
    """The one of this number. Raises `record.not_found`."""
    found = found_by(driver, "m.id = %s", number) if is_number(number) else None
    if found is None:
        raise no_movement(number)
    return found


def found_by(driver: Driver, where: str, value: Any) -> Movement | None:
    """The movement `m` of which that is true."""
    told = rows(driver, f"SELECT {COLUMNS} FROM rushes_movement m WHERE {where}", [value])
    return movement_of(told[0]) if told else None


def tell(driver: Driver, number: int) -> None:
    """Have those who watch it look, once this is committed."""
    rows(driver, "SELECT pg_notify(%s, %s)::text", [MOVED, str(number)])


def is_number(number: object) -> bool:
    """Whether a record can have it."""
    return isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= _MOST


def made(driver: Driver, new: NewMovement, actor: Actor, machine: str) -> int | None:
    """The number of a new one; None where its key is taken."""
    named = "SELECT name FROM rushes_movement WHERE project_id = %s AND starts_with(name, %s)"
    names = {name for (name,) in rows(driver, named, [new.project, fixed_part(new.name)])}
    running = new.state is MovementState.RUNNING
    now = clock.now()
    values = (
        *(new.kind.value, new.key, new.project, free_name(new.name, names.__contains__)),
        *(new.context, json.dumps(dict(new.order)), new.state.value),
        *(actor.on_behalf_of or actor.name, machine if running else ""),
        *(now, now if running else None, now if running else None),
    )
    told = rows(driver, _INSERT, values)
    return int(told[0][0]) if told else None


def again(driver: Driver, held: Movement, state: MovementState, machine: str) -> Movement:
    """One that is there begun anew, unless it is done."""
    if held.state is MovementState.DONE:
        return held
    going = (MovementState.QUEUED, MovementState.RUNNING)
    if held.state not in going or (held.lost and state is MovementState.QUEUED):
        driver.execute(b"DELETE FROM rushes_movementfile WHERE movement_id = %s", [held.id])
        driver.execute(_QUEUED.encode(), [held.id])
    if state is MovementState.RUNNING:
        now = clock.now()
        driver.execute(_RUNS.encode(), [now, now, machine, held.id])
    else:
        driver.execute(b"UPDATE rushes_movement SET wanted = true WHERE id = %s", [held.id])
    tell(driver, held.id)
    return the_one(driver, held.id)


def write_end(driver: Driver, number: int, ended: MovementEnd) -> Movement:
    """Say what came of it. Raises as `ports.movements.Movements.end` does."""
    # The project first, as whoever begins one does.
    within = "SELECT project_id FROM rushes_movement WHERE id = %s"
    found = rows(driver, within, [number]) if is_number(number) else []
    if not found:
        raise no_movement(number)
    rows(driver, "SELECT FROM rushes_project WHERE id = %s FOR NO KEY UPDATE", found[0])
    held = found_by(driver, "m.id = %s FOR UPDATE", number)
    assert held is not None
    ended = checked_end(held.kind, ended)
    came = outcome(ended)
    ((known,),) = rows(driver, "SELECT outcome FROM rushes_movement WHERE id = %s", [number])
    if known is not None and bytes(known) == came:
        return held
    check_not_done(held)
    now, far = clock.now(), last_headway(held.headway, ended.state)
    driver.execute(
        _END.encode(),
        [
            *(ended.state.value, json.dumps(dict(ended.counts)), ended.told),
            *(json.dumps(dict(ended.report)), came, now, now, far.done, far.total, number),
        ],
    )
    _put(driver, held, ended)
    tell(driver, number)
    return the_one(driver, number)


def _put(driver: Driver, held: Movement, ended: MovementEnd) -> None:
    """The files of a delivery, in the place of those that it had."""
    driver.execute(b"DELETE FROM rushes_movementfile WHERE movement_id = %s", [held.id])
    done = ended.state is MovementState.DONE
    taken = [path_key(one.path) for one in ended.files if done and one.earlier is None]
    if taken:
        driver.execute(_SUPERSEDED.encode(), [held.project, held.context, taken])
    if not ended.files:
        return
    with driver.cursor() as cursor, cursor.copy(COPY.encode()) as copy:
        for position, one in enumerate(ended.files):
            latest = done and one.earlier is None
            copy.write_row(file_row(held, position, one, latest=latest))
