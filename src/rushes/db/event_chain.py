"""Going through sealed events, one after the other, to see whether each follows from the last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rushes.db.event_rows import START, sealed
from rushes.model.event import EventAudit, EventBreak, EventHead, EventPortion

_TOLD = 100


class Chain:
    """The chain as far as it was gone through: `position` is that of the last event.

    It goes on from where it was `begun` before, by the seal that was found there.
    """

    def __init__(self, known: EventHead | None, begun: EventHead | None = None) -> None:
        self.position = 0
        self._seal: bytes | None = START  # None where the event before is gone
        if begun is not None and begun.position:
            self.position = begun.position
            self._seal = bytes.fromhex(begun.seal) if begun.seal else None
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

    def portion(self, *, total: int, waiting: int, more: bool) -> EventPortion:
        """What came of a part of it; only the last part tells what is gone from the end."""
        if not more:
            made = self.audit(waiting)
            return EventPortion(made.head, made.sealed, total, waiting, more, made.breaks)
        end = EventHead(self.position, self._seal.hex() if self._seal is not None else "")
        return EventPortion(end, self._count, total, waiting, more, tuple(self._breaks))

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
