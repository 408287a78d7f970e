"""What is reconciled: one file sequence or single file on one side, and how sides may differ."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from rushes.model.frames import FrameSet

# A version in a path stands by itself: v003 in sh010_comp_v003.mov, never the end of env01.
_VERSION = re.compile(r"(?<![A-Za-z0-9])[vV](\d{1,9})(?![A-Za-z0-9])", re.ASCII)
_NO_FRAMES = FrameSet()


class Side(StrEnum):
    """Who knows of an entry."""

    RECORDS = "records"
    DISK = "disk"
    S3 = "s3"
    TRACKER = "tracker"


class Kind(StrEnum):
    """What is wrong with an entry."""

    MISSING_ON_DISK = "missing_on_disk"
    MISSING_IN_RECORDS = "missing_in_records"
    MISSING_IN_S3 = "missing_in_s3"
    MISSING_IN_TRACKER = "missing_in_tracker"
    CHECKSUM_DIFFERS = "checksum_differs"
    SIZE_DIFFERS = "size_differs"
    FRAMES_DIFFER = "frames_differ"
    VERSION_BEHIND = "version_behind"
    ORPHAN = "orphan"
    NAMED_DIFFERENTLY = "named_differently"
    UNREAD = "unread"


MISSING = {
    Side.RECORDS: Kind.MISSING_IN_RECORDS,
    Side.DISK: Kind.MISSING_ON_DISK,
    Side.S3: Kind.MISSING_IN_S3,
    Side.TRACKER: Kind.MISSING_IN_TRACKER,
}


class Entry(NamedTuple):
    """One file sequence or file as one side has it; -1 and nothing where the side does not tell.

    `key` is its path below the show's folder, escaped, a sequence by its pattern. `owner` is its
    shot (`sq010/sh0010`) or asset, as `kind` says; `known` whether that is on record. `wanted` are
    the sides that ought to have it. `digests` are BLAKE3, in the order of the frames. `told` is
    what people call the record.
    """

    side: Side
    key: str
    stream: str
    number: int
    owner: str = ""
    kind: str = ""
    known: bool = False
    frames: FrameSet | None = None
    files: int = -1
    size: int = -1
    digests: tuple[str, ...] = ()
    wanted: frozenset[Side] = frozenset()
    told: str = ""

    @property
    def order(self) -> tuple[str, int, str, str]:
        """How entries of all sides are sorted: versions of one thing beside each other."""
        return self.stream, self.number, self.key, self.side.value


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is wrong. `sides` are those that have the entry, `side` the one at fault."""

    kind: Kind
    key: str
    message: str
    side: Side | None = None
    owner: str = ""
    number: int = 0
    sides: tuple[Side, ...] = ()
    found: str = ""
    wanted: str = ""
    told: str = ""
    explain: tuple[str, ...] = ()
    fix: str = ""


@dataclass(slots=True)
class SideTold:
    """How a side was read. It is whole, or `why` says why nothing is known of it.

    `unlisted` are paths below the show's folder whose contents are not known ("" is all of it),
    `because` is why, of the first; `entries` counts what it has, `passed` the files that are no
    version of anything.
    """

    side: Side
    place: str = ""
    asked: bool = True
    why: str = ""
    unlisted: dict[str, None] = field(default_factory=dict)
    because: str = ""
    entries: int = 0
    passed: int = 0

    @property
    def whole(self) -> bool:
        """Whether all of it was read."""
        return self.asked and not self.why and not self.unlisted

    def tells(self, key: str) -> bool:
        """Whether what is not here is not there."""
        if not self.asked or self.why or "" in self.unlisted:
            return False
        while self.unlisted and key:
            if key in self.unlisted:
                return False
            key = key.rpartition("/")[0]
        return True


def version_of(key: str) -> int:
    """The version that a path tells in its name, else in its folders; 0 where there is none."""
    name = key.rpartition("/")[2]
    found = _VERSION.findall(name) or _VERSION.findall(key)
    return int(found[-1]) if found else 0


def stream_of(key: str) -> str:
    """The same for all versions of one thing."""
    return _VERSION.sub("v#", key)
