"""Compares the pixels of two parts, stripe by stripe."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rushes.inspection.diff.differences import Limits, PixelDelta, Place
from rushes.inspection.diff.distance import Distance
from rushes.inspection.diff.grid import Grid, area, overlap, window
from rushes.inspection.diff.heat import Heat
from rushes.inspection.diff.samples import SampleDistance, Samples, cut
from rushes.inspection.diff.stripes import Stripe, Stripes
from rushes.inspection.pixels.excerpt import dtype
from rushes.inspection.pixels.layout import Channel, Layout
from rushes.model.image import Window
from rushes.model.pixels import PixelType

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Shared(NamedTuple):
    """A channel that both parts have, with the same sampling and perhaps not the same type."""

    a: Channel
    b: Channel

    @property
    def name(self) -> str:
        """What both are called."""
        return self.a.name

    @property
    def integers(self) -> bool:
        """Whether both hold whole numbers."""
        return self.a.type is self.b.type is PixelType.UINT


def shared(a: Layout, b: Layout) -> list[Shared]:
    """The channels that can be compared, in the order of `a`."""
    others = {one.name: one for one in b.channels}
    both = [Shared(one, others[one.name]) for one in a.channels if one.name in others]
    return [one for one in both if _sampling(one.a) == _sampling(one.b)]


class SideBySide:
    """Two parts of open files that are compared; `run` goes through both."""

    def __init__(
        self, a: Stripes, b: Stripes, channels: list[Shared], limits: Limits, heat: Heat | None
    ) -> None:
        self._a, self._b, self._channels, self._heat = a, b, channels, heat
        self._limits = limits
        self._flat = {one.name: Distance(limits, integers=one.integers) for one in channels}
        self._deep: SampleDistance | None = None
        if a.layout.deep:
            integers = {one.name: one.integers for one in channels}
            self._deep = SampleDistance(limits, integers)
        self._compared = self._lost = 0

    def run(self) -> PixelDelta:
        """Compare what is to be compared."""
        ours, theirs = window(self._a.layout), window(self._b.layout)
        both = overlap(ours, theirs)
        inside = both.width * both.height if both else 0
        beyond_a, beyond_b = (one.width * one.height - inside for one in (ours, theirs))
        if self._limits.outside_is_zero:
            self._region(ours)
            if beyond_b:
                self._region(theirs, but=ours)
            beyond_a = beyond_b = 0
        elif both:
            self._region(both)
        distances = self._deep.channels if self._deep else self._flat
        return PixelDelta(
            a=self._a.layout.number,
            b=self._b.layout.number,
            compared=self._compared,
            outside_a=beyond_a,
            outside_b=beyond_b,
            lost=self._lost,
            channels=tuple(distances[one.name].result(one.name) for one in self._channels),
            samples=self._deep.result() if self._deep else None,
        )

    def _region(self, region: Window, *, but: Window | None = None) -> None:
        """Compare a rectangle, without what lies in another one, which was compared before."""
        import numpy as np

        line = region.y_min
        while line <= region.y_max:
            if but and _covers(but, region, line):
                line = but.y_max + 1
                continue
            a, b = self._a.at(line), None
            if not a.lost:
                b = self._b.at(line)
            end = min(a.bottom, b.bottom if b else a.bottom, region.y_max + 1)
            rows = Window(region.x_min, line, region.x_max, end - 1)
            line = end
            seen = overlap(but, rows) if but else None
            wanted = rows.width * rows.height - (seen.width * seen.height if seen else 0)
            if b is None or b.lost:  # that may be any number of lines
                self._lost += wanted
                continue
            there = np.ones((rows.height, rows.width), bool)
            if seen:
                there[area(rows, seen)] = False
            for side, stripe in ((self._a, a), (self._b, b)):
                _hide_missing(there, rows, side, stripe)
            found = int(there.sum())
            self._lost += wanted - found
            self._compared += found
            everything = found == there.size
            self._rows(a, b, rows, None if everything else there)

    def _rows(self, a: Stripe, b: Stripe, rows: Window, there: NDArray[np.bool_] | None) -> None:
        import numpy as np

        corner = Place(rows.x_min, rows.y_min)
        if self._deep:
            ours, theirs = _samples(self._a, a, rows), _samples(self._b, b, rows)
            heat = self._deep.add(ours, theirs, there, corner)
        else:
            heat = np.zeros((rows.height, rows.width) if self._heat else (0, 0), np.float32)
            for one in self._channels:
                self._channel(one, a, b, rows, there=there, heat=heat)
        if self._heat:
            if there is not None:
                heat[~there] = -1
            self._heat.add(heat, corner)

    def _channel(
        self,
        one: Shared,
        a: Stripe,
        b: Stripe,
        rows: Window,
        *,
        there: NDArray[np.bool_] | None,
        heat: NDArray[np.float32],
    ) -> None:
        import numpy as np

        grid = Grid(rows, one.a)
        if not grid.lines or not grid.columns:
            return
        ours, theirs = grid.values(self._a, a, one.a), grid.values(self._b, b, one.b)
        seen = there
        if there is not None:
            seen = there[grid.first[0] :: grid.y_step, grid.first[1] :: grid.x_step]
        spots = self._flat[one.name].add(ours, theirs, seen, grid.place)
        if spots is None or self._heat is None:
            return
        levels = np.zeros((grid.lines, grid.columns), np.float32)
        levels.ravel()[spots.at] = spots.heat
        grid.spread(levels, heat)


def _samples(side: Stripes, stripe: Stripe, rows: Window) -> Samples:
    """The samples of one side; none outside of its data window."""
    import numpy as np

    inside = overlap(rows, window(side.layout))
    shape = (rows.height, rows.width)
    if stripe.samples is None or inside is None:
        empty = {one.name: np.zeros(0, dtype(one.type)) for one in side.layout.channels}
        return Samples(np.zeros(shape, np.int64), empty)
    whole = Window(side.layout.left, stripe.top, inside.x_max, stripe.bottom - 1)
    found = cut(stripe.samples, area(whole, inside))
    counts = np.zeros(shape, np.int64)
    counts[area(rows, inside)] = found.counts
    return Samples(counts, found.values)


def _hide_missing(there: NDArray[np.bool_], rows: Window, side: Stripes, stripe: Stripe) -> None:
    inside = overlap(rows, window(side.layout))
    if stripe.missing is None or inside is None:
        return
    whole = Window(side.layout.left, stripe.top, inside.x_max, stripe.bottom - 1)
    there[area(rows, inside)] &= ~stripe.missing[area(whole, inside)]


def _covers(but: Window, region: Window, line: int) -> bool:
    across = but.x_min <= region.x_min and region.x_max <= but.x_max
    return across and but.y_min <= line <= but.y_max


def _sampling(channel: Channel) -> tuple[int, int]:
    return channel.x_sampling, channel.y_sampling
