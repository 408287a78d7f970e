"""A picture fitted into a frame of another size, with bars where it does not fill it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rushes.inspection.reel.scaling import exact
from rushes.inspection.shrink import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_TINY = 16  # pixels of a side, below which a filter has nothing to go by
_BAR = 0


class Seen(NamedTuple):
    """A picture as 8-bit RGB, and the width of its pixels by their height."""

    pixels: Picture
    aspect: float = 1.0


def fitted(pixels: Picture, box: Box, *, pixel_aspect: float = 1.0) -> Picture:
    """8-bit RGB as large as it fits into the box, in the middle, with black bars around it.

    The same pixels give the same picture. `pixel_aspect` is the width of a pixel by its height.
    """
    import numpy as np

    rows, columns, _ = pixels.shape
    across, down = box.fitted(columns * pixel_aspect, rows)
    frame = np.full((box.height, box.width, 3), _BAR, np.uint8)
    top, left = (box.height - down) // 2, (box.width - across) // 2
    frame[top : top + down, left : left + across] = _resampled(pixels, across, down)
    return frame


def _resampled(pixels: Picture, across: int, down: int) -> Picture:
    import av
    import numpy as np

    rows, columns, _ = pixels.shape
    if (rows, columns) == (down, across):
        return pixels
    if min(rows, columns, down, across) < _TINY:
        pick = np.ix_(np.arange(down) * rows // down, np.arange(across) * columns // across)
        return np.asarray(pixels[pick], np.uint8)
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
    small = frame.reformat(across, down, interpolation=exact("LANCZOS"), threads=1)
    return np.asarray(small.to_ndarray(), np.uint8)
