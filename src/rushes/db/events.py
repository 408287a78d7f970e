"""Every write of the studio's records, as the database noted it, given its place and its seal.

Numbers of events are given when something is written, and writes end in another order. So events
get a position once they are there for all, and with it a seal over all that came before.
"""

from __future__ import annotations

from rushes.db.driving import Driver
from rushes.db.event_rows import COLUMNS, START, sealed
from rushes.db.event_waking import SEALED
from rushes.db.locks import DatabaseLock
from rushes.db.session import Session
from rushes.db.studio_link import Link, rows
from rushes.model.event import EventHead, Waiting
from rushes.model.scan import Actor

_SEALER = Actor("sealer", tool="rushes")


class DatabaseEvents:
    """The events of one PostgreSQL, for who seals them. Every call raises `database.unavailable`.

    `DatabaseEventReader` follows them, and `DatabaseAudit` goes through the chain.
    """

    def __init__(self, session: Session) -> None:
        self._link = Link(session)

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

    def close(self) -> None:
        """Give this thread's connection back."""
        self._link.close()


def _head(driver: Driver) -> tuple[int, bytes]:
    found = rows(
        driver,
        "SELECT position, seal FROM rushes_event WHERE position IS NOT NULL"
        " ORDER BY position DESC LIMIT 1",
    )
    return (found[0][0], bytes(found[0][1] or START)) if found else (0, START)


def _write(driver: Driver, given: list[tuple[int, int, bytes]]) -> None:
    ids, positions, seals = zip(*given, strict=True)
    driver.execute(
        b"UPDATE rushes_event e SET position = u.position, seal = u.seal"
        b" FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[]) AS u (id, position, seal)"
        b" WHERE e.id = u.id",
        [list(ids), list(positions), list(seals)],
    )
