"""The first frame of a movie, through FFmpeg's libraries."""

from __future__ import annotations

from pathlib import Path

from rushes.inspection.display import Light, Raster
from rushes.inspection.look import BEAUTY, Selection
from rushes.inspection.picking import picked
from rushes.inspection.refusal import unreadable
from rushes.inspection.shrink import Canvas, Window, small_size

# By name, never by content: a playlist that calls itself a movie could name other files.
_CONTAINERS = {
    ".mov": "mov",
    ".mp4": "mov",
    ".m4v": "mov",
    ".mkv": "matroska",
    ".webm": "matroska",
    ".mxf": "mxf",
    ".avi": "avi",
}


def is_movie(name: str) -> bool:
    """Whether the name ends as movies' names do."""
    return Path(name).suffix.lower() in _CONTAINERS


def read_small(path: Path, name: str, *, width: int, selection: Selection = BEAUTY) -> Raster:
    """The first frame as `picture.read_small` gives it; its channels are R, G and B.

    Raises `media.unreadable` and `nothing.found`.
    """
    import av
    import numpy as np

    channels = picked([("", "RGB")], selection, name).channels
    kind = _CONTAINERS[Path(name).suffix.lower()]
    try:
        with av.open(
            f"file:{path}", format=kind, options={"protocol_whitelist": "file"}
        ) as container:
            if not container.streams.video:
                raise unreadable(name, "it has no video")
            frame = next(container.decode(video=0), None)
            if frame is None:
                raise unreadable(name, "it has no frames")
            aspect = float(container.streams.video[0].sample_aspect_ratio or 1)
            pixels = frame.to_ndarray(format="rgb24")
    except (av.FFmpegError, ValueError, OSError) as error:
        raise unreadable(name, str(error)) from error
    window = Window(0, 0, pixels.shape[1], pixels.shape[0])
    columns, rows = small_size(window, width=width, pixel_aspect=aspect)
    canvas = Canvas(window, columns=columns, rows=rows, channels=len(channels))
    canvas.add(pixels[..., list(channels)].astype(np.float32) / np.float32(255), x=0, y=0)
    small, marks = canvas.picture()
    return Raster(small, marks, Light.DISPLAY)
