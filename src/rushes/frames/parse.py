"""Reading names: which of their numbers could count frames, told from a name's shape alone.

A shape is a name with every ASCII digit turned into 0. Names of one shape have their numbers at
the same places and of the same width, so that nearly everything is decided once per shape.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rushes.frames.dates import DATE_SHAPE
from rushes.frames.whole import is_whole

MOST_DIGITS = 9  # longer numbers are times, hashes and serial numbers
_MOST_SLOTS = 5
_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_NUMBER = re.compile("0+")
# What makes the number behind it a version: v001, _V2, sh010v03, compV04, version_05.
_VERSION = re.compile(r"(?:(?<![A-Za-z])(?i:v|ver[._-]?|version[._-]?)|(?<=[a-z])V)$")
_LONGEST_VERSION = 9
# mp4, jp2, 3gp, 7z, m2ts, blend12, h264: numbers that belong to the extension.
_EXTENSION = re.compile(
    r"(?:[A-Za-z]+0{1,2}[A-Za-z]*|0{1,2}[A-Za-z]+|(?:[hx]|sha)000)", re.IGNORECASE
)
_LONGEST_EXTENSION = 7
# In shapes jp2 is jp0. A number that stands before one of these at the very end is a frame.
_IMAGES = frozenset(
    [
        ".ari",
        ".arx",
        ".bmp",
        ".cin",
        ".cr0",
        ".deep",
        ".dng",
        ".dpx",
        ".dtex",
        ".exr",
        ".gif",
        ".hdr",
        ".iff",
        ".j0c",
        ".j0k",
        ".jp0",
        ".jpeg",
        ".jpg",
        ".nef",
        ".pic",
        ".png",
        ".psd",
        ".rat",
        ".rgb",
        ".rgba",
        ".rla",
        ".rpf",
        ".sgi",
        ".sxr",
        ".tex",
        ".tga",
        ".tif",
        ".tiff",
        ".tx",
        ".webp",
        ".z",
        ".zfile",
    ]
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A number of a shape that could be the frame.

    `name[:head]` stands before it, `name[head:end]` is the number with its sign,
    `name[start:end]` without, `name[end:]` comes after it.
    """

    head: int
    start: int
    end: int
    padding: int  # digits of the whole frame number
    subframe_digits: int
    last: bool  # no digits come after it
    spaced: bool  # four digits or more, behind a separator or at the start
    plain: bool  # spaced, and nothing but an image's extension after it: a frame even when alone

    @property
    def signed(self) -> bool:
        """Whether a minus stands before the number and belongs to it."""
        return self.head < self.start

    def number(self, name: str) -> int:
        """The frame in `name`, in units of 10**-subframe_digits."""
        text = name[self.head : self.end]
        return int(text.replace(".", "") if self.subframe_digits else text)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a shape tells: the numbers that may be frames, the rightmost first."""

    slots: tuple[Slot, ...]
    dated: bool  # some of the numbers may be a date; the names must be asked


def by_shape(names: Sequence[str]) -> dict[str, list[int] | None]:
    """The positions of the names of each shape; None stands for all of them."""
    data = "\0".join(names).encode("utf-8", "surrogatepass").translate(_ZEROS)
    first = data.partition(b"\0")[0]
    # One comparison in C tells the usual folder: every name has the shape of the first.
    if data == b"\0".join([first] * len(names)):
        return {first.decode("utf-8", "surrogatepass"): None}
    shapes = data.decode("utf-8", "surrogatepass").split("\0")
    if len(shapes) != len(names):  # no file system lets a NUL into a name, but a caller may
        shapes = [shape_of(name) for name in names]
    found: defaultdict[str, list[int] | None] = defaultdict(list)
    for at, shape in enumerate(shapes):
        found[shape].append(at)  # type: ignore[union-attr]  # None only ever stands alone
    return found


def shape_of(name: str) -> str:
    """The name with each digit turned into 0."""
    data = name.encode("utf-8", "surrogatepass").translate(_ZEROS)
    return data.decode("utf-8", "surrogatepass")


@lru_cache(maxsize=4096)
def read_shape(shape: str, subframes: bool) -> Shape:
    """The slots of `shape`; with `subframes`, 1001.25 counts as one number."""
    if is_whole(shape):
        return Shape((), dated=False)
    runs = [found.span() for found in _NUMBER.finditer(shape)]
    tail = _extension_start(shape)
    slots: list[Slot] = []
    last = True
    at = len(runs)
    while at and len(slots) < _MOST_SLOTS:
        at -= 1
        start, end = runs[at]
        part = 0
        if subframes and at and _is_subframe(shape, runs[at - 1], runs[at]):
            at, part = at - 1, end - start
            start = runs[at][0]
        if start < tail and _may_count(shape, start, end):
            slots.append(_slot(shape, start, end, part=part, last=last))
        last = False
    return Shape(tuple(slots), dated=DATE_SHAPE.search(shape) is not None)


def _slot(shape: str, start: int, end: int, *, part: int, last: bool) -> Slot:
    signed = start > 0 and shape[start - 1] == "-" and (start == 1 or shape[start - 2] in "._")
    padding = end - start - (part + 1 if part else 0)
    spaced = padding >= 4 and (start == 0 or shape[start - 1] in "._-")
    return Slot(
        head=start - 1 if signed else start,
        start=start,
        end=end,
        padding=padding,
        subframe_digits=part,
        last=last,
        spaced=spaced,
        plain=spaced and shape[end:].lower() in _IMAGES,
    )


def _may_count(shape: str, start: int, end: int) -> bool:
    """Neither a version nor too long."""
    if end - start > MOST_DIGITS:
        return False
    return _VERSION.search(shape[max(0, start - _LONGEST_VERSION) : start]) is None


def _is_subframe(shape: str, whole: tuple[int, int], part: tuple[int, int]) -> bool:
    """Whether two numbers are the halves of one: 1001.25, but not 010.1001 or v01.25."""
    joined = whole[1] + 1 == part[0] and shape[whole[1]] == "."
    return joined and part[1] - part[0] <= 3 and _may_count(shape, whole[0], part[1])


def _extension_start(shape: str) -> int:
    """Where an extension with digits of its own begins, else the end of the name."""
    dot = shape.rfind(".") + 1
    suffix = shape[dot:]
    if dot > 1 and len(suffix) <= _LONGEST_EXTENSION and _EXTENSION.fullmatch(suffix):
        return dot
    return len(shape)
