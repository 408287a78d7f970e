"""Where publishes are written down: the studio's database, or a file of lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from rushes.frames.missing import Expectation
from rushes.model.finding import Finding
from rushes.model.work import NewPublish, Number, PublishStatus
from rushes.publish.target import Target, Wish

HOLD_S = 86400.0  # copying a shot takes hours; what is given up is free again after a day


@dataclass(frozen=True, slots=True)
class Aim:
    """A target as a ledger knows it: all of its names, and what hangs on them.

    `task` is the number of its record, `frames` are those that the shot has on record, and
    `templates` are the project's own by purpose.
    """

    target: Target
    task: int = 0
    frames: Expectation | None = None
    templates: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """A number that is ours alone until it is recorded or released."""

    token: str
    number: Number


@dataclass(frozen=True, slots=True)
class Noted:
    """A publish as it is written down. `id` can be looked up again in the same ledger."""

    id: int
    target: Target
    number: Number
    status: PublishStatus
    is_latest: bool
    path: str
    artist: str
    created: datetime
    comment: str = ""
    item_usd_path: str = ""
    asset_usd_path: str = ""
    components: tuple[Mapping[str, Any], ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which publishes are listed, the newest first; empty names are any."""

    show: str = ""
    sequence: str = ""
    shot: str = ""
    task: str = ""
    most: int = 100


class Ledger(Protocol):
    """Numbers and records of publishes.

    Every call may raise `database.unavailable`, or `publishes.invalid` where a file of them is
    damaged; nothing is ever written over.
    """

    name: str

    def aim(self, target: Target) -> Aim:
        """The target with all its names. Raises `record.not_found`, and `usage` where several are
        meant.
        """
        ...

    def last(self, aim: Aim) -> Number | None:
        """The highest number on record; what is held by others is not known."""
        ...

    def taken(self, aim: Aim, number: Number) -> bool:
        """Whether the number is on record."""
        ...

    def reserve(self, aim: Aim, wish: Wish, *, path: str = "") -> Held:
        """Hold a number. Raises `record.conflict` where the one that is wished for is taken.

        `path` is where it will be written, as in `model.work.NumberRequest`.
        """
        ...

    def release(self, held: Held) -> None:
        """Give a number up that nothing was written under."""
        ...

    def record(self, aim: Aim, made: NewPublish, /) -> tuple[Noted, Sequence[Finding]]:
        """Write it down; what follows from it and went wrong is told, and takes nothing back.

        Raises `reservation.expired` where its number is not held any more.
        """
        ...

    def get(self, number: int) -> Noted:
        """The publish of that id. Raises `record.not_found`."""
        ...

    def find(self, sought: Sought) -> Iterator[Noted]:
        """Publishes without their components, the newest first."""
        ...

    def notes(self) -> Sequence[Finding]:
        """What was odd about the ledger itself."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...
