"""The socket to what came in and what went out: ingests and deliveries, and what was in them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

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


class Movements(Protocol):
    """Movements on record.

    Every call raises `database.unavailable` when the records cannot be reached, and
    `record.not_found` for a movement or a project that is not there.
    """

    def begin(self, new: NewMovement, *, actor: Actor) -> Movement:
        """Have it on record, queued or running as `new` says.

        With the key of one that is there it is that one, under its old name; unless it is done it
        runs from now on, and is wanted. One that is lost is queued anew where `new` is. Raises
        `record.conflict` where the key is one of another kind or project, or where the name is
        taken and has no `{n}`.
        """
        ...

    def beat(self, number: int, headway: Headway, *, actor: Actor) -> bool:
        """Give a sign of life, and say how far it is; whether it is still wanted."""
        ...

    def end(self, number: int, ended: MovementEnd, *, actor: Actor) -> Movement:
        """Say what came of it, with all files of a delivery, all of it or nothing.

        Said again, the same changes nothing; of one that is done, something else is
        `record.conflict`.
        """
        ...

    def cancel(self, number: int, *, actor: Actor) -> Movement:
        """Want it no more. One that nobody has begun, or that is lost, is cancelled at once; one
        that runs ends itself at its next sign of life; one that has ended stays as it is.
        """
        ...

    def movement(self, number: int) -> Movement:
        """The one of this number."""
        ...

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
        """Those that fit all that is given, the last begun first."""
        ...

    def files(self, number: int, *, page: str | None = None) -> Page[DeliveredFile]:
        """The files of a delivery, by their paths as bytes order them."""
        ...

    def sent(
        self, project: int, context: str, *, paths: Collection[str] = (), page: str | None = None
    ) -> Page[SentFile]:
        """What whoever `context` is has: of each path the file that a done delivery took last,
        by paths; of these `paths` only where some are named.
        """
        ...

    def with_digest(self, blake3: Collection[str], *, page: str | None = None) -> Page[SentFile]:
        """Files that done deliveries took and that have one of these digests, the last first."""
        ...

    def close(self) -> None:
        """Let go of the connection; whatever is asked next makes a new one."""
        ...
