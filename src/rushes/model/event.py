"""Writes of the studio's records as they are kept: who wrote what, and whether that still holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SENT = (
    *("at", "kind", "action", "target", "project", "actor", "on_behalf_of", "tool"),
    *("before", "after"),
)


@dataclass(frozen=True)
class RecordedEvent:
    """One write of one record. `before` and `after` hold what differs, None where there is nothing.

    `position` tells the order in which events may be read, and is given once the write is there
    for all; None until then. `at` is RFC 3339, `project` None where the record is of none.
    """

    id: int
    position: int | None
    at: str
    actor: str
    on_behalf_of: str
    tool: str
    action: str  # create, update or delete
    kind: str
    target: int
    project: int | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def type(self) -> str:
        """What happened to what, in a word: `task.update`."""
        return f"{self.kind}.{self.action}"

    def row(self) -> dict[str, Any]:
        """The event as it is sent to programs."""
        return {
            "position": self.position,
            "type": self.type,
            **{name: getattr(self, name) for name in _SENT},
        }


@dataclass(frozen=True)
class EventHead:
    """The last sealed event: its position, and its seal in hex. Kept elsewhere, it vouches for all
    up to it.
    """

    position: int
    seal: str


@dataclass(frozen=True)
class Waiting:
    """Events that have no position yet: how many, and the seconds that the first has waited."""

    count: int
    seconds: float


@dataclass(frozen=True)
class EventBreak:
    """Where the chain of events does not hold, and why."""

    position: int
    why: str


@dataclass(frozen=True)
class EventPortion:
    """A part of the chain that was gone through, up to `end`, whose seal is empty where the event
    there has none. `total` is how many events are sealed in all; there are `more` of them.
    """

    end: EventHead
    count: int
    total: int
    waiting: int
    more: bool
    breaks: tuple[EventBreak, ...] = ()


@dataclass(frozen=True)
class EventAudit:
    """What came of going through the chain: how many events are `sealed`, how many wait for it,
    and the first places where it does not hold.
    """

    sealed: int
    waiting: int
    head: EventHead
    breaks: tuple[EventBreak, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether no sealed event was edited, removed or moved."""
        return not self.breaks
