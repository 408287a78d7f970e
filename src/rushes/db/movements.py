"""The port of movements on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from platform import node
from typing import Any

from rushes.core import clock
from rushes.db.driving import Driver
from rushes.db.movement_rows import (
    COLUMNS,
    FILE,
    SENT,
    file_of,
    movement_of,
    path_key,
    sent_of,
)
from rushes.db.movement_writing import again, found_by, is_number, made, tell, the_one, write_end
from rushes.db.paging import no_page, place_of, token_of
from rushes.db.session import Session
from rushes.db.studio_link import Link, rows
from rushes.model.movement import (
    SILENT,
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
    check_same,
    checked_new,
    digests_of,
    path_bytes,
)
from rushes.tracking.refusing import not_there, refused

_ROWS = 500
_WHOLE = 100  # movements on a page, with reports of up to a megabyte
_NOTE = 500
_MOST = 2**63 - 1
# Who watches is told a few times a second at most, however often somebody beats.
_TOLD_EVERY = timedelta(seconds=0.2)
_BEAT = (
    "UPDATE rushes_movement m SET state = 'running', started = coalesce(m.started, %(now)s),"
    " seen = %(now)s, done = %(done)s, total = %(total)s, note = %(note)s,"
    " machine = CASE m.machine WHEN '' THEN %(machine)s ELSE m.machine END"
    " FROM (SELECT id, seen FROM rushes_movement WHERE id = %(id)s FOR UPDATE) before"
    " WHERE m.id = before.id AND m.state IN ('queued', 'running') RETURNING m.wanted, before.seen"
)
_CANCEL = (
    "UPDATE rushes_movement SET wanted = false WHERE id = %(id)s AND state IN ('queued', 'running')"
)
# Of what nobody has begun, or does any more.
_CANCELLED = (
    "UPDATE rushes_movement SET state = 'cancelled', ended = %(now)s WHERE id = %(id)s"
    " AND (state = 'queued' OR (state = 'running' AND seen < %(silent)s))"
)


class DatabaseMovements:
    """`ports.movements.Movements` on one PostgreSQL.

    Whoever begins a movement or ends one holds its project's row, so that of two at once each sees
    the other's name and files. Times are those of the machine that asks.
    """

    def __init__(self, session: Session) -> None:
        self._link = Link(session)

    def begin(self, new: NewMovement, *, actor: Actor, machine: str | None = None) -> Movement:
        """Have it on record."""
        new, machine = checked_new(new), node() if machine is None else machine
        with self._link.writing("movement", actor) as driver:
            living = (
                "SELECT FROM rushes_project WHERE id = %s AND archived IS NULL FOR NO KEY UPDATE"
            )
            if not is_number(new.project) or not rows(driver, living, [new.project]):
                raise not_there("project", new.project)
            held = found_by(driver, "m.key = %s FOR UPDATE", new.key)
            if held is None:
                number = made(driver, new, actor, machine)
                if number is not None:
                    return the_one(driver, number)
                # Somebody took the key a moment ago, for another project.
                held = found_by(driver, "m.key = %s FOR UPDATE", new.key)
                assert held is not None
            check_same(held, new)
            return again(driver, held, new.state, machine)

    def beat(
        self, number: int, headway: Headway, *, actor: Actor, machine: str | None = None
    ) -> bool:
        """Give a sign of life."""
        values: dict[str, Any] = {
            "id": number if is_number(number) else 0,
            "now": clock.now(),
            "done": headway.done,
            "total": headway.total,
            "note": headway.note.replace("\0", "")[:_NOTE],
            "machine": node() if machine is None else machine,
        }
        with self._link.writing("movement", actor) as driver:
            found = rows(driver, _BEAT, values, often=True)
            if not found:
                the_one(driver, number)
                return False
            ((wanted, before),) = found
            if before is None or abs(values["now"] - before) >= _TOLD_EVERY:
                tell(driver, number)
            return bool(wanted)

    def end(self, number: int, ended: MovementEnd, *, actor: Actor) -> Movement:
        """Say what came of it, in one transaction."""
        with self._link.writing("movement", actor) as driver:
            return write_end(driver, number, ended)

    def end_in_parts(
        self,
        number: int,
        ended: MovementEnd,
        parts: int,
        *,
        read: Callable[[Mapping[str, Any]], DeliveredFile],
        actor: Actor,
    ) -> Movement:
        """The same with the files of so many parts, each row of them read by `read`."""
        with self._link.writing("movement", actor) as driver:
            the_one(driver, number)
            told = rows(
                driver,
                "SELECT rows::text FROM rushes_movementpart WHERE movement_id = %s"
                " AND part < %s ORDER BY part",
                [number, parts],
            )
            if len(told) != parts:
                raise refused("parts", f"{len(told)} of {parts} are here")
            files = tuple(read(row) for (some,) in told for row in json.loads(some))
            whole = MovementEnd(ended.state, ended.counts, ended.told, ended.report, files)
            made = write_end(driver, number, whole)
            driver.execute(b"DELETE FROM rushes_movementpart WHERE movement_id = %s", [number])
            return made

    def keep_part(
        self, number: int, part: int, given: Sequence[Mapping[str, Any]], *, actor: Actor
    ) -> None:
        """Keep some files of a delivery that is about to end; sent again they are replaced."""
        with self._link.writing("movement", actor) as driver:
            the_one(driver, number)
            driver.execute(
                b"INSERT INTO rushes_movementpart (movement_id, part, rows)"
                b" VALUES (%s, %s, %s::jsonb)"
                b" ON CONFLICT (movement_id, part) DO UPDATE SET rows = excluded.rows",
                [number, part, json.dumps(list(given))],
            )

    def cancel(self, number: int, *, actor: Actor) -> Movement:
        """Want it no more."""
        with self._link.writing("movement", actor) as driver:
            the_one(driver, number)
            now = clock.now()
            values = {"id": number, "now": now, "silent": now - SILENT}
            driver.execute(_CANCEL.encode(), values)
            driver.execute(_CANCELLED.encode(), values)
            tell(driver, number)
            return the_one(driver, number)

    def movement(self, number: int) -> Movement:
        """The one of this number."""
        return self._link.ask(lambda driver: the_one(driver, number))

    def find(
        self,
        *,
        kind: MovementKind | None = None,
        project: int | None = None,
        name: str = "",
        context: str = "",
        states: Collection[MovementState] = (),
        page: str | None = None,
        among: Collection[int] | None = None,
        brief: bool = False,
    ) -> Page[Movement]:
        """Those that fit, the last begun first; `among` these projects, where some are named.

        `brief` ones are without their reports, which may be long.
        """
        where, values = ["m.id < %s"], list[Any]([_before(page)])
        for condition, value in (
            ("m.kind = %s", kind.value if kind is not None else None),
            ("m.project_id = %s", project),
            ("m.name = %s", name or None),
            ("m.context = %s", context or None),
            ("m.state = ANY(%s)", [one.value for one in states] or None),
            ("m.project_id = ANY(%s)", list(among) if among is not None else None),
        ):
            if value is not None:
                where.append(condition)
                values.append(value)
        columns = COLUMNS.replace("m.report::text", "'{}'") if brief else COLUMNS
        most = _ROWS if brief else _WHOLE
        sql = (
            f"SELECT {columns} FROM rushes_movement m WHERE {' AND '.join(where)}"
            f" ORDER BY m.id DESC LIMIT {most + 1}"
        )
        found = list(map(movement_of, self._link.ask(lambda driver: rows(driver, sql, values))))
        return Page(found[:most], token_of([found[most - 1].id]) if found[most:] else None)

    def files(self, number: int, *, page: str | None = None) -> Page[DeliveredFile]:
        """The files of a delivery, by their paths."""
        after = place_of(page, kinds=[int])[0] if page is not None else -1
        sql = (
            f"SELECT {FILE}, f.position FROM rushes_movementfile f WHERE f.movement_id = %s"
            f" AND f.position > %s ORDER BY f.position LIMIT {_ROWS + 1}"
        )

        def question(driver: Driver) -> list[Any]:
            the_one(driver, number)
            return rows(driver, sql, [number, after])

        found = self._link.ask(question)
        more = token_of([found[_ROWS - 1][-1]]) if found[_ROWS:] else None
        return Page([file_of(row[:-1]) for row in found[:_ROWS]], more)

    def sent(
        self, project: int, context: str, *, paths: Collection[str] = (), page: str | None = None
    ) -> Page[SentFile]:
        """Of each path the file that a done delivery took last."""
        where, values = "f.project_id = %s AND f.context = %s AND f.latest", [project, context]
        if paths:
            where += " AND f.key = ANY(%s)"
            values.append([path_key(one) for one in paths])
        if page is not None:
            where += " AND (substring(f.path, 1, 255), f.path) > (substring(%s, 1, 255), %s)"
            values += [_path(page)] * 2
        # The first term is what the index has; it says nothing that `path` does not.
        sql = (
            f"SELECT {SENT} FROM rushes_movementfile f JOIN rushes_movement m"
            f" ON m.id = f.movement_id WHERE {where}"
            f" ORDER BY substring(f.path, 1, 255), f.path LIMIT {_ROWS + 1}"
        )

        def question(driver: Driver) -> list[Any]:
            known = "SELECT FROM rushes_project WHERE id = %s"
            if not is_number(project) or not rows(driver, known, [project]):
                raise not_there("project", project)
            return rows(driver, sql, values)

        found = list(map(sent_of, self._link.ask(question)))
        more = None
        if found[_ROWS:]:
            more = token_of([path_bytes(found[_ROWS - 1].file.path).hex()])
        return Page(found[:_ROWS], more)

    def with_digest(
        self,
        blake3: Collection[str],
        *,
        page: str | None = None,
        among: Collection[int] | None = None,
    ) -> Page[SentFile]:
        """Files with one of these digests, the last first; `among` these projects, as in `find`."""
        values: list[Any] = [digests_of(list(blake3)), _before(page)]
        inside = ""
        if among is not None:
            inside = " AND f.project_id = ANY(%s)"
            values.append(list(among))
        sql = (
            f"SELECT {SENT}, f.id FROM rushes_movementfile f JOIN rushes_movement m"
            " ON m.id = f.movement_id WHERE f.blake3 = ANY(%s) AND f.id < %s"
            f" AND m.state = 'done' AND f.earlier IS NULL{inside}"
            f" ORDER BY f.id DESC LIMIT {_ROWS + 1}"
        )
        found = self._link.ask(lambda driver: rows(driver, sql, values))
        more = token_of([found[_ROWS - 1][-1]]) if found[_ROWS:] else None
        return Page([sent_of(row[:-1]) for row in found[:_ROWS]], more)

    def close(self) -> None:
        """Give this thread's connection back."""
        self._link.close()


def _before(page: str | None) -> int:
    """The number before which a page goes on."""
    return int(place_of(page, kinds=[int])[0]) if page is not None else _MOST


def _path(page: str) -> bytes:
    (text,) = place_of(page, kinds=[str])
    try:
        return bytes.fromhex(str(text))
    except ValueError:
        raise no_page(page) from None
