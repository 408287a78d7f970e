"""How far an ingest or a delivery is, streamed until it has ended.

Each `progress` event is what the server answers for it, as JSON: the present state first. The one
that tells the end has an `id`, by which the server knows that whoever comes again has all of it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

import orjson

from rushes.client.spelling.movements import progress_row
from rushes.core import logs
from rushes.core.errors import Code, RushesError
from rushes.model.movement import ENDED, Movement
from rushes.ports.events import Wanted
from rushes.tracking.event_sight import Sights
from rushes.tracking.movement_permissions import seen_projects
from rushes.tracking.movement_rules import no_movement
from rushes.web.live import asking
from rushes.web.live.ending import end_id
from rushes.web.live.hub import Hub, Viewer
from rushes.web.live.sending import Send, begin, end, refuse, write
from rushes.web.live.ticket import Ticket, opened
from rushes.web.live.watching import Watched, Watching

_HEARTBEAT_S = 15.0
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


class Progressing:
    """Streams of movements."""

    def __init__(self, hub: Hub, watching: Watching, *, key: str, longest_s: float) -> None:
        self._hub = hub
        self._watching = watching
        self._key = key
        self._longest_s = longest_s

    async def stream(self, given: Mapping[str, str], send: Send) -> None:
        """Answer one request with a stream, or why not."""
        await self._hub.ready()
        try:
            asking.check_names(given, ("movement", "ticket"))
            ticket = opened(given.get("ticket", ""), key=self._key)
            number = _number(given.get("movement", ""))
            among = seen_projects(ticket.access)
        except RushesError as error:
            await refuse(send, error)
            return
        with self._watching.watched(number) as watched:
            try:
                found = await watched.now()
                if among is not None and found.project not in among:
                    raise no_movement(number)
            except RushesError as error:
                await refuse(send, error)
                return
            await self._tell(ticket, watched, send)

    async def _tell(self, ticket: Ticket, watched: Watched, send: Send) -> None:
        """Send how it stands whenever that has changed, until it has ended or long enough."""
        viewer = Viewer(repr(ticket), Sights(ticket.access), Wanted(), ticket.issued, ticket.token)
        until = time.monotonic() + self._longest_s
        last, at = b"", time.monotonic()
        try:
            await begin(send)
            while time.monotonic() < until and not self._hub.is_past(viewer):
                turn, found = watched.turn, await watched.now()
                text = told(found)
                if text != last:
                    await write(send, [text])
                    last, at = text, time.monotonic()
                elif time.monotonic() - at > _HEARTBEAT_S:
                    await write(send, [b": still there\n\n"])
                    at = time.monotonic()
                if found.state in ENDED:
                    break
                await watched.after(turn)
            await end(send)
        except TimeoutError:
            logs.info(f"live: a stream of {viewer.name[:60]} is not read any more")
        except RushesError as error:  # they come again by themselves
            logs.warning(f"live: {error.message}")
        except Exception as error:  # noqa: BLE001 (one stream must not end the others)
            logs.fault(error)


def told(movement: Movement) -> bytes:
    """How it stands, as a stream's text."""
    data = orjson.dumps(progress_row(movement))
    head = f"id: {end_id(movement)}\n" if movement.state in ENDED else ""
    return b"%bevent: progress\ndata: %b\n\n" % (head.encode(), data)


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise RushesError(
            Code.FIELD_INVALID, f"The parameter 'movement': {text[:80]!r} is no number."
        )
    return int(text)
