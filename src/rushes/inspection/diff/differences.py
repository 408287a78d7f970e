"""Differences of two files, as values; `a` and `b` are the two sides throughout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from rushes.model.finding import Finding, Severity
from rushes.model.image import Attribute, Channel, Part, Window
from rushes.model.pixels import Number

IGNORED, VOLATILE, FOLLOWS, FILLED = "ignored", "volatile", "follows", "filled"


class Place(NamedTuple):
    """A pixel, in the coordinates of the windows."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """An attribute that is there on one side only (the other is None), or is another.

    `excuse` says why it does not count: it was `ignored` by name, is `volatile` (another in every
    frame), or `follows` from others; empty where it counts.
    """

    name: str
    a: Attribute | None
    b: Attribute | None
    excuse: str = ""


@dataclass(frozen=True, slots=True)
class ChannelChange:
    """A channel that one side lacks, or whose type, sampling or pLinear is another. It counts."""

    name: str
    a: Channel | None
    b: Channel | None


@dataclass(frozen=True, slots=True)
class WindowChange:
    """A window that is another; None where it makes no sense. `excuse` as of an attribute, or
    `filled` where pixels outside of it were compared as 0.
    """

    name: str
    a: Window | None
    b: Window | None
    excuse: str = ""


@dataclass(frozen=True, slots=True)
class PartChanges:
    """What the headers of two parts differ in; a part that one side lacks has None there."""

    a: Part | None
    b: Part | None
    attributes: tuple[AttributeChange, ...] = ()
    channels: tuple[ChannelChange, ...] = ()
    windows: tuple[WindowChange, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything of it counts."""
        return (
            self.a is None
            or self.b is None
            or bool(self.channels)
            or any(not one.excuse for one in self.attributes)
            or any(not one.excuse for one in self.windows)
        )


@dataclass(frozen=True, slots=True)
class ChannelDelta:
    """How far the values of one channel are apart.

    `differing` of the `compared` pairs are not equal, `over` of them by more than is tolerated.
    In `unlike` pairs one side is NaN or infinite and the other is not the same: they are among
    both, have no distance, and `strange` is the first of them. All NaN are the same. `max_abs`,
    `mean_abs` and `rms` are of the distances of all other pairs, None where there are none.
    `at` is where the largest is, with the values of both sides there; None where all are 0.
    """

    name: str
    compared: int = 0
    differing: int = 0
    over: int = 0
    unlike: int = 0
    max_abs: Number | None = None
    mean_abs: float | None = None
    rms: float | None = None
    at: Place | None = None
    values: tuple[Number, Number] | None = None
    strange: Place | None = None
    strangers: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SampleDelta:
    """How many samples the pixels of two deep parts have; samples are compared one by one in
    pixels that have as many on both sides.

    `unequal` of `pixels` have not; `at` is the first of them, with the samples of both there.
    """

    pixels: int
    unequal: int
    total_a: int
    total_b: int
    at: Place | None = None
    counts: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class PixelDelta:
    """What the pixels of two parts, by their numbers, differ in.

    `compared` pixels were; `outside_a` and `outside_b` of that side lie outside of the other's
    data window and were not, nor were `lost` ones, which a finding tells of. Where none were,
    `left_out` says why.
    """

    a: int
    b: int
    compared: int = 0
    outside_a: int = 0
    outside_b: int = 0
    lost: int = 0
    channels: tuple[ChannelDelta, ...] = ()
    samples: SampleDelta | None = None
    left_out: str = ""

    @property
    def differs(self) -> bool:
        """Whether anything that was compared is over what is tolerated."""
        unequal = self.samples is not None and self.samples.unequal > 0
        return unequal or any(one.over for one in self.channels)


@dataclass(frozen=True, slots=True)
class Limits:
    """A pair of values is over when it is further apart than `tolerance`, and than `relative`
    times the larger of their sizes. With `outside_is_zero` what lies outside of one data window
    and inside of the other counts as 0 there.
    """

    tolerance: float = 0.0
    relative: float = 0.0
    outside_is_zero: bool = False


@dataclass(frozen=True, slots=True)
class PixelsCompared:
    """Pixels of all pairs of parts that were asked for; `picture` is a PNG, `white` its scale."""

    parts: tuple[PixelDelta, ...] = ()
    findings: tuple[Finding, ...] = ()
    picture: bytes = b""
    white: float = 0.0


@dataclass(frozen=True, slots=True)
class FileDiff:
    """All that two files differ in. `pixels` is None where they were not asked for."""

    parts: tuple[PartChanges, ...] = ()
    findings: tuple[Finding, ...] = ()
    pixels: tuple[PixelDelta, ...] | None = None

    @property
    def differs(self) -> bool:
        """Whether anything that counts is different."""
        changed = any(one.differs for one in self.parts)
        return changed or any(one.differs for one in self.pixels or ())

    @property
    def same(self) -> bool:
        """Whether they are known to be the same: nothing that counts differs, all that was to be
        compared was, and nothing is wrong with either file.
        """
        return not (
            self.differs
            or any(one.severity is Severity.ERROR for one in self.findings)
            or any(one.left_out for one in self.pixels or ())
        )
