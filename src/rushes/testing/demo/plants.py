"""What is wrong with the demo studio on purpose: faults, where they are, what sees them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What is done to a file sequence, or beside it."""

    LOST = "frames are not there"
    HANDLES = "frames beyond the shot's range"
    EMPTY = "frames of zero bytes"
    TRUNCATED = "frames of which only the beginning was written"
    CUT = "frames that lack their last bytes"
    RESIZED = "frames of another resolution"
    NOT_FINITE = "pixels that are not a number"
    WIDER = "frames numbered with one digit more than the others"
    TWICE = "frames that are there a second time, with one digit more"
    STRAY = "a file that Windows left behind"
    TEMPORARY = "files that a program did not finish"
    OVERFULL = "a version that nobody needs, and that takes more room than all the rest"


@dataclass(frozen=True, slots=True)
class Plant:
    """One planted fault.

    `where` is relative to the folder of all shows: a file sequence's pattern, or a folder.
    `rule` is the finding that `seen_by` has of it, and `also` those that follow from it; empty
    where no scan sees it. `counted` is what the scan counts it as instead, and `image_rule` the
    finding that `IMAGE_CHECK` has of what only a look into the images tells.
    """

    what: str
    where: str
    fault: Fault
    frames: tuple[int, ...] = ()
    rule: str = ""
    also: tuple[str, ...] = ()
    seen_by: str = ""
    counted: str = ""
    image_rule: str = ""

    @property
    def rules(self) -> tuple[str, ...]:
        """Every finding there may be of it."""
        return tuple(rule for rule in (self.rule, *self.also) if rule)


_SCAN = "rushes scan"
IMAGE_CHECK = "exr check --policy studio-default --pixels"


def _renders(sequence: str, shot: str, name: str = "lighting") -> str:
    return f"nightjar/{sequence}/{shot}/renders/v002/{shot}_{name}_v002.%04d.exr"


def _comps(sequence: str, shot: str, tail: str) -> str:
    return f"nightjar/{sequence}/{shot}/comps/v003/{shot}_comp_v003.%04d.{tail}"


PLANTS: tuple[Plant, ...] = (
    Plant(
        "The first frame of a render was lost. From the files alone it looks whole;"
        " the shot's range tells.",
        _renders("sq010", "sh0010"), Fault.LOST, (1001,), "frames.missing", seen_by=_SCAN,
    ),
    Plant(
        "Frames in the middle of a render were lost.",
        _renders("sq010", "sh0020"), Fault.LOST, (1008, 1009, 1014), "frames.missing",
        seen_by=_SCAN,
    ),
    Plant(
        "The last frame of a comp was lost.",
        _comps("sq010", "sh0030", "png"), Fault.LOST, (1028,), "frames.missing", seen_by=_SCAN,
    ),
    Plant(
        "A plate was scanned with handles. That is no mistake, and is told as a note.",
        "nightjar/sq010/sh0040/plates/v001/sh0040_plate_v001.%04d.dpx",
        Fault.HANDLES, (997, 998, 999, 1000, 1025, 1026, 1027, 1028), "frames.extra",
        seen_by=_SCAN,
    ),
    Plant(
        "The disk was full when these frames were written: they have no bytes.",
        _comps("sq020", "sh0010", "exr"), Fault.EMPTY, (1012, 1013), "frames.empty",
        seen_by=_SCAN,
    ),
    Plant(
        "The renderer was killed while it wrote this frame.",
        _renders("sq020", "sh0020"), Fault.TRUNCATED, (1009,), "frames.short", seen_by=_SCAN,
    ),
    Plant(
        "A copy ended a few bytes too soon. The size gives nothing away; reading the pixels does.",
        "nightjar/sq020/sh0030/plates/v001/sh0030_plate_v001.%04d.exr", Fault.CUT, (1020,),
        image_rule="exr.pixels",
    ),
    Plant(
        "One frame was rendered at another resolution.",
        _renders("sq020", "sh0030"), Fault.RESIZED, (1012,), image_rule="studio-default.drift",
    ),
    Plant(
        "A shader divided by zero: a few pixels are not a number (magenta in thumbnails).",
        _renders("sq020", "sh0040"), Fault.NOT_FINITE, (1015,), image_rule="studio-default.finite",
    ),
    Plant(
        "The second half of a comp was written with five digits: two file sequences, neither"
        " of them whole.",
        _comps("sq030", "sh0010", "tif"), Fault.WIDER, tuple(range(1013, 1025)),
        "frames.padding", also=("frames.missing",), seen_by=_SCAN,
    ),
    Plant(
        "Two frames are there twice, with four digits and with five. Which ones are right?",
        _comps("sq030", "sh0020", "tif"), Fault.TWICE, (1009, 1010), "frames.duplicate",
        also=("frames.padding", "frames.missing"), seen_by=_SCAN,
    ),
    Plant(
        "The right eye of a stereo render lacks frames that the left eye has.",
        "nightjar/sq030/sh0030/renders/v002/sh0030_lighting_v002.right.%04d.exr",
        Fault.LOST, (1005, 1006), "frames.views", also=("frames.missing",), seen_by=_SCAN,
    ),
    Plant(
        "Somebody looked at the plates on Windows.",
        "nightjar/sq010/sh0020/plates/v001", Fault.STRAY, counted="hidden",
    ),
    Plant(
        "A render that was stopped left temporary files.",
        _renders("sq030", "sh0010"), Fault.TEMPORARY, (1019, 1020), counted="temporary",
    ),
    Plant(
        "An old, uncompressed version fills a shot beyond its limit.",
        "nightjar/sq030/sh0040", Fault.OVERFULL, rule="disk.shot", seen_by=_SCAN,
    ),
)  # fmt: skip
