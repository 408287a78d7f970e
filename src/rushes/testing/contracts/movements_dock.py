"""What the contract of movements is tried with: two projects, and movements that begin and end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from rushes.core import clock
from rushes.model.movement import (
    DeliveredFile,
    Movement,
    MovementEnd,
    MovementKind,
    MovementState,
    NewMovement,
)
from rushes.model.scan import Actor
from rushes.ports.movements import Movements
from rushes.ports.records import every

ADA = Actor("ada", tool="contract suite")
DONE = MovementEnd(MovementState.DONE)
NEVER = 2**62


class Dock(NamedTuple):
    """Where movements begin and end, and two projects that they are of."""

    movements: Movements
    project: int
    other: int

    def begin(self, name: str = "acme_{n:02d}", **given: Any) -> Movement:
        """One that begins; a delivery unless something else is said."""
        told = {
            "kind": MovementKind.DELIVERY,
            "key": str(uuid4()),
            "project": self.project,
            "context": "client_out",
            **given,
        }
        return self.movements.begin(NewMovement(name=name, **told), actor=ADA)

    def deliver(self, *files: DeliveredFile, **given: Any) -> Movement:
        """One that is done."""
        made = self.begin(**given)
        ended = replace(DONE, files=files)
        return self.movements.end(made.id, ended, actor=ADA)

    def files(self, number: int) -> list[DeliveredFile]:
        """All files of a delivery."""
        return list(every(lambda page: self.movements.files(number, page=page)))

    def sent(self, context: str = "client_out", *paths: str) -> dict[str, int]:
        """By path, the delivery that took it last."""
        found = every(
            lambda page: self.movements.sent(self.project, context, paths=paths, page=page)
        )
        return {one.file.path: one.movement for one in found}

    def with_digest(self, *digests: str) -> list[tuple[int, str]]:
        """Deliveries that took files of these digests, and under which path."""
        found = every(lambda page: self.movements.with_digest(digests, page=page))
        return [(one.movement, one.file.path) for one in found]

    def names(self, **given: Any) -> list[str]:
        """What those are called that fit."""
        return [one.name for one in every(lambda page: self.movements.find(page=page, **given))]


def digest(text: str) -> str:
    """Something that looks as a BLAKE3 digest does."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def file(path: str = "sh010/beauty.1001.exr", **given: Any) -> DeliveredFile:
    """A file of a delivery; its content is that of its path, unless it is given."""
    digests: Mapping[str, str] = {"blake3": digest(path)}
    return DeliveredFile(**{"path": path, "size": 7, "digests": digests, **given})


def after(monkeypatch: pytest.MonkeyPatch, seconds: float, last: datetime | None = None) -> None:
    """Have it be so much later than it is, or than this moment."""
    later = (last or datetime.now(UTC)) + timedelta(seconds=seconds)
    monkeypatch.setattr(clock, "now", lambda: later)
