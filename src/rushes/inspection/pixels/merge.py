"""Statistics of several files alike as those of one: the frames of a sequence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rushes.inspection.pixels.histogram import BINS, of_halves, unpacked
from rushes.inspection.pixels.layout import Channel
from rushes.inspection.pixels.moments import Moments, joined
from rushes.inspection.pixels.sums import of_integers
from rushes.model.finding import Finding
from rushes.model.pixels import ChannelStats, PartStats, PixelStats, PixelType, SampleStats

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COUNTS = ("count", "nan", "positive_infinity", "negative_infinity", "negative", "zero")


def merged(stats: Iterable[PixelStats], *, subject: str) -> PixelStats:
    """What all pixels of those files are like, together, under one name.

    Parts belong together by number and name, channels by name and type. Counts, ends, whole
    numbers and halves that carry their histograms are as exact as in one file; halves without
    them lose their percentiles, and have moments in float64 like floats. A part is as large as
    the largest of its kind, and `sample` is that of the first file.
    """
    parts: dict[tuple[int, str], _Part] = {}
    findings: list[Finding] = []
    files, sample, first = 0, 1, True
    for one in stats:
        sample = one.sample if first else sample
        first = False
        files += one.files if one.parts else 0  # what could not be read is in the findings
        findings += one.findings
        for part in one.parts:
            parts.setdefault((part.number, part.name), _Part(part)).add(part)
    made = tuple(parts[key].stats() for key in sorted(parts))
    return PixelStats(subject, made, tuple(findings), sample, files)


@dataclass(slots=True)
class _Part:
    first: PartStats
    channels: dict[tuple[str, PixelType], _Channel] = field(default_factory=dict)
    samples: SampleStats | None = None
    width: int = 0
    height: int = 0
    bands_read: int = 0
    bands_there: int = 0

    def add(self, part: PartStats) -> None:
        self.width = max(self.width, part.width)
        self.height = max(self.height, part.height)
        self.bands_read += part.bands_read
        self.bands_there += part.bands_there
        if part.samples is not None:
            self.samples = _deeper(self.samples, part.samples)
        for one in part.channels:
            self.channels.setdefault((one.name, one.type), _Channel(one)).add(one)

    def stats(self) -> PartStats:
        return replace(
            self.first,
            width=self.width,
            height=self.height,
            channels=tuple(self.channels[key].stats() for key in sorted(self.channels)),
            samples=self.samples,
            bands_read=self.bands_read,
            bands_there=self.bands_there,
            left_out="" if self.channels else self.first.left_out,
        )


class _Channel:
    def __init__(self, first: ChannelStats) -> None:
        self._channel = Channel(first.name, first.type, first.x_sampling, first.y_sampling)
        self._counts: dict[str, Any] = dict.fromkeys(_COUNTS, 0)
        self._ends: list[Any] = []
        self._moments = Moments()
        self._total = self._squares = 0
        self._histogram: NDArray[Any] | None = None
        self._exact = first.type is PixelType.HALF

    def add(self, one: ChannelStats) -> None:
        for name in _COUNTS:
            self._counts[name] += getattr(one, name)
        self._total += one.total or 0
        self._squares += one.squares or 0
        self._exact = self._exact and bool(one.histogram)
        if self._exact:
            self._add_histogram(one.histogram)
        if one.min is not None:
            self._ends = [min([*self._ends, one.min]), max([*self._ends, one.max])]
            mean, spread = one.mean or 0.0, one.stddev or 0.0
            self._moments = joined(
                self._moments, Moments(one.finite, mean, spread * spread * one.finite)
            )

    def stats(self) -> ChannelStats:
        if self._exact and self._histogram is not None:
            return of_halves(self._channel, self._histogram)
        least, most = self._ends or (None, None)
        if self._channel.type is PixelType.UINT:
            return of_integers(
                self._channel,
                count=self._counts["count"],
                zero=self._counts["zero"],
                ends=(least or 0, most or 0),
                sums=(self._total, self._squares),
            )
        there = bool(self._ends)
        return ChannelStats(
            name=self._channel.name,
            type=self._channel.type,
            x_sampling=self._channel.x_sampling,
            y_sampling=self._channel.y_sampling,
            **self._counts,
            min=least,
            max=most,
            mean=self._moments.mean if there else None,
            stddev=self._moments.stddev if there else None,
        )

    def _add_histogram(self, histogram: bytes) -> None:
        import numpy as np

        if self._histogram is None:
            self._histogram = np.zeros(BINS, np.uint64)
        self._histogram += unpacked(histogram)


def _deeper(one: SampleStats | None, other: SampleStats) -> SampleStats:
    if one is None or not one.pixels or not other.pixels:
        return one if one is not None and one.pixels else other
    return SampleStats(
        one.pixels + other.pixels,
        one.total + other.total,
        min(one.min, other.min),
        max(one.max, other.max),
        empty=one.empty + other.empty,
    )
