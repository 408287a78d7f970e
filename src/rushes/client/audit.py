"""The trail of events over HTTP, for admins' tokens: the server goes through it in portions."""

from __future__ import annotations

from collections.abc import Sequence

from rushes.client.spelling.events import event_of, head_of, portion_of
from rushes.client.transport import Transport
from rushes.core.errors import Code, RushesError
from rushes.model.event import EventAudit, EventBreak, EventHead, RecordedEvent
from rushes.ports.progress import Progress

_TOLD = 100  # places where it does not hold


class HttpAudit:
    """`ports.audit.Audit` on a Rushes server.

    It is the server that goes through the chain, so it proves what the server's own word is worth.
    Against who could bend the server, too, a head helps that is kept elsewhere.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def head(self) -> EventHead:
        """The last sealed event."""
        return head_of(self._transport.get("events/head"))

    def waiting(self) -> int:
        """How many events have no seal yet."""
        return int(self._transport.get("events/head")["waiting"])

    def verify(self, known: EventHead | None, *, progress: Progress) -> EventAudit:
        """Go through the whole chain, each portion after the seal of the one before."""
        against = [] if known is None else [("known", f"{known.position}:{known.seal}")]
        end, count = EventHead(0, ""), 0
        breaks: list[EventBreak] = []
        while True:
            asked = [("after", str(end.position)), ("seal", end.seal), *against]
            told = portion_of(self._transport.get("events/verify", asked))
            end, count = told.end, count + told.count
            breaks += told.breaks[: _TOLD - len(breaks)]
            progress.report(count, max(count, told.total), "events")
            if not told.more:
                return EventAudit(count, told.waiting, end, tuple(breaks))
            if progress.cancelled():
                raise RushesError(Code.CANCELLED, "The events were not gone through to the end.")

    def search(
        self,
        *,
        kind: str | None = None,
        target: int | None = None,
        project: str | None = None,
        actor: str | None = None,
        limit: int,
    ) -> Sequence[RecordedEvent]:
        """Events that fit, the newest first."""
        given = {"kind": kind, "target": target, "project": project, "actor": actor}
        asked = [(name, str(value)) for name, value in given.items() if value is not None]
        told = self._transport.get("events/log", [*asked, ("limit", str(limit))])
        return [event_of(row) for row in told["data"]]

    def close(self) -> None:
        """Close the connections; whatever is asked next makes new ones."""
        self._transport.close()
