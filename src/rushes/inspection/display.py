"""From pixel values to what a screen shows, through OpenColorIO."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rushes.inspection.shrink import Marks, Pixels

BAD_PIXEL = (255, 0, 255)  # not a number, or infinite


class Light(Enum):
    """What values mean."""

    SCENE = "scene-linear"
    DISPLAY = "ready for a screen"
    DATA = "no light: depth, masks, vectors"


@dataclass(frozen=True, slots=True)
class Raster:
    """A small picture: values (rows, columns, 1 or 3), which of them were bad, what they mean.

    `space` is the colour space that the file names, empty where it names none.
    """

    pixels: Pixels
    marks: Marks
    light: Light
    space: str = ""


def displayed(raster: Raster) -> NDArray[np.uint8]:
    """The picture as 8-bit RGB for an sRGB screen (or the default display of `$OCIO`).

    Scene-linear values go through the default view; data are stretched over their range; bad
    pixels are magenta. Raises `settings.invalid` where `$OCIO` names a config that cannot be read.
    """
    import numpy as np

    pixels = raster.pixels
    if raster.light is Light.DATA:
        pixels = _stretched(pixels)
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    if raster.light is Light.SCENE:
        pixels = _viewed(pixels, raster.space)
    shown = (np.clip(pixels, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)
    shown[raster.marks] = BAD_PIXEL
    return shown


def _viewed(pixels: Pixels, space: str) -> Pixels:
    import numpy as np
    import OpenImageIO

    config = _config(os.environ.get("OCIO", ""))
    known = space if space and config.resolve(space) in config.getColorSpaceNames() else ""
    source = OpenImageIO.ImageBuf(np.ascontiguousarray(pixels))
    seen = OpenImageIO.ImageBufAlgo.ociodisplay(source, "", "", fromspace=known or "scene_linear")
    if seen.has_error:
        raise RushesError(
            Code.SETTINGS_INVALID,
            f"No picture can be shown with this colour config: {seen.geterror()}",
            hint="Unset OCIO to use the config that comes with Rushes, or correct that one.",
        )
    return np.asarray(seen.get_pixels(OpenImageIO.FLOAT), np.float32)


@lru_cache(maxsize=1)
def _config(path: str) -> Any:
    """The colour config in force: the one `$OCIO` names, else the one in OpenColorIO itself."""
    import OpenImageIO

    config = OpenImageIO.ColorConfig()
    problem = config.geterror()
    if problem:
        raise RushesError(
            Code.SETTINGS_INVALID,
            f"The colour config that OCIO names, {escape(path)}, cannot be read: {problem}",
            hint="Unset OCIO to use the config that comes with Rushes, or correct the path.",
        )
    return config


def _stretched(pixels: Pixels) -> Pixels:
    import numpy as np

    low, high = np.percentile(pixels, (1, 99))
    if high <= low:
        low, high = float(pixels.min()), float(pixels.max())
    if high <= low:
        return np.full_like(pixels, 0.5)
    return np.asarray((pixels - low) / (high - low), np.float32)
