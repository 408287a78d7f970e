"""How often somebody may try a password: few times, then after a while again."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

_MOST = 10_000


class Attempts:
    """Failures by name. After `most` within `window_s`, the name must wait.

    Kept in memory, by each worker for itself: with N workers there are N times as many tries.
    """

    def __init__(self, *, most: int = 5, window_s: float = 300.0) -> None:
        self._most, self._window_s = most, window_s
        self._lock = threading.Lock()
        self._failed: OrderedDict[str, list[float]] = OrderedDict()

    def tried(self, name: str) -> int:
        """Count a try before it is looked at, so that many at once are counted, too; it is taken
        for a failure until it `succeeded`.

        0, or how many seconds this name has to wait: then nothing is counted.
        """
        now = time.monotonic()
        with self._lock:
            recent = self._recent(name, now)
            if len(recent) >= self._most:
                return max(1, int(recent[0] + self._window_s - now))
            self._failed[name] = [*recent, now]
            self._failed.move_to_end(name)
            while len(self._failed) > _MOST:
                self._failed.popitem(last=False)
            return 0

    def taken_back(self, name: str) -> None:
        """The last try was none."""
        with self._lock:
            held = self._failed.get(name, [])[:-1]
            if held:
                self._failed[name] = held
            else:
                self._failed.pop(name, None)

    def succeeded(self, name: str) -> None:
        """Forget what failed before."""
        with self._lock:
            self._failed.pop(name, None)

    def _recent(self, name: str, now: float) -> list[float]:
        return [at for at in self._failed.get(name, []) if now - at < self._window_s]
