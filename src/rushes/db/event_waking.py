"""How the sealer learns that something was written, without a price for those who write.

A commit that tells something waits for every other that does: with eight writers at once, a
`NOTIFY` with each write costs a third of all writes. So a write tells only a sealer that sleeps,
which it sees by the lock that the sleeper holds. A sealer that is awake looks by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from rushes.db.listening import Listening
from rushes.db.locks import DatabaseLock
from rushes.db.session import Session

WRITTEN = "rushes_written"
SEALED = "rushes_sealed"


class Waking:
    """Sleeps until something was written."""

    def __init__(self, session: Session) -> None:
        self._listening = Listening(session, WRITTEN)

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """From here on writes wake us. To be entered before looking a last time."""
        with self._listening.connection() as driver:
            # Of several sealers the first does: what is told is told to all that listen.
            (mine,) = driver.execute(
                "SELECT pg_try_advisory_lock(%s)", [DatabaseLock.EVENTS_ASLEEP.value]
            ).fetchone() or (False,)
        try:
            yield
        finally:
            if mine:
                # With a lost connection the lock is gone, too.
                with suppress(psycopg.Error), self._listening.connection() as driver:
                    driver.execute(
                        "SELECT pg_advisory_unlock(%s)", [DatabaseLock.EVENTS_ASLEEP.value]
                    )

    def wait(self, seconds: float) -> None:
        """Wait to be woken, but not for longer. Raises `database.unavailable`."""
        self._listening.wait(seconds)

    def close(self) -> None:
        """Let go of the connection."""
        self._listening.close()
