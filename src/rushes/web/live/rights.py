"""Whose rights changed lately: their streams end, so that these are looked up anew."""

from __future__ import annotations

import time
from collections.abc import Iterator

from rushes.model.event import RecordedEvent
from rushes.ports.studio import Access

# Who asks is remembered for so long, and may be given a ticket for what was taken meanwhile.
_REMEMBERED_S = 2.0
_DECIDES = frozenset(("archived", "is_active", "is_admin"))
_TOKENS = frozenset(("artist", "expires", "project", "revoked", "scopes"))


class Rights:
    """When the rights of people, of tokens, or of all in a project, were last seen to change (Unix
    time).
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[str, int], float] = {}

    def take(self, event: RecordedEvent) -> None:
        """An event of any kind."""
        for one in _concerned(event):
            self._seen[one] = time.time()

    def changed(self, access: Access, *, token: int | None = None, since: float) -> bool:
        """Whether what somebody may do, by a token or not, has changed since a ticket was issued
        for it.
        """
        asked = [("project", one) for one in access.roles]
        if access.artist is not None:
            asked.append(("artist", access.artist))
        if token is not None:
            asked.append(("apitoken", token))
        return any(self._seen.get(one, 0.0) > since - _REMEMBERED_S for one in asked)


def _concerned(event: RecordedEvent) -> Iterator[tuple[str, int]]:
    told = {**(event.before or {}), **(event.after or {})}
    if event.kind == "artist" and event.action == "update":
        if _DECIDES & told.keys():
            yield "artist", event.target
    elif event.kind == "apitoken":
        if event.action == "delete" or (event.action == "update" and _TOKENS & told.keys()):
            yield "apitoken", event.target
    elif event.kind == "membership":
        if "artist" in told:
            yield "artist", int(told["artist"])
        elif event.project is not None:  # a change tells nothing but the new role
            yield "project", event.project
