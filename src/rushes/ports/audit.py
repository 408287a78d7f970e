"""The socket to the trail of events: gone through, searched, and vouched for. It is for admins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rushes.model.event import EventAudit, EventHead, RecordedEvent
from rushes.ports.progress import Progress


class Audit(Protocol):
    """The trail of all writes of the studio's records.

    Every call raises `database.unavailable` when the records cannot be reached.
    """

    def head(self) -> EventHead:
        """The last sealed event; position 0 where there is none."""
        ...

    def waiting(self) -> int:
        """How many events have no seal yet."""
        ...

    def verify(self, known: EventHead | None, *, progress: Progress) -> EventAudit:
        """Go through the whole chain.

        An event that was edited, removed or moved is told. That the last ones were removed shows
        only against a head that is `known` from before. Raises `cancelled`.
        """
        ...

    def search(
        self,
        *,
        kind: str | None = None,
        target: int | None = None,
        project: str | None = None,
        actor: str | None = None,
        limit: int,
    ) -> Sequence[RecordedEvent]:
        """Events that fit all that is given, the newest first; `project` is its code.

        Raises `record.not_found` where there never was such a project.
        """
        ...

    def close(self) -> None:
        """Let go of the connection; whatever is asked next makes a new one."""
        ...
