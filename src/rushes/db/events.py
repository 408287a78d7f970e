"""Every write of the studio's records, as the database noted it: read, followed, sealed, verified.

Numbers of events are given when something is written, and writes end in another order. So events
get a position once they are there for all, and with it a seal over all that came before.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from rushes.db.event_chain import Chain
from rushes.db.event_rows import COLUMNS, START, event_of, kept_kind, sealed
from rushes.db.event_waking import SEALED
from rushes.db.locks import DatabaseLock
from rushes.db.paging import place_of, token_of
from rushes.db.session import Session
from rushes.db.studio_link import Driver, Link, rows
from rushes.model.event import EventAudit, EventHead, RecordedEvent, Waiting
from rushes.model.scan import Actor
from rushes.ports.records import Page

_SEALER = Actor("sealer", tool="rushes")
_ROWS = 5_000


class DatabaseEvents:
    """The events of one PostgreSQL.

    Every call raises `database.unavailable`. Who may see which is for callers to know: whoever may
    see a record may see its events.
    """

    def __init__(self, session: Session) -> None:
        self._link = Link(session)

    def events(
        self, kind: str, target: int, *, page: str | None = None, limit: int = 100
    ) -> Page[RecordedEvent]:
        """The events of one record, the newest first, sealed or not yet."""
        (last,) = place_of(page, kinds=(int,)) if page is not None else (2**63 - 1,)
        found = self._ask(
            "WHERE kind = %s AND target = %s AND id < %s ORDER BY id DESC LIMIT %s",
            (kept_kind(kind), target, last, limit + 1),
        )
        shown = [event_of(row) for row in found[:limit]]
        return Page(shown, token_of([shown[-1].id]) if len(found) > limit else None)

    def after(
        self, position: int, *, projects: Collection[int] | None = None, limit: int = 1_000
    ) -> list[RecordedEvent]:
        """The next sealed events in their order; of some projects where these are given.

        Who goes on from the last one's position misses none and sees none twice.
        """
        where, values = "", ()
        if projects is not None:
            where, values = "AND project = ANY(%s)", (list(projects),)  # type: ignore[assignment]
        found = self._ask(
            f"WHERE position > %s {where} ORDER BY position LIMIT %s", (position, *values, limit)
        )
        return [event_of(row) for row in found]

    def head(self) -> EventHead:
        """The last sealed event; position 0 where there is none."""
        position, seal = self._link.ask(_head)
        return EventHead(position, seal.hex())

    def seal(self, batch: int = 1_000) -> int:
        """Seal events that are there for all and wait for it, at most `batch`; how many it were.

        Of several sealers at once, one works and the others wait. What is not committed yet is not
        seen, and gets a later position when it is. Two writes of one record never pass each other:
        the later one took its number while it held the record, after the earlier had ended.
        """
        with self._link.writing("event", _SEALER) as driver:
            rows(driver, "SELECT pg_advisory_xact_lock(%s)::text", [DatabaseLock.EVENT_SEAL])
            # Only now, under the lock, is it settled which events the sealer before has left.
            position, before = _head(driver)
            found = rows(
                driver,
                f"SELECT {COLUMNS} FROM rushes_event WHERE position IS NULL ORDER BY id LIMIT %s",
                [batch],
            )
            given: list[tuple[int, int, bytes]] = []
            for row in found:
                position += 1
                before = sealed(row, position, before)
                given.append((row[0], position, before))
            if given:
                _write(driver, given)
                rows(driver, "SELECT pg_notify(%s, %s)::text", [SEALED, str(position)])
        return len(given)

    def waiting(self) -> Waiting:
        """How many events wait to be sealed, and for how long the first of them has."""
        sql = (
            "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0)::float"
            " FROM rushes_event WHERE position IS NULL"
        )
        ((count, seconds),) = self._link.ask(lambda driver: rows(driver, sql))
        return Waiting(count, max(0.0, seconds))

    def verify(self, known: EventHead | None = None) -> EventAudit:
        """Go through the whole chain.

        An event that was edited, removed or moved is told. That the last ones were removed shows
        only against a head that is `known` from before.
        """
        chain = Chain(known)
        while found := self._link.ask(lambda driver: _sealed(driver, chain.position)):
            for row in found:
                chain.add(row[:-1], row[-1])
        ((waiting,),) = self._link.ask(
            lambda driver: rows(driver, "SELECT count(*) FROM rushes_event WHERE position IS NULL")
        )
        return chain.audit(waiting)

    def close(self) -> None:
        """Give this thread's connection back."""
        self._link.close()

    def _ask(self, where: str, values: tuple[Any, ...]) -> list[Any]:
        sql = f"SELECT {COLUMNS} FROM rushes_event {where}"
        return self._link.ask(lambda driver: rows(driver, sql, values))


def _head(driver: Driver) -> tuple[int, bytes]:
    found = rows(
        driver,
        "SELECT position, seal FROM rushes_event WHERE position IS NOT NULL"
        " ORDER BY position DESC LIMIT 1",
    )
    return (found[0][0], bytes(found[0][1] or START)) if found else (0, START)


def _sealed(driver: Driver, position: int) -> list[Any]:
    return rows(
        driver,
        f"SELECT {COLUMNS}, seal FROM rushes_event WHERE position > %s ORDER BY position LIMIT %s",
        [position, _ROWS],
    )


def _write(driver: Driver, given: list[tuple[int, int, bytes]]) -> None:
    ids, positions, seals = zip(*given, strict=True)
    driver.execute(
        b"UPDATE rushes_event e SET position = u.position, seal = u.seal"
        b" FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[]) AS u (id, position, seal)"
        b" WHERE e.id = u.id",
        [list(ids), list(positions), list(seals)],
    )
