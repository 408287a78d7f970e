"""A turn at what only one process does at a time, held as long as its connection lives."""

from __future__ import annotations

from rushes.db.listening import Driver, Listening
from rushes.db.locks import DatabaseLock
from rushes.db.session import Session


class Turn:
    """Asks for a turn, and while it has it listens on a channel. For one thread at a time."""

    def __init__(self, session: Session, lock: DatabaseLock, channel: str) -> None:
        self._listening = Listening(session, channel)
        self._lock = lock
        self._held: Driver | None = None

    def mine(self) -> bool:
        """Whether it is ours; the database gives it to another once our connection is lost."""
        with self._listening.connection() as driver:
            if driver is self._held:
                driver.execute("SELECT 1")
                return True
            (given,) = driver.execute(
                "SELECT pg_try_advisory_lock(%s)", [self._lock.value]
            ).fetchone() or (False,)
        self._held = driver if given else None
        return bool(given)

    def wait(self, seconds: float) -> list[str]:
        """What was told on the channel, at the latest after so many seconds."""
        return self._listening.wait(seconds)

    def close(self) -> None:
        """Leave the turn to another."""
        self._held = None
        self._listening.close()
