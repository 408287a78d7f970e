"""What rules judge: a file and its header, and its pixels in numbers where those were read; or
only a file's name and size; or which frames of a sequence there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from rushes.frames.missing import Gaps
from rushes.model.files import FoundSequence
from rushes.model.image import Image, Part
from rushes.model.pixels import PixelStats


class Measured(NamedTuple):
    """The pixels of one channel in numbers.

    `minimum`, `maximum` and `mean` are of finite values, and None where there are none; the rest
    counts values, of `pixels` in all. Numbers that are not of the `whole` channel can prove a file
    wrong, never right.
    """

    part: int
    channel: str
    type: str
    pixels: int
    minimum: float | None
    maximum: float | None
    mean: float | None
    nan: int = 0
    positive_infinity: int = 0
    negative_infinity: int = 0
    negative: int = 0
    zero: int = 0
    whole: bool = True


def measured(stats: PixelStats) -> tuple[Measured, ...]:
    """What rules need of one file's statistics; a part that was not read is left out."""
    return tuple(
        Measured(
            part=part.number,
            channel=one.name,
            type=one.type.value,
            pixels=one.count,
            minimum=one.min,
            maximum=one.max,
            mean=one.mean,
            nan=one.nan,
            positive_infinity=one.positive_infinity,
            negative_infinity=one.negative_infinity,
            negative=one.negative,
            zero=one.zero,
            whole=part.bands_read == part.bands_there,
        )
        for part in stats.parts
        if not part.left_out
        for one in part.channels
    )


class Named(Protocol):
    """What is known of any file: its name without its folder, and its bytes."""

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        ...

    @property
    def size(self) -> int:
        """The file's bytes."""
        ...


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that nothing looks into. `subject` is its escaped path, `size` its bytes."""

    subject: str
    size: int

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.subject.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """Which frames of a sequence there are, and which are not; `subject` is its escaped pattern."""

    subject: str
    found: FoundSequence
    gaps: Gaps

    @property
    def name(self) -> str:
        """The pattern without its folder."""
        return self.subject.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Facts:
    """One image file. `subject` is its escaped path, `size` its bytes.

    `stats` is None where nobody read the pixels, which is not the same as finding none.
    """

    subject: str
    size: int
    image: Image
    stats: Sequence[Measured] | None = None

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.subject.rpartition("/")[2]

    def where(self, parts: Sequence[Part]) -> str:
        """What a message about `parts` begins with: nothing where there is only one in the file."""
        if len(self.image.parts) == 1 or not parts:
            return ""
        if len(parts) == len(self.image.parts):
            return "All parts: "
        if len(parts) > 1:
            return f"Parts {', '.join(str(one.index) for one in parts)}: "
        (part,) = parts
        return f"Part {part.index}{f' ({part.name})' if part.name else ''}: "
