"""Movements: an ingest or a delivery on record, from when it was asked for to what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple

from rushes.core.escape import escape


class MovementKind(str, Enum):
    """Which way it goes."""

    INGEST = "ingest"
    DELIVERY = "delivery"


class MovementState(str, Enum):
    """How it stands. Whoever carries it out moves it on; nothing else does, but for `queued`."""

    QUEUED = "queued"  # asked for; nobody has begun
    RUNNING = "running"  # under way; or whoever did it was killed, see `Movement.lost`
    DONE = "done"  # all of it
    PARTIAL = "partial"  # some of it; run again it goes on
    REFUSED = "refused"  # something was no good; what was good was taken, see `counts`
    FAILED = "failed"  # it broke off, and `told` says why; run again it goes on
    CANCELLED = "cancelled"  # somebody wanted it no more


# Nobody has to do anything any more.
ENDED = (
    MovementState.DONE,
    MovementState.PARTIAL,
    MovementState.REFUSED,
    MovementState.FAILED,
    MovementState.CANCELLED,
)


# Whoever does it gives a sign of life each ten seconds at least, also while nothing moves.
SILENT = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class NewMovement:
    """One that begins, or that is asked for.

    `key` is its maker's own name for it (a UUID): begun twice with one key, it is one movement.
    `name` is what people call it; a `{n:02d}` in it becomes the first number that gives a name
    which the project does not have yet. `order` is all that was asked for, as JSON holds it, and
    enough to do it again. `context` says to whom a delivery goes (`client_out`), or from where an
    ingest comes (`vendor`).
    """

    kind: MovementKind
    key: str
    project: int
    name: str
    context: str = ""
    order: Mapping[str, Any] = field(default_factory=dict)
    state: MovementState = MovementState.RUNNING


class Headway(NamedTuple):
    """How far it is: `done` of `total` units, None while that is not known."""

    done: int = 0
    total: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One file of a delivery, as it left.

    `path` is where it lies in the package, `source` where it came from (escaped), `frame` its
    frame where it is one of a sequence. `digests` hold `blake3` always. Of a file that an
    `earlier` delivery took already, and that is therefore not in this package, that one's number.
    """

    path: str
    size: int
    digests: Mapping[str, str]
    source: str = ""
    publish: int | None = None
    version: int | None = None
    frame: int | None = None
    earlier: int | None = None

    def row(self) -> dict[str, Any]:
        """The file as JSON holds it, its path escaped."""
        return {
            "path": escape(self.path),
            "size": self.size,
            "digests": dict(self.digests),
            "source": self.source,
            "publish": self.publish,
            "version": self.version,
            "frame": self.frame,
            "earlier": self.earlier,
        }


@dataclass(frozen=True, slots=True)
class MovementEnd:
    """What came of it. `counts` are by what is counted, `told` is why in words where it is not
    done. `report` is a document as JSON holds it; of a delivery it has `packages`: what was made,
    each with `url`, `size` and `digests`.
    """

    state: MovementState
    counts: Mapping[str, int] = field(default_factory=dict)
    told: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[DeliveredFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Movement:
    """One on record. `seen` is when whoever does it last gave a sign of life, `wanted` turns false
    once somebody cancelled it. `artist` is a login, `machine` where it runs. It is `lost` where it
    should run, and nobody has given a sign of life for a minute: whoever did it was killed, or is
    cut off. Begun again by its key it goes on.
    """

    id: int
    kind: MovementKind
    key: str
    project: int
    name: str
    context: str
    order: Mapping[str, Any]
    state: MovementState
    headway: Headway
    counts: Mapping[str, int]
    told: str
    report: Mapping[str, Any]
    artist: str
    machine: str
    created: datetime
    started: datetime | None
    seen: datetime | None
    ended: datetime | None
    wanted: bool = True
    lost: bool = False

    @property
    def standing(self) -> str:
        """How it stands, in words."""
        return "broken off" if self.lost else self.state.value


class SentFile(NamedTuple):
    """A file that a delivery took, and which delivery."""

    movement: int
    name: str
    context: str
    sent: datetime
    file: DeliveredFile
