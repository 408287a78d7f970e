"""A movie written frame by frame, with time code and chapters, through FFmpeg's libraries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.inspection.reel.codecs import THREADS, Codec
from rushes.inspection.reel.scaling import exact
from rushes.inspection.reel.timecode import nominal, timecode

_BT709 = 1  # primaries, transfer and matrix alike, as ITU-T H.273 counts them
_LIMITED = 1  # the range of values that video has


class Chapter(NamedTuple):
    """A part of a reel by its name: first and last frame, counted from 0, both included."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ReelForm:
    """What kind of movie: container, codec, size in pixels, frames a second, title."""

    container: str
    codec: Codec
    width: int
    height: int
    fps: Fraction
    title: str = ""


class Encoder:
    """An open movie; `frames` is how many it was given."""

    def __init__(self, container: Any, form: ReelForm) -> None:
        self._container, self._form = container, form
        self._stream = _stream(container, form)
        self.frames = 0

    def add(self, pixels: bytes) -> None:
        """The next frame: 8-bit RGB of the movie's size."""
        import av
        import numpy as np

        form = self._form
        array = np.frombuffer(pixels, np.uint8).reshape(form.height, form.width, 3)
        frame = av.VideoFrame.from_ndarray(array, format="rgb24").reformat(
            format=form.codec.pixel_format,
            dst_colorspace="ITU709",
            src_color_range="JPEG",
            dst_color_range="MPEG",
            interpolation=exact("BICUBIC"),
            threads=1,
        )
        frame.colorspace = frame.color_primaries = frame.color_trc = _BT709
        frame.color_range = _LIMITED
        frame.pts, frame.time_base = self.frames, 1 / form.fps
        self._container.mux(self._stream.encode(frame))
        self.frames += 1

    def end(self) -> None:
        """What the encoder has kept back."""
        self._container.mux(self._stream.encode(None))


@contextmanager
def encoding(place: Path, form: ReelForm, chapters: Sequence[Chapter]) -> Iterator[Encoder]:
    """A movie at `place`, whole when the block ends well; the same frames make the same pictures.

    `place` may have any name. Raises `write.failed`.
    """
    import av

    try:
        with av.open(
            f"file:{place}", "w", format=form.container, container_options={"movflags": "faststart"}
        ) as container:
            container.metadata["timecode"] = timecode(0, form.fps)
            if form.title:
                container.metadata["title"] = form.title
            encoder = Encoder(container, form)
            told: list[Any] = [_chapter(at, one, form) for at, one in enumerate(chapters)]
            container.set_chapters(told)
            yield encoder
            encoder.end()
    except av.FFmpegError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"The reel could not be written: {_said(error, place)}.",
            hint="Check free space in its folder; nothing was left there.",
        ) from error


def _stream(container: Any, form: ReelForm) -> Any:
    options = dict(form.codec.options)
    stream = container.add_stream(form.codec.encoder, rate=form.fps, options=options)
    stream.width, stream.height = form.width, form.height
    stream.pix_fmt = form.codec.pixel_format
    stream.time_base = 1 / form.fps
    context = stream.codec_context
    context.thread_count = THREADS
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = _LIMITED
    if form.codec.name == "h264":
        context.gop_size = nominal(form.fps)  # so that players jump well
    return stream


def _chapter(at: int, one: Chapter, form: ReelForm) -> dict[str, Any]:
    return {
        "id": at + 1,
        "start": one.first,
        "end": one.last + 1,
        "time_base": 1 / form.fps,
        "metadata": {"title": one.name},
    }


def _said(error: Exception, place: Path) -> str:
    told = getattr(error, "strerror", None) or str(error)
    return str(told).replace(str(place), escape(place.name))
