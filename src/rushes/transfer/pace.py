"""How fast bytes may go, over all threads, and whether anybody still wants them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from rushes.core.errors import Code, RushesError

_BURST_S = 0.25  # how much may go at once after a pause, in seconds of the rate


class Pace:
    """A meter with a limit in bytes per second; 0 is none.

    `clock` and `wait` are the system's unless a test gives others; `wait` is true when the wait
    was ended before its time.
    """

    def __init__(
        self,
        rate: float = 0,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self.moved = 0
        self._rate, self._clock = rate, clock
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._wait = wait or self._ended.wait
        self._free_at = clock()

    def take(self, count: int) -> None:
        """Wait until so many bytes may go. Raises `cancelled` once nobody wants them."""
        with self._lock:
            self.moved += count
            left = self._reserved(count)
        if self._ended.is_set() or (left > 0 and self._wait(left) and self._ended.is_set()):
            raise RushesError(Code.CANCELLED, "Moving files was cancelled.")

    def cancel(self) -> None:
        """Nobody wants the rest."""
        self._ended.set()

    def _reserved(self, count: int) -> float:
        """Seconds until the bytes may go; whoever comes next waits behind them."""
        if not self._rate:
            return 0
        now = self._clock()
        self._free_at = max(self._free_at, now - _BURST_S) + count / self._rate
        return self._free_at - now
