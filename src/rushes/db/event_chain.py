"""Going through sealed events, one after the other, to see whether each follows from the last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rushes.db.event_rows import START, sealed
from rushes.model.event import EventAudit, EventBreak, EventHead

_TOLD = 100


class Chain:
    """The chain as far as it was gone through: `position` is that of the last event."""

    def __init__(self, known: EventHead | None) -> None:
        self.position = 0
        self._seal: bytes | None = START  # None where the event before is gone
        self._count = 0
        self._known = known
        self._breaks: list[EventBreak] = []

    def add(self, row: Sequence[Any], seal: bytes | None) -> None:
        """The event with the next position."""
        position = int(row[1])
        if position != self.position + 1:
            self._gone(position - 1)
            self._seal = None
        if seal is None:
            self._break(position, "the event has no seal")
        elif self._seal is not None and bytes(seal) != sealed(row, position, self._seal):
            self._break(position, "the event was edited, or stood in another place")
        elif self._rewritten(EventHead(position, bytes(seal).hex())):
            self._break(position, "all up to this event was written anew")
        self.position, self._count = position, self._count + 1
        self._seal = None if seal is None else bytes(seal)

    def audit(self, waiting: int) -> EventAudit:
        """What came of it, with how many events wait to be sealed."""
        if self._known is not None and self._known.position > self.position:
            self._gone(self._known.position)
        head = EventHead(self.position, (self._seal or START).hex())
        return EventAudit(self._count, waiting, head, tuple(self._breaks))

    def _rewritten(self, head: EventHead) -> bool:
        known = self._known
        return known is not None and known.position == head.position and known != head

    def _gone(self, last: int) -> None:
        first = self.position + 1
        what = "the event is gone" if first == last else f"the events up to {last} are gone"
        self._break(first, what)

    def _break(self, position: int, why: str) -> None:
        if len(self._breaks) < _TOLD:
            self._breaks.append(EventBreak(position, why))
