"""A delivery's signs of life: how far it is, told to its record while a person watches a bar."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import get_ident

from rushes.core.errors import Code, RushesError
from rushes.model.movement import Headway
from rushes.model.scan import Actor
from rushes.ports.movements import Movements
from rushes.ports.progress import Progress

_EVERY_S = 5.0


@dataclass(slots=True)
class Beating:
    """Progress that a movement's record is told of, too, every few seconds; see the port.

    Records that cannot be reached for a while keep nobody from packing. They are told by the thread
    that made this alone: connections to a database are a thread's own.
    """

    inner: Progress
    movements: Movements
    number: int
    actor: Actor
    _at: float = field(default_factory=time.monotonic)
    _unwanted: bool = False
    _thread: int = field(default_factory=get_ident)

    def report(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say it to both."""
        self.inner.report(done, total, note)
        now = time.monotonic()
        if now - self._at < _EVERY_S or get_ident() != self._thread:
            return
        self._at = now
        try:
            headway = Headway(done, total, note)
            self._unwanted = not self.movements.beat(self.number, headway, actor=self.actor)
        except RushesError as error:
            if error.code is Code.RECORD_NOT_FOUND:
                self._unwanted = True

    def cancelled(self) -> bool:
        """Whether the person here, or somebody at the record, wants it no more."""
        return self._unwanted or self.inner.cancelled()
