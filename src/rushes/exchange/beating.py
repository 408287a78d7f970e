"""Signs of life of a movement: how far it is, told to the records from a thread of its own."""

from __future__ import annotations

import logging
import time
from threading import Event, Lock, Thread

from rushes.core import logs
from rushes.core.errors import Code, RushesError
from rushes.model.movement import Headway
from rushes.model.scan import Actor
from rushes.ports.movements import Movements
from rushes.ports.progress import Progress

_log = logging.getLogger(__name__)
_EVERY_S = 0.5
_ENDS_S = 5.0
_SILENT_S = 2.0  # after so long it is told again, though nothing has changed: it may be cancelled


class Beating:
    """Progress that is watched here and on record, where somebody may cancel it.

    Whoever reports waits for nothing. Records that are away for a while hold nobody up: the next
    sign of life tells what has come meanwhile.
    """

    def __init__(self, inner: Progress, movements: Movements, number: int, *, actor: Actor) -> None:
        self._inner = inner
        self._movements = movements
        self._number = number
        self._actor = actor
        self._headway = Headway()
        self._unwanted = False
        self._changing = Lock()
        self._ended = Event()
        self._thread = Thread(target=self._beat, name="beating", daemon=True)
        self._thread.start()

    def report(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how far it is."""
        self._inner.report(done, total, note)
        with self._changing:
            self._headway = Headway(done, total, note)

    def cancelled(self) -> bool:
        """Whether the person here, or somebody at the records, wants it no more."""
        return self._unwanted or self._inner.cancelled()

    def stop(self) -> None:
        """Give no further sign; one that is under way is waited for, for a while."""
        self._ended.set()
        self._thread.join(_ENDS_S)

    def _beat(self) -> None:
        told, at = Headway(), time.monotonic()
        try:
            while not self._ended.wait(_EVERY_S):
                with self._changing:
                    now = self._headway
                if now != told or time.monotonic() - at > _SILENT_S:
                    self._tell(now)
                    told, at = now, time.monotonic()
        finally:
            self._movements.close()  # the connection of this thread

    def _tell(self, headway: Headway) -> None:
        try:
            wanted = self._movements.beat(self._number, headway, actor=self._actor)
            self._unwanted = not wanted
        except RushesError as error:
            self._unwanted = self._unwanted or error.code is Code.RECORD_NOT_FOUND
            _log.debug("movement %s: %s", self._number, error.message)
        except Exception as error:  # noqa: BLE001 (a thread's loop)
            logs.fault(error)
