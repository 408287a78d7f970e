"""The port of events on PostgreSQL: what was written, for who may see it."""

from __future__ import annotations

from typing import Any

from rushes.db.driving import Driver
from rushes.db.event_reach import as_seen, seen, sought
from rushes.db.event_rows import COLUMNS, event_of, kept_kind
from rushes.db.paging import place_of, token_of
from rushes.db.session import Session
from rushes.db.studio_link import Link, rows
from rushes.db.studio_reach import Sql
from rushes.model.event import EventHead, RecordedEvent
from rushes.ports.events import ALL, Told, Wanted
from rushes.ports.records import Page
from rushes.ports.studio import Access
from rushes.tracking.event_sight import Sights, check_type

# Who sees little would else have the whole past looked through in one statement.
_LOOKED_THROUGH = 20_000


class DatabaseEventReader:
    """`ports.events.Events` on one PostgreSQL."""

    def __init__(self, session: Session) -> None:
        self._link = Link(session)

    def after(
        self, position: int, *, access: Access, wanted: Wanted = ALL, limit: int = 100
    ) -> Told:
        """The next events after a position."""
        theirs, asked = seen(Sights(access)), sought(wanted)

        def question(driver: Driver) -> Told:
            last = _head(driver).position
            until = min(last, position + _LOOKED_THROUGH)
            if until <= position:
                return Told([], position)
            found = _rows(
                driver,
                f"e.position > %s AND e.position <= %s AND {asked.text} AND {theirs.text}"
                " ORDER BY e.position LIMIT %s",
                (position, until, *asked.values, *theirs.values, limit),
            )
            told = [event_of(row) for row in found]
            there = told[-1].position if len(told) == limit else until
            return Told(as_seen(told, access), there or until)

        return self._link.ask(question)

    def of(
        self, kind: str, target: int, *, access: Access, page: str | None = None, limit: int = 100
    ) -> Page[RecordedEvent]:
        """The events of one record, the newest first."""
        check_type(kind)
        (last,) = place_of(page, kinds=(int,)) if page is not None else (2**63 - 1,)
        theirs: Sql = seen(Sights(access))
        found = self._link.ask(
            lambda driver: _rows(
                driver,
                f"e.kind = %s AND e.target = %s AND e.id < %s AND {theirs.text}"
                " ORDER BY e.id DESC LIMIT %s",
                (kept_kind(kind), target, last, *theirs.values, limit + 1),
            )
        )
        shown = [event_of(row) for row in found[:limit]]
        more = token_of([shown[-1].id]) if len(found) > limit else None
        return Page(as_seen(shown, access), more)

    def head(self) -> EventHead:
        """The last event that has a position."""
        return self._link.ask(_head)

    def close(self) -> None:
        """Give this thread's connection back."""
        self._link.close()


def _rows(driver: Driver, where: str, values: tuple[Any, ...]) -> list[Any]:
    return rows(driver, f"SELECT {COLUMNS} FROM rushes_event e WHERE {where}", values)


def _head(driver: Driver) -> EventHead:
    found = rows(
        driver,
        "SELECT position, encode(seal, 'hex') FROM rushes_event WHERE position IS NOT NULL"
        " ORDER BY position DESC LIMIT 1",
        often=True,
    )
    return EventHead(found[0][0], found[0][1] or "") if found else EventHead(0, "")
