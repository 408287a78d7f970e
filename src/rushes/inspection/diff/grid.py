"""Rectangles of pixels, and the values of a channel in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rushes.inspection.diff.differences import Place
from rushes.inspection.diff.stripes import Stripe, Stripes
from rushes.inspection.pixels.excerpt import dtype
from rushes.inspection.pixels.layout import Channel, Layout
from rushes.model.image import Window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def window(layout: Layout) -> Window:
    """The data window of a part."""
    right, bottom = layout.left + layout.width - 1, layout.top + layout.height - 1
    return Window(layout.left, layout.top, right, bottom)


def overlap(one: Window, other: Window) -> Window | None:
    """What lies in both, if anything does."""
    found = Window(
        max(one.x_min, other.x_min),
        max(one.y_min, other.y_min),
        min(one.x_max, other.x_max),
        min(one.y_max, other.y_max),
    )
    return found if found.width > 0 and found.height > 0 else None


def area(outer: Window, inner: Window) -> tuple[slice, slice]:
    """Lines and columns of one rectangle within another."""
    top, left = inner.y_min - outer.y_min, inner.x_min - outer.x_min
    return slice(top, top + inner.height), slice(left, left + inner.width)


class Grid:
    """The values of a channel in a rectangle: those that its sampling leaves."""

    def __init__(self, rows: Window, channel: Channel) -> None:
        self._window = rows
        self.x_step, self.y_step = channel.x_sampling, channel.y_sampling
        self.first = (-rows.y_min % self.y_step, -rows.x_min % self.x_step)
        self.lines = -(-(rows.height - self.first[0]) // self.y_step)
        self.columns = -(-(rows.width - self.first[1]) // self.x_step)

    def place(self, index: int) -> Place:
        """The pixel of a value, by its number."""
        row, column = divmod(index, self.columns)
        x = self._window.x_min + self.first[1] + column * self.x_step
        return Place(x, self._window.y_min + self.first[0] + row * self.y_step)

    def values(self, side: Stripes, stripe: Stripe, channel: Channel) -> NDArray[Any]:
        """The values of one side; 0 outside of its data window."""
        import numpy as np

        rows, layout = self._window, side.layout
        values = stripe.values.get(channel.name)
        top = (rows.y_min + self.first[0] - stripe.top) // self.y_step
        left = (rows.x_min + self.first[1] - layout.left) // self.x_step
        if values is not None and left >= 0 and left + self.columns <= values.shape[1]:
            return values[top : top + self.lines, left : left + self.columns]
        made = np.zeros((self.lines, self.columns), dtype(channel.type))
        if values is not None:
            start, end = max(0, -left), min(self.columns, values.shape[1] - left)
            if end > start:
                inside = values[top : top + self.lines, left + start : left + end]
                made[:, start:end] = inside
        return made

    def spread(self, levels: NDArray[np.float32], heat: NDArray[np.float32]) -> None:
        """Heat all pixels that a value stands for."""
        import numpy as np

        if self.x_step == self.y_step == 1:
            np.maximum(heat, levels, out=heat)
            return
        wide = levels.repeat(self.y_step, axis=0).repeat(self.x_step, axis=1)
        place = heat[self.first[0] :, self.first[1] :]
        high, broad = min(place.shape[0], wide.shape[0]), min(place.shape[1], wide.shape[1])
        np.maximum(place[:high, :broad], wide[:high, :broad], out=place[:high, :broad])
