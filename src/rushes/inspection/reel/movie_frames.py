"""Frames of a movie by their place in it, decoded one after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rushes.inspection.media.names import demuxer
from rushes.inspection.reel.fitting import Seen
from rushes.inspection.reel.scaling import exact
from rushes.inspection.refusal import unreadable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_Key = tuple[str, int, int, int]  # a path and what it leads to: inode, bytes, mtime_ns
_OPEN: dict[_Key, MovieFrames] = {}  # the one that this process read last
_HD = 720  # rows from which a movie that does not say has the colours of HD
_UNSAID = 2  # colour spaces as FFmpeg counts them, after ITU-T H.273


def movie_frame(path: Path, index: int, *, name: str, key: str) -> Seen:
    """Frame `index`, from 0.

    Errors call it `name`. The movie stays open under `key` for the next frame, unless another has
    taken its place: frames are counted as they are decoded, never looked for by their time, which
    movies tell wrongly. Raises `media.unreadable`.
    """
    try:
        about = os.stat(path)
    except OSError as error:
        raise unreadable(name, str(error)) from error
    whole = (key, about.st_ino, about.st_size, about.st_mtime_ns)
    reader = _OPEN.get(whole)
    if reader is None or reader.next > index:
        for other in _OPEN.values():
            other.close()
        _OPEN.clear()
        reader = _OPEN[whole] = MovieFrames(path, name)
    return reader.frame(index)


class MovieFrames:
    """A movie that is open; `next` is the frame that would be decoded next."""

    def __init__(self, path: Path, name: str) -> None:
        import av

        self._name = name
        self.next = 0
        try:
            self._container = av.open(
                *(f"file:{path}",),
                format=demuxer(path.name),
                options={"protocol_whitelist": "file"},
                metadata_errors="replace",
            )
        except (av.FFmpegError, ValueError, OSError) as error:
            raise unreadable(name, str(error)) from error
        self._frames: Iterator[Any] = iter(())
        if self._container.streams.video:
            self._frames = self._container.decode(video=0)

    def frame(self, index: int) -> Seen:
        """As `movie_frame`; `index` is not before `next`."""
        import av

        try:
            for found in self._frames:
                self.next += 1
                if self.next > index:
                    return Seen(_as_rgb(found), self._pixel_aspect())
        except (av.FFmpegError, ValueError, OSError) as error:
            raise unreadable(self._name, f"frame {index + 1}: {error}") from error
        raise unreadable(self._name, f"it ends after {self.next} frames")

    def close(self) -> None:
        """Let go of it."""
        self._container.close()

    def _pixel_aspect(self) -> float:
        aspect = float(self._container.streams.video[0].sample_aspect_ratio or 1)
        return aspect if 0.01 < aspect < 100 else 1.0


def _as_rgb(frame: Any) -> Picture:
    import numpy as np

    # Libraries take what does not say for SD.
    space = "ITU709" if frame.colorspace == _UNSAID and frame.height >= _HD else None
    how = exact("BICUBIC")
    shown = frame.reformat(format="rgb24", src_colorspace=space, interpolation=how, threads=1)
    pixels = shown.to_ndarray()
    return np.asarray(pixels, np.uint8)
