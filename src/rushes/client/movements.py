"""Movements over HTTP."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from platform import node
from typing import Any

from rushes.client.lists import page_of, portions, text_size
from rushes.client.sending import acting, number_of
from rushes.client.spelling.movements import (
    end_row,
    file_of,
    movement_of,
    new_row,
    sent_of,
)
from rushes.client.transport import Transport
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.movement import (
    DeliveredFile,
    Headway,
    Movement,
    MovementEnd,
    MovementKind,
    MovementState,
    NewMovement,
    SentFile,
)
from rushes.model.scan import Actor
from rushes.ports.records import Page
from rushes.tracking.movement_rules import checked_end, checked_new

Json = dict[str, Any]
_KIND = "movement"


class HttpMovements:
    """`ports.movements.Movements` on a server, by whose clock they begin and end.

    The files of a delivery that are more than one request may hold are sent in parts, and are on
    record when all are there, or none.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def begin(self, new: NewMovement, *, actor: Actor) -> Movement:
        """Have it on record."""
        new = checked_new(new)
        number_of("project", new.project)
        return movement_of(self._send("movements", {**new_row(new), "machine": node()}, actor))

    def beat(self, number: int, headway: Headway, *, actor: Actor) -> bool:
        """Give a sign of life."""
        body = {
            "done": headway.done,
            "total": headway.total,
            "note": headway.note.replace("\0", "")[:500],
            "machine": node(),
        }
        return bool(self._send(f"{_at(number)}/beat", body, actor)["wanted"])

    def end(self, number: int, ended: MovementEnd, *, actor: Actor) -> Movement:
        """Say what came of it."""
        there = _at(number)
        kind = MovementKind.DELIVERY if ended.files else self.movement(number).kind
        ended = checked_end(kind, ended)
        parts = list(portions(map(DeliveredFile.row, ended.files), _size))
        body = end_row(ended)
        if len(parts) <= 1:
            files = parts[0] if parts else []
            return movement_of(self._send(f"{there}/end", {**body, "files": files}, actor))
        for at, files in enumerate(parts):
            self._send(f"{there}/parts", {"part": at, "files": files}, actor)
        return movement_of(self._send(f"{there}/end", {**body, "parts": len(parts)}, actor))

    def cancel(self, number: int, *, actor: Actor) -> Movement:
        """Want it no more."""
        return movement_of(self._send(f"{_at(number)}/cancel", {}, actor))

    def movement(self, number: int) -> Movement:
        """The one of this number."""
        return movement_of(self._transport.get(_at(number)))

    def find(
        self,
        *,
        kind: MovementKind | None = None,
        project: int | None = None,
        name: str = "",
        context: str = "",
        states: Collection[MovementState] = (),
        page: str | None = None,
    ) -> Page[Movement]:
        """Those that fit, the last begun first."""
        given = {
            "kind": kind.value if kind is not None else "",
            "project": str(project) if project is not None else "",
            "name": name,
            "context": context,
        }
        params = [(one, text) for one, text in given.items() if text]
        params += [("state", one.value) for one in states]
        return page_of(self._transport, "movements", params, page, read=movement_of)

    def files(self, number: int, *, page: str | None = None) -> Page[DeliveredFile]:
        """The files of a delivery, by their paths."""
        return page_of(self._transport, f"{_at(number)}/files", [], page, read=file_of)

    def sent(
        self, project: int, context: str, *, paths: Collection[str] = (), page: str | None = None
    ) -> Page[SentFile]:
        """Of each path the file that a done delivery took last; many paths some at a time."""
        body: Json = {"project": number_of("project", project), "context": context}
        # By their bytes, so that what is asked for in parts comes in order.
        wanted = sorted(paths, key=lambda one: one.encode("utf-8", "surrogateescape"))
        asked = [escape(one) for one in wanted]
        return self._asked("movements/sent", body, "paths", asked, page)

    def with_digest(self, blake3: Collection[str], *, page: str | None = None) -> Page[SentFile]:
        """Files with one of these digests; the last first among those asked for at once."""
        if not blake3:
            return Page([])
        return self._asked("movements/with-digest", {}, "digests", sorted(blake3), page)

    def close(self) -> None:
        """Let go of the connection."""
        self._transport.close()

    def _send(self, path: str, body: Mapping[str, Any], actor: Actor) -> Any:
        return self._transport.send("POST", path, body, headers=acting(actor))

    def _asked(
        self, path: str, body: Json, name: str, values: list[str], page: str | None
    ) -> Page[SentFile]:
        """A page of what is asked for by many values: some of these in each request."""
        some = list(portions(values, text_size)) or [[]]
        part, _, inner = (page or "0:").partition(":")
        if not part.isdecimal() or int(part) >= len(some):
            raise RushesError(Code.USAGE, f"{page!r} is not the token of a page.")
        at = int(part)
        asked = {**body, name: some[at], **({"cursor": inner} if inner else {})}
        told = self._transport.send("POST", path, asked, once=False)
        rows = [sent_of(row) for row in told["data"]]
        if told["next"] is not None:
            return Page(rows, f"{at}:{told['next']}")
        return Page(rows, f"{at + 1}:" if at + 1 < len(some) else None)


def _at(number: int) -> str:
    """Where a movement is. Raises `record.not_found` for a number that none has."""
    return f"movements/{number_of(_KIND, number)}"


def _size(row: Json) -> int:
    told = (*row["digests"], *row["digests"].values())
    return 200 + text_size(row["path"], row["source"], *told)
