"""What the pixels of an OpenEXR file are like, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from rushes.model.finding import Finding

Number = int | float
PERCENTILES = (1, 5, 25, 50, 75, 95, 99)


class PixelType(str, Enum):
    """How a channel stores its values."""

    UINT = "UINT"
    HALF = "HALF"
    FLOAT = "FLOAT"


@dataclass(frozen=True, slots=True)
class ChannelStats:
    """What the values of one channel are like.

    `count` is all values looked at; NaN and the infinities are counted apart. `min`, `max`, `mean`
    and `stddev` (of the whole population: divided by n), `negative`, `zero` and `percentiles` are
    of finite values alone, and None or 0 where there are none. Minus zero is a zero.

    HALF is exact: `percentiles` holds pairs of a percentage and the smallest value such that as
    many per cent of the finite values are not above it, and `histogram`, where it was kept, tells
    how often each of the 65,536 halves occurs (packed, see `inspection.pixels.histogram`). UINT is
    exact by `total` and `squares`, the sums of values and of their squares. FLOAT has neither:
    its moments are float64.
    """

    name: str
    type: PixelType
    x_sampling: int = 1
    y_sampling: int = 1
    count: int = 0
    nan: int = 0
    positive_infinity: int = 0
    negative_infinity: int = 0
    negative: int = 0
    zero: int = 0
    min: Number | None = None
    max: Number | None = None
    mean: float | None = None
    stddev: float | None = None
    percentiles: tuple[tuple[int, float], ...] = ()
    histogram: bytes = b""
    total: int | None = None
    squares: int | None = None

    @property
    def finite(self) -> int:
        """How many values are neither NaN nor infinite."""
        return self.count - self.nan - self.positive_infinity - self.negative_infinity


@dataclass(frozen=True, slots=True)
class SampleStats:
    """How many samples the pixels of a deep part have; `empty` is the pixels that have none."""

    pixels: int
    total: int
    min: int
    max: int
    empty: int

    @property
    def mean(self) -> float:
        """Samples per pixel."""
        return self.total / self.pixels if self.pixels else 0.0


@dataclass(frozen=True, slots=True)
class PartStats:
    """One part: level 0 where it has levels.

    `width` and `height` are those of the data window. `bands_read` of `bands_there` runs of chunks
    were read, in whole or in part: fewer where only every nth was asked for, or where something
    is wrong (then a finding says so). `samples` is there for deep parts. A part that was not read
    at all has no channels, and `left_out` says why.
    """

    number: int
    name: str = ""
    view: str = ""
    kind: str = "scanlineimage"
    width: int = 0
    height: int = 0
    channels: tuple[ChannelStats, ...] = ()
    samples: SampleStats | None = None
    bands_read: int = 0
    bands_there: int = 0
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class PixelStats:
    """What the pixels of one file, or of several alike, are like.

    `subject` is the escaped path, or a sequence's pattern. With `sample` = n, only every nth band
    was read. `findings` tell what could not be counted; all numbers are of what could.
    """

    subject: str
    parts: tuple[PartStats, ...] = ()
    findings: tuple[Finding, ...] = ()
    sample: int = 1
    files: int = 1

    @property
    def complete(self) -> bool:
        """Whether every pixel that was to be read was read."""
        return not self.findings
