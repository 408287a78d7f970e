"""Movies and sound: QuickTime through FFmpeg's libraries, and WAV."""

from __future__ import annotations

import wave
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.core.errors import Code, RushesError

if TYPE_CHECKING:
    from rushes.testing.media.scene import Values

FPS = 24
_RATE = 48_000


def write_movie(path: Path, frames: Iterable[Values], *, size: tuple[int, int]) -> None:
    """A ProRes movie of display-referred frames (rows, columns, 3), 24 a second; `size` is their
    width and height.
    """
    import av
    import numpy as np

    try:
        with av.open(str(path), "w", format="mov", options={"fflags": "+bitexact"}) as container:
            stream = container.add_stream("prores_ks", rate=FPS)
            stream.pix_fmt = "yuv422p10le"
            stream.thread_count = 1
            stream.width, stream.height = size
            for at, values in enumerate(frames):
                pixels = (np.clip(values, 0, 1) * 255 + 0.5).astype(np.uint8)
                frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                frame.pts = at
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    except av.FFmpegError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"Could not write {path}: {error}.",
            hint="Check free space and permissions, then try again.",
        ) from error


def write_sound(path: Path, *, seconds: float, pitch: float) -> None:
    """A soft chord in 16 bits, mono, 48 kHz; `pitch` is its lowest tone in Hz."""
    import numpy as np

    time = np.arange(int(seconds * _RATE)) / _RATE
    tones = [np.sin(2 * np.pi * pitch * ratio * time) for ratio in (1, 1.25, 1.5)]
    swell = np.minimum(1, np.minimum(time, seconds - time) * 8)
    samples = (sum(tones) * swell * 6000).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE)
        out.writeframes(samples.tobytes())
