"""What tasks come to: numbers that were reserved, saved workfiles, and publishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from rushes.model.finding import Finding


class Bump(str, Enum):
    """Which number grows: an iteration within a version, or the version with iteration 1."""

    VERSION = "version"
    ITERATION = "iteration"


class WorkKind(str, Enum):
    """What a number is for."""

    WORKFILE = "workfile"
    PUBLISH = "publish"


class PublishStatus(str, Enum):
    """How a publish stands; one that has failed is nobody's latest."""

    DRAFT = "draft"
    PENDING = "pending"
    APPROVED = "approved"
    PUBLISHED = "published"
    DEPRECATED = "deprecated"
    FAILED = "failed"


class Number(NamedTuple):
    """A version and an iteration in it, both from 1 on; they order as numbers do."""

    version: int
    iteration: int

    def next(self, bump: Bump) -> Number:
        """The number after this one."""
        if bump is Bump.VERSION:
            return Number(self.version + 1, 1)
        return Number(self.version, self.iteration + 1)

    def __str__(self) -> str:
        return f"v{self.version:03d}_i{self.iteration:03d}"


FIRST = Number(1, 1)
MOST = 1_000_000  # of versions, and of iterations in one


@dataclass(frozen=True, slots=True)
class StreamKey:
    """Whose numbers: of a task's workfiles in one software, or of its publishes of one part.

    `asset` is the one that paths name; parts of different assets never share numbers.
    """

    kind: WorkKind
    task: int
    software: str
    part: str = ""
    asset: str = ""


@dataclass(frozen=True, slots=True)
class NumberRequest:
    """Somebody wants the next number, the next `above` another one, or exactly this `number`.

    `path` is where it will be written, with `{version}` and `{iteration}` in Python's format
    notation, as in `…_v{version:03d}_i{iteration:03d}.hip`; empty where nothing is. `hold_s` is how
    long the number is theirs alone.

    With a `key` of their own, which nobody else can guess, who holds a `number` is given the same
    reservation when they ask for it again; without one, nobody is.
    """

    stream: StreamKey
    bump: Bump = Bump.ITERATION
    path: str = ""
    hold_s: float = 3600.0
    number: Number | None = None
    above: Number | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Reserved:
    """A number that is somebody's until `expires`, to be recorded with `token`."""

    token: str
    stream: StreamKey
    number: Number
    path: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class NewWorkfile:
    """A scene that was saved under a reserved number."""

    token: str
    path: str
    comment: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewPublish:
    """What was published, under a reserved number.

    `asset_name` may be left out where the stream has it. `components` are files or file sequences
    with sizes, frames and digests; `links` say what it was made of.
    """

    token: str
    path: str = ""
    status: PublishStatus = PublishStatus.PUBLISHED
    item_usd_path: str = ""
    asset_usd_path: str = ""
    preview_path: str = ""
    asset_name: str = ""
    label: str = ""
    comment: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    components: tuple[Mapping[str, Any], ...] = ()
    links: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedWorkfile:
    """A workfile as it is on record."""

    id: int
    stream: StreamKey
    number: Number
    path: str
    artist: str
    created: datetime


@dataclass(frozen=True, slots=True)
class RecordedPublish:
    """A publish as it is on record. Of a stream, the highest that has not failed `is_latest`.

    `warnings` are about what follows from recording it, where whoever keeps the records sees to
    that, as a server does to USD layers; of several recorded at once the last one has them all.
    """

    id: int
    stream: StreamKey
    number: Number
    path: str
    status: PublishStatus
    is_latest: bool
    artist: str
    created: datetime
    warnings: tuple[Finding, ...] = field(default=(), compare=False)
