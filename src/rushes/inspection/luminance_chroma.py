"""Pictures whose colour is stored at half size beside the luminance (Y, RY, BY in OpenEXR)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rushes.inspection.display import Light, Raster
from rushes.inspection.look import BEAUTY, Selection
from rushes.inspection.picking import picked
from rushes.inspection.refusal import unreadable
from rushes.inspection.shrink import Box, Canvas, Window, small_size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rushes.inspection.shrink import Pixels

_MOST_PIXELS = 1 << 27  # these are read whole
_SPACE = "lin_rec709_scene"
# Red, green, blue and white of Rec. 709, which the format assumes where a file names no others.
_REC709 = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)


def read_small(path: Path, name: str, *, width: int | Box, selection: Selection = BEAUTY) -> Raster:
    """The picture as `picture.read_small` gives it; a channel by itself is shown as it is stored.

    Raises `media.unreadable` and `nothing.found`.
    """
    import numpy as np
    import OpenEXR

    try:
        with OpenEXR.File(str(path), header_only=True) as headers:
            window = _window(headers.header(0)["dataWindow"])
        if window.width * window.height > _MOST_PIXELS:
            raise unreadable(name, f"it says it is {window.width} × {window.height} pixels large")
        with OpenEXR.File(str(path), separate_channels=True) as file:
            header: dict[str, Any] = dict(file.header(0))
            channels = {key: one.pixels for key, one in file.channels(0).items()}
    except (RuntimeError, ValueError, KeyError, IndexError, TypeError, OSError) as error:
        raise unreadable(name, str(error)) from error
    if "Y" not in channels:
        raise unreadable(name, "its channels are subsampled, and none is luminance")
    shown = _window(header["displayWindow"])
    if not shown.meets(window):
        shown = window
    if selection.part:
        raise unreadable(name, "its channels are subsampled; of such files only part 0 is shown")
    aspect = float(header.get("pixelAspectRatio", 1.0))
    columns, rows = small_size(shown, width=width, pixel_aspect=aspect)
    if selection.channel is None and not selection.layer:
        primaries = tuple(header.get("chromaticities", _REC709))
        band, light = _colour(channels, window, primaries), Light.SCENE
    else:
        band, light = _alone(channels, window, selection, name)
    canvas = Canvas(shown, columns=columns, rows=rows, channels=band.shape[2])
    canvas.add(band, x=window.x, y=window.y)
    pixels, marks = canvas.picture()
    return Raster(np.maximum(pixels, 0) if light is Light.SCENE else pixels, marks, light, _SPACE)


def _alone(
    channels: dict[str, Any], window: Window, selection: Selection, name: str
) -> tuple[Pixels, Light]:
    """One channel, and what its values mean."""
    names = list(channels)
    choice = picked([("", names)], selection, name)
    one = _spread(channels[names[choice.channels[0]]], window)
    return one[..., None], Light.SCENE if choice.colour else Light.DATA


def _window(corners: Any) -> Window:
    (left, top), (right, bottom) = corners
    wide, high = int(right) - int(left) + 1, int(bottom) - int(top) + 1
    return Window(int(left), int(top), wide, high)


def _colour(channels: dict[str, Any], window: Window, primaries: tuple[float, ...]) -> Pixels:
    """Linear Rec. 709: RY is (R − Y) / Y, BY is (B − Y) / Y, each with its own sampling.

    How much of each colour is in Y follows from the primaries ("Luminance/Chroma Images" in the
    format's technical introduction).
    """
    import numpy as np

    to_xyz = _to_xyz(primaries)
    of_red, of_green, of_blue = to_xyz[1]
    luminance = channels["Y"].astype(np.float32)
    grey = np.zeros((1, 1), np.float32)
    with np.errstate(all="ignore"):
        red = (_spread(channels.get("RY", grey), window) + 1) * luminance
        blue = (_spread(channels.get("BY", grey), window) + 1) * luminance
        green = (luminance - red * of_red - blue * of_blue) / of_green
        colour = np.stack([red, green, blue], axis=2)
        if primaries != _REC709:
            colour = colour @ (np.linalg.inv(_to_xyz(_REC709)) @ to_xyz).T
    return np.asarray(colour, np.float32)


def _to_xyz(primaries: tuple[float, ...]) -> NDArray[np.float64]:
    """The matrix from these primaries to CIE XYZ, white having a luminance of 1."""
    import numpy as np

    corners = [
        (x / max(y, 1e-6), 1.0, (1 - x - y) / max(y, 1e-6))
        for x, y in zip(primaries[::2], primaries[1::2], strict=True)
    ]
    columns = np.array(corners[:3]).T
    return np.asarray(columns * np.linalg.solve(columns, np.array(corners[3])))


def _spread(channel: Any, window: Window) -> Pixels:
    """The channel at full size, each value repeated."""
    import numpy as np

    rows = np.arange(window.height) * channel.shape[0] // window.height
    columns = np.arange(window.width) * channel.shape[1] // window.width
    return np.asarray(channel[np.ix_(rows, columns)], np.float32)
