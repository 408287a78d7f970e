"""Whether a server keeps to "only if nothing lies there", as S3 does: found out by one put.

Where it does, nobody has to look before each put, which costs as much time as the put itself.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from rushes.adapters.s3_answers import OtherThereError
from rushes.core.errors import RushesError

_MOST = 1024**2  # bytes that it may cost to find out


class Conditions:
    """What is known of one server. Threads may ask at once."""

    def __init__(self) -> None:
        self._kept: bool | None = None
        self._lock = Lock()

    @property
    def kept(self) -> bool:
        """Whether it is known to keep to them."""
        return self._kept is True

    def learn(self, again: Callable[[], Any], size: int) -> Any:
        """Put once more what was put a moment ago if nothing was there: that has to be refused.

        None, or the answer of a server that did it: the same bytes lie there then.
        """
        if self._kept is not None or size > _MOST or not self._lock.acquire(blocking=False):
            return None
        try:
            made = again()
        except OtherThereError:
            self._kept = True
        except RushesError:
            pass  # another put may tell
        else:
            self._kept = False
            return made
        finally:
            self._lock.release()
        return None
