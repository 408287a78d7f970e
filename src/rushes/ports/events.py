"""The socket to what was written: for who may see the records, in an order that misses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from rushes.model.event import EventHead, RecordedEvent
from rushes.ports.records import Page
from rushes.ports.studio import Access


@dataclass(frozen=True)
class Wanted:
    """Which events: all, or those of some `types` (`task`, or `task.update`), of one record's
    number, in one project.
    """

    types: tuple[str, ...] = ()
    target: int | None = None
    project: int | None = None

    def takes(self, event: RecordedEvent) -> bool:
        """Whether an event is one of these."""
        return (
            (not self.types or event.kind in self.types or event.type in self.types)
            and self.target in (None, event.target)
            and self.project in (None, event.project)
        )


ALL = Wanted()


class Told(NamedTuple):
    """Events in their order, and the `position` to go on from: nothing up to it was left out."""

    events: Sequence[RecordedEvent]
    position: int


class Events(Protocol):
    """Every write of the studio's records.

    Every call raises `database.unavailable` when they cannot be reached, `field.invalid` for a
    kind that there is not, and `access.denied` for a token that is for nothing. Who may see a
    record now may see its events, and of these the fields that they may see.
    """

    def after(
        self, position: int, *, access: Access, wanted: Wanted = ALL, limit: int = 100
    ) -> Told:
        """The next events after a position, at most `limit`; perhaps none though more will come.

        Who goes on from the position that is told misses none and sees none twice. There is no
        more for now once it is that of `head`.
        """
        ...

    def of(
        self, kind: str, target: int, *, access: Access, page: str | None = None, limit: int = 100
    ) -> Page[RecordedEvent]:
        """The events of one record, the newest first, those without a position, too."""
        ...

    def head(self) -> EventHead:
        """The last event that has a position; 0 where none has."""
        ...

    def close(self) -> None:
        """Let go of the connection; whatever is asked next makes a new one."""
        ...
