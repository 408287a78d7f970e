"""Drift: what must be the same in all frames of a sequence, and is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rushes.inspection.header.delta import volatile
from rushes.policy.checks.check import SequenceCheck
from rushes.policy.checks.drift_watch import OF_FILE, DriftWatch
from rushes.policy.kinds import NAMES, key, like, or_none, words

# Fields of a part that may drift, and the attributes that they are read from.
FIELDS = {
    "channels": "channels",
    "compression": "compression",
    "data_window": "dataWindow",
    "display_window": "displayWindow",
    "line_order": "lineOrder",
    "pixel_aspect_ratio": "pixelAspectRatio",
    "tiles": "tiles",
    "type": "type",
    "view": "view",
}
# A bounding box follows what is in the picture, so that data windows are free to change.
_USUAL = tuple(one for one in (*OF_FILE, *FIELDS) if one != "data_window")
_STANDARD = frozenset([*FIELDS.values(), "name", "chunkCount"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift(SequenceCheck):
    """What must be the same in all frames of a file sequence; a single file is not judged."""

    fix: ClassVar[str] = "Find out what wrote these frames differently, and render them again."

    fields: tuple[str, ...] = key(
        or_none(words(*OF_FILE, *FIELDS)), "These must not change.", default=_USUAL
    )
    attributes: tuple[str, ...] = key(
        or_none(NAMES),
        "Nor may these. Those that naturally change (time code, key code, dates, frame numbers,"
        " `render*`, cameras, …) are free to, unless named in full here.",
        default=("*",),
    )
    free: tuple[str, ...] = key(NAMES, "Attributes that may change, besides.", default=())

    def __post_init__(self) -> None:
        if not self.fields and not self.attributes:
            raise ValueError("asks for nothing")

    def watch(self) -> DriftWatch:
        """Begin with a sequence."""
        return DriftWatch(self.fields, self.holds)

    def holds(self, name: str) -> bool:
        """Whether the attribute called `name` must not change."""
        if name in _STANDARD:
            return any(FIELDS.get(one) == name for one in self.fields)
        if name in self.attributes:
            return True
        free = like(name, self.free) or naturally_changing(name)
        return not free and like(name, self.attributes)


def naturally_changing(name: str) -> bool:
    """Whether an attribute of this name differs from frame to frame in a sound sequence.

    A program's prefix (`arnold/`, `exr:`) makes no difference.
    """
    last = name.rpartition("/")[2].rpartition(":")[2]
    return any(volatile(one.encode()) for one in (name, last))
