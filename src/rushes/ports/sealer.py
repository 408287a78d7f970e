"""The socket to sealing: giving events their position, and waiting for there to be some."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from rushes.model.event import Waiting


class Sealer(Protocol):
    """Gives events their position. Raises `database.unavailable` when they cannot be reached."""

    def seal(self, batch: int = 1_000) -> int:
        """Seal what waits, at most `batch`; how many it were."""
        ...

    def waiting(self) -> Waiting:
        """How many wait, and how long."""
        ...


class Waking(Protocol):
    """Wakes a sealer when something is written. Raises the same."""

    def asleep(self) -> AbstractContextManager[None]:
        """From here on writes wake us. To be entered before looking a last time."""
        ...

    def wait(self, seconds: float) -> None:
        """Wait to be woken, but not for longer."""
        ...
