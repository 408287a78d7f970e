"""Which recorded images are asked for: plain conditions, and a tree of comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(str, Enum):
    """What values a field has, and so which comparisons make sense."""

    NUMBER = "number"
    TEXT = "text"
    WORDS = "words"  # several texts; a comparison holds where one of them does it
    TRUTH = "truth"
    TIME = "time"
    ATTRIBUTE = "attribute"  # number or text, as the file has it


FIELDS: dict[str, tuple[Kind, str]] = {
    "width": (Kind.NUMBER, "pixels across the data window of the first part"),
    "height": (Kind.NUMBER, "lines of the data window of the first part"),
    "display_width": (Kind.NUMBER, "pixels across the display window of the first part"),
    "display_height": (Kind.NUMBER, "lines of the display window of the first part"),
    "pixel_aspect": (Kind.NUMBER, "width of a pixel by its height, of the first part"),
    "parts": (Kind.NUMBER, "how many parts"),
    "channels": (Kind.NUMBER, "how many channels, of all parts together"),
    "frame": (Kind.NUMBER, "the frame number; 0 for single files"),
    "size": (Kind.NUMBER, "bytes of the file"),
    "layer": (Kind.WORDS, "names of layers, of all parts"),
    "channel": (Kind.WORDS, "names of channels in full, of all parts"),
    "view": (Kind.WORDS, "names of views"),
    "compression": (Kind.WORDS, "compressions of the parts: ZIP, DWAA, …"),
    "type": (Kind.WORDS, "kinds of the parts: scanlineimage, tiledimage, deepscanline, deeptile"),
    "pixels": (Kind.WORDS, "pixel types of the channels: HALF, FLOAT, UINT"),
    "show": (Kind.TEXT, "the show, by the folder structure in the settings"),
    "folder": (Kind.TEXT, "the folder, relative to its storage root"),
    "name": (Kind.TEXT, "the file's name; of a frame, the sequence's as in plate.%04d.exr"),
    "software": (Kind.TEXT, "who wrote the file, as far as its attributes tell"),
    "deep": (Kind.TRUTH, "whether a part is deep"),
    "tiled": (Kind.TRUTH, "whether a part comes in tiles"),
    "multipart": (Kind.TRUTH, "whether it is a multi-part file"),
    "modified": (Kind.TIME, "when the file was last changed (UTC)"),
}
ATTRIBUTE = "attr."


@dataclass(frozen=True)
class Comparison:
    """`field` against `value`. Of an attribute, `field` begins with `attr.`.

    `operator` is one of = != < <= > >= ~ !~ (the last two hold a pattern with * and ?).
    """

    field: str
    kind: Kind
    operator: str
    value: str | float | bool


@dataclass(frozen=True)
class Not:
    """The opposite of a condition."""

    one: Condition


@dataclass(frozen=True)
class All:
    """All of several conditions."""

    several: tuple[Condition, ...]


@dataclass(frozen=True)
class Any:
    """At least one of several conditions."""

    several: tuple[Condition, ...]


Condition = Comparison | Not | All | Any


@dataclass(frozen=True)
class ImageQuery:
    """Every condition holds of what is asked for. Patterns hold * and ?, and know no case."""

    layers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    compressions: tuple[str, ...] = ()
    show: str = ""
    where: Condition | None = None
