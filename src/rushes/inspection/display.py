"""From pixel values to what a screen shows, through OpenColorIO."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from rushes.core.errors import Code, RushesError
from rushes.inspection import colour
from rushes.inspection.look import PLAIN, Viewing
from rushes.inspection.shrink import LIMIT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rushes.inspection.shrink import Marks, Pixels

BAD_PIXEL = (255, 0, 255)  # not a number, or infinite
_FAR = 10  # times as far as anything else, for a background in depth
_BLENDED = 0.1  # pixels at most in which it was mixed with what is before it
_LINEAR = "scene_linear"  # the role that colour configs give their working space


class Light(Enum):
    """What values mean."""

    SCENE = "scene-linear"
    DISPLAY = "ready for a screen"
    DATA = "no light: depth, masks, vectors"
    OPACITY = "no light, from 0 to 1"


@dataclass(frozen=True, slots=True)
class Raster:
    """A small picture: values (rows, columns, 1 to 3), which of them were bad, what they mean.

    `space` is the colour space that the file names, empty where it names none.
    """

    pixels: Pixels
    marks: Marks
    light: Light
    space: str = ""


def displayed(raster: Raster, viewing: Viewing = PLAIN, *, name: str = "It") -> NDArray[np.uint8]:
    """The picture as 8-bit RGB for an sRGB screen (or the display that `viewing` or `$OCIO` name).

    Scene-linear values go through the view; data are stretched over their range; bad pixels are
    magenta. Raises `settings.invalid` where the colour config cannot be read or has not what is
    asked for, and `usage` where something is asked for that takes scene-linear values, and `name`
    has none.
    """
    import numpy as np

    pixels, light = raster.pixels, raster.light
    if light is Light.DISPLAY and viewing.colour_space:
        light = Light.SCENE  # somebody knows better what the numbers are
    if light is Light.DISPLAY and viewing.needs_light:
        raise _no_light(name)
    if light is Light.DATA:
        pixels = _stretched(pixels)
    if pixels.shape[2] < 3:
        pixels = _as_colour(pixels)
    if light is Light.SCENE:
        pixels = _viewed(pixels, raster.space, viewing)
    pixels = np.clip(pixels, 0.0, 1.0)
    if viewing.gamma != 1.0:
        pixels = pixels ** np.float32(1.0 / viewing.gamma)
    shown = (pixels * 255.0 + 0.5).astype(np.uint8)
    shown[raster.marks] = BAD_PIXEL
    return shown


def _no_light(name: str) -> RushesError:
    return RushesError(
        Code.USAGE,
        f"{name} is ready for a screen: exposure, display and view are for scene-linear values.",
        hint="Ask for none of them, or name the colour space that its values are in.",
    )


def _viewed(pixels: Pixels, named: str, viewing: Viewing) -> Pixels:
    import numpy as np
    import OpenImageIO

    colour.check(viewing)
    config = colour.in_force(viewing.config)
    known = named if named and config.resolve(named) in config.getColorSpaceNames() else ""
    asked = colour.space(config, viewing.colour_space) if viewing.colour_space else ""
    space = asked or known or _LINEAR
    source = OpenImageIO.ImageBuf(np.ascontiguousarray(pixels))
    if viewing.exposure:
        linear = OpenImageIO.ImageBufAlgo.colorconvert(
            source, space, _LINEAR, colorconfig=viewing.config
        )
        source = OpenImageIO.ImageBuf(_values(linear) * np.float32(2.0**viewing.exposure))
        space = _LINEAR
    return _values(
        OpenImageIO.ImageBufAlgo.ociodisplay(
            *(source, viewing.display, viewing.view),
            fromspace=space,
            colorconfig=viewing.config,
        )
    )


def _values(seen: Any) -> Pixels:
    import numpy as np
    import OpenImageIO

    if seen.has_error:
        raise RushesError(
            Code.SETTINGS_INVALID,
            f"No picture can be shown with this colour config: {seen.geterror()}",
            hint="Unset OCIO to use the config that comes with Rushes, or correct that one.",
        )
    return np.asarray(seen.get_pixels(OpenImageIO.FLOAT), np.float32)


def _as_colour(pixels: Pixels) -> Pixels:
    """One channel as grey, two as red and green."""
    import numpy as np

    if pixels.shape[2] == 1:
        return np.repeat(pixels, 3, axis=2)
    return np.pad(pixels, ((0, 0), (0, 0), (0, 1)))


def _stretched(pixels: Pixels) -> Pixels:
    import numpy as np

    near = pixels[pixels < LIMIT]  # beyond it, nothing is there
    if not near.size:
        return np.ones_like(pixels)
    near = _near(near)
    low, high = np.percentile(near, (1, 99))
    if high <= low:
        low, high = float(near.min()), float(near.max())
    if high <= low:
        return np.where(pixels < LIMIT, np.float32(0.5), np.float32(1))
    return np.asarray((pixels - low) / (high - low), np.float32)


def _near(pixels: Pixels) -> Pixels:
    """The values without a far background, beside which all distances would look the same."""
    top = float(pixels.max())
    near: Pixels = pixels[pixels < top / _FAR]
    background = int((pixels == top).sum())
    blended = pixels.size - near.size - background
    if not near.size or blended >= min(background, _BLENDED * pixels.size):
        return pixels
    # Distances are above zero; a mask's two values are no background and something near.
    return near if 0 < near.min() < near.max() else pixels
