"""Pictures whose colour is stored at half size beside the luminance (Y, RY, BY in OpenEXR)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rushes.inspection.display import Light, Raster
from rushes.inspection.refusal import unreadable
from rushes.inspection.shrink import Canvas, Window, small_size

if TYPE_CHECKING:
    from rushes.inspection.shrink import Pixels

_MOST_PIXELS = 1 << 27  # these are read whole
# Shares of red, green and blue in the luminance for the primaries of Rec. 709, which the format
# assumes where a file names no others ("Luminance/Chroma" in its technical introduction).
_SHARES = (0.2126, 0.7152, 0.0722)


def read_small(path: Path, name: str, *, width: int) -> Raster:
    """The picture as `picture.read_small` gives it. Raises `media.unreadable`."""
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
    except (RuntimeError, ValueError, KeyError, IndexError, TypeError) as error:
        raise unreadable(name, str(error)) from error
    if "Y" not in channels:
        raise unreadable(name, "its channels are subsampled, and none is luminance")
    shown = _window(header["displayWindow"])
    if not shown.meets(window):
        shown = window
    aspect = float(header.get("pixelAspectRatio", 1.0))
    columns, rows = small_size(shown, width=width, pixel_aspect=aspect)
    canvas = Canvas(shown, columns=columns, rows=rows, channels=3)
    canvas.add(_colour(channels, window), x=window.x, y=window.y)
    pixels, marks = canvas.picture()
    return Raster(np.maximum(pixels, 0), marks, Light.SCENE, "lin_rec709_scene")


def _window(corners: Any) -> Window:
    (left, top), (right, bottom) = corners
    wide, high = int(right) - int(left) + 1, int(bottom) - int(top) + 1
    return Window(int(left), int(top), wide, high)


def _colour(channels: dict[str, Any], window: Window) -> Pixels:
    """Red, green and blue: RY is (R − Y) / Y, BY is (B − Y) / Y, each with its own sampling."""
    import numpy as np

    luminance = channels["Y"].astype(np.float32)
    grey = np.zeros((1, 1), np.float32)
    with np.errstate(all="ignore"):
        red = (_spread(channels.get("RY", grey), window) + 1) * luminance
        blue = (_spread(channels.get("BY", grey), window) + 1) * luminance
        green = (luminance - red * _SHARES[0] - blue * _SHARES[2]) / _SHARES[1]
    return np.stack([red, green, blue], axis=2)


def _spread(channel: Any, window: Window) -> Pixels:
    """The channel at full size, each value repeated."""
    import numpy as np

    rows = np.arange(window.height) * channel.shape[0] // window.height
    columns = np.arange(window.width) * channel.shape[1] // window.width
    return np.asarray(channel[np.ix_(rows, columns)], np.float32)
