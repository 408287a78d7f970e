"""The trail of events for whoever looks into it: the whole chain gone through, events searched."""

from __future__ import annotations

from functools import partial
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.db.driving import Driver
from rushes.db.event_chain import Chain
from rushes.db.event_rows import COLUMNS, event_of, kept_kind
from rushes.db.events import DatabaseEvents
from rushes.db.session import Session
from rushes.db.studio_link import Link, rows
from rushes.model.event import EventAudit, EventHead, EventPortion, RecordedEvent
from rushes.ports.progress import Progress, Silent

_ROWS = 5_000


class DatabaseAudit:
    """The events of one PostgreSQL. Every call raises `database.unavailable`."""

    def __init__(self, session: Session) -> None:
        self._link = Link(session)
        self._events = DatabaseEvents(session)

    def head(self) -> EventHead:
        """The last sealed event; position 0 where there is none."""
        return self._events.head()

    def waiting(self) -> int:
        """How many events have no seal yet."""
        return self._count("position IS NULL")

    def verify(
        self,
        known: EventHead | None = None,
        *,
        progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
    ) -> EventAudit:
        """Go through the whole chain, in constant memory.

        An event that was edited, removed or moved is told. That the last ones were removed shows
        only against a head that is `known` from before. Raises `cancelled` too.
        """
        chain, total = Chain(known), self._count("position IS NOT NULL")
        done = 0
        while found := self._link.ask(lambda driver: _sealed(driver, chain.position)):
            for row in found:
                chain.add(row[:-1], row[-1])
            done += len(found)
            progress.report(done, max(done, total), "events")
            if progress.cancelled():
                raise RushesError(Code.CANCELLED, "The events were not gone through to the end.")
        return chain.audit(self.waiting())

    def portion(
        self, begun: EventHead, *, known: EventHead | None = None, count: int = _ROWS
    ) -> EventPortion:
        """Go through at most `count` events after `begun`, which is what the portion before ended
        with. All portions one after the other are what `verify` does.
        """
        chain, left, more = Chain(known, begun), count, True
        while more and left > 0:
            some = min(left, _ROWS)
            found = self._link.ask(partial(_sealed, position=chain.position, count=some))
            for row in found:
                chain.add(row[:-1], row[-1])
            left, more = left - len(found), bool(found)
        total = self._count("position IS NOT NULL")
        return chain.portion(total=total, waiting=self.waiting(), more=more)

    def search(
        self,
        *,
        kind: str | None = None,
        target: int | None = None,
        project: str | None = None,
        actor: str | None = None,
        limit: int,
    ) -> list[RecordedEvent]:
        """Events that fit all that is given, the newest first; `project` is its code.

        Raises `record.not_found` where there never was such a project.
        """
        asked = {
            "kind": None if kind is None else kept_kind(kind),
            "target": target,
            "project": self._project(project),
            "actor": actor,
        }
        given = {name: value for name, value in asked.items() if value is not None}
        where = " AND ".join(f"{name} = %s" for name in given) or "true"
        found = self._link.ask(
            lambda driver: rows(
                driver,
                f"SELECT {COLUMNS} FROM rushes_event WHERE {where} ORDER BY id DESC LIMIT %s",
                (*given.values(), limit),
            )
        )
        return [event_of(row) for row in found]

    def close(self) -> None:
        """Give this thread's connection back."""
        self._link.close()

    def _project(self, code: str | None) -> int | None:
        """The number of a project, also of one that is gone: its events still tell its code."""
        if code is None:
            return None
        found = self._link.ask(
            lambda driver: rows(
                driver,
                "SELECT id FROM rushes_project WHERE code = %s UNION ALL"
                " (SELECT target FROM rushes_event WHERE kind = 'project'"
                " AND coalesce(after, before) ->> 'code' = %s ORDER BY id DESC LIMIT 1) LIMIT 1",
                (code, code),
            )
        )
        if not found:
            raise RushesError(
                Code.RECORD_NOT_FOUND,
                f"There is no project {escape(code)}, and never was.",
                hint="Name it by its code.",
            )
        return int(found[0][0])

    def _count(self, where: str) -> int:
        ((count,),) = self._link.ask(
            lambda driver: rows(driver, f"SELECT count(*) FROM rushes_event WHERE {where}")
        )
        return int(count)


def _sealed(driver: Driver, position: int, count: int = _ROWS) -> list[Any]:
    return rows(
        driver,
        f"SELECT {COLUMNS}, seal FROM rushes_event WHERE position > %s ORDER BY position LIMIT %s",
        [position, count],
    )
