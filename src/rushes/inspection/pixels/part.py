"""Counts the pixels of one part of an open file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rushes.inspection.pixels.bands import Band, bands
from rushes.inspection.pixels.depth import Depth
from rushes.inspection.pixels.layout import Layout
from rushes.inspection.pixels.losses import Losses
from rushes.inspection.pixels.reading import pieces, reach
from rushes.inspection.pixels.source import Loss, Source
from rushes.inspection.pixels.tally import tally
from rushes.model.pixels import ChannelStats, SampleStats

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Counting:
    """The counts of one part so far; `count` goes through the file."""

    def __init__(self, source: Source, layout: Layout, *, histograms: bool) -> None:
        self._source, self._layout = source, layout
        pixels = layout.width * layout.height
        # A deep part may have any number of samples; more than these 2⁴⁰ do not fit in a file.
        most = pixels if not layout.deep else 1 << 40
        self._tallies = [tally(one.type, most, histograms=histograms) for one in layout.channels]
        self._depth = Depth()
        self.losses = Losses()
        self.bands_there = self.bands_read = 0

    def count(self, *, sample: int) -> None:
        """Read every `sample`-th band."""
        found = reach(self._source, self._layout)
        for number, band in enumerate(bands(self._layout, found.there)):
            self.bands_there += 1
            if number % sample == 0:
                self._band(band)
        if found.there < found.wanted:
            self.losses.add_run(found.there, found.wanted - 1, found.reason)

    def channels(self) -> tuple[ChannelStats, ...]:
        """What was counted."""
        both = zip(self._tallies, self._layout.channels, strict=True)
        return tuple(one.stats(channel) for one, channel in both)

    def samples(self) -> SampleStats | None:
        """Samples per pixel, of a deep part."""
        return self._depth.stats() if self._layout.deep else None

    def _band(self, band: Band) -> None:
        found, lost = pieces(self._source, self._layout, band)
        read = False
        for one in found:
            if isinstance(one, Loss):
                lost.append(one)
                continue
            read = True
            if one.counts is not None:
                self._depth.add(one.counts)
            self._add(one.values)
        self.bands_read += read
        self.losses.add(sorted(lost, key=lambda one: one.index))

    def _add(self, values: list[NDArray[Any]]) -> None:
        for one, some in zip(self._tallies, values, strict=True):
            one.add(some)
