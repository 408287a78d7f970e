"""A picture of where two images differ, and how much."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rushes.core.errors import Code, RushesError
from rushes.inspection.diff.differences import Place
from rushes.inspection.diff.distance import WITHIN
from rushes.model.image import Window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WIDEST, _HIGHEST = 2048, 4096
_END = b"IEND\xaeB`\x82"  # of every PNG
_TOLERATED, _STRANGE, _UNSEEN = (0, 48, 128), (255, 0, 255), (64, 64, 64)
# Dark red, orange, yellow, white: a sixth of the way up for each tenfold distance, so that depth
# does not outshine colour, and white for the largest.
_DECADES = 6
_STOPS = ((0.0, (64, 0, 0)), (0.4, (208, 48, 0)), (0.75, (255, 192, 0)), (1.0, (255, 255, 255)))


class Heat:
    """How far pixels of a display window are apart; where it is large, blocks of pixels.

    The hottest pixel of a block stands for it.
    """

    def __init__(self, window: Window) -> None:
        import numpy as np

        self._window = window
        self._block = max(-(-window.width // _WIDEST), -(-window.height // _HIGHEST))
        shape = (-(-window.height // self._block), -(-window.width // self._block))
        self._levels = np.full(shape, -1, np.float32)

    @property
    def white(self) -> float:
        """The largest distance, which is white."""
        return self._white()

    def add(self, levels: NDArray[np.float32], corner: Place) -> None:
        """Note pixels, the first of them at `corner`: a distance; infinity where there is none;
        -1 for pixels that were not compared.
        """
        import numpy as np

        top, left = corner.y - self._window.y_min, corner.x - self._window.x_min
        seen = levels[max(0, -top) : self._window.height - top]
        seen = seen[:, max(0, -left) : self._window.width - left]
        if top >= self._window.height or left >= self._window.width or not seen.size:
            return
        rows, columns = (
            np.arange(max(0, at), max(0, at) + size) // self._block
            for at, size in zip((top, left), seen.shape, strict=True)
        )
        for axis, at in ((0, rows), (1, columns)):
            if self._block > 1:
                seen = np.maximum.reduceat(seen, np.flatnonzero(np.diff(at, prepend=-1)), axis)
        place = self._levels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        np.maximum(place, seen, out=place)

    def png(self) -> bytes:
        """The picture. Raises `write.failed` without room to work in."""
        import numpy as np

        levels, white = self._levels, self._white()
        pixels = np.zeros((*levels.shape, 3), np.uint8)
        over = (levels > WITHIN) & np.isfinite(levels)
        share = 1 + np.log10(levels[over].astype(np.float64) / (white or 1.0)) / _DECADES
        stops = [at for at, _ in _STOPS]
        for channel in range(3):
            shades = [float(colour[channel]) for _, colour in _STOPS]
            pixels[over, channel] = np.interp(share, stops, shades).round()
        pixels[levels == np.float32(WITHIN)] = _TOLERATED
        pixels[np.isinf(levels)] = _STRANGE
        pixels[levels < 0] = _UNSEEN
        return _encoded(pixels)

    def _white(self) -> float:
        import numpy as np

        finite = self._levels[np.isfinite(self._levels)]
        most = float(finite.max()) if finite.size else 0.0
        return most if most > WITHIN else 0.0


def _encoded(pixels: NDArray[np.uint8]) -> bytes:
    import OpenImageIO

    rows, columns, channels = pixels.shape
    spec = OpenImageIO.ImageSpec(columns, rows, channels, OpenImageIO.UINT8)
    spec.attribute("Software", "Rushes")
    out = OpenImageIO.ImageOutput.create("png")
    if out is None:
        raise RushesError(Code.DEPENDENCY_MISSING, "This OpenImageIO cannot write PNG.")
    with TemporaryDirectory(prefix="rushes-") as folder:
        place = os.path.join(folder, "difference.png")
        done = out.open(place, spec) and out.write_image(pixels)
        data = Path(place).read_bytes() if out.close() and done else b""
    # On a full disk the writer may say nothing, and leave the file short.
    if not data.endswith(_END):
        raise RushesError(
            Code.WRITE_FAILED,
            f"The picture could not be made: {out.geterror() or 'it came out short'}.",
            hint="Check free space in the folder for temporary files (TMPDIR).",
        )
    return data
