"""What is known of a movie or of sound: its container, its streams, their loudness."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from rushes.model.finding import Finding


class Loudness(NamedTuple):
    """How loud a stream is, after EBU R 128 (ITU-R BS.1770): LUFS, LU and dBTP.

    `integrated` is None where nothing is above the absolute gate of -70 LUFS, `true_peak` where
    there is only silence (below -66 dBTP).
    """

    integrated: float | None
    range: float
    true_peak: float | None


@dataclass(frozen=True, slots=True)
class VideoStream:
    """One stream of pictures. Names are FFmpeg's; `bits` are those of a channel, 0 if unknown.

    `fps` is the average rate, `seconds` the duration; None and an empty text are unknown.
    """

    index: int
    codec: str
    profile: str
    pixel_format: str
    bits: int
    width: int
    height: int
    fps: Fraction | None
    frames: int
    seconds: Fraction | None


@dataclass(frozen=True, slots=True)
class AudioStream:
    """One stream of sound; `bits` are those of a sample, 0 where the codec keeps no samples.

    `loudness` is None where nobody measured it.
    """

    index: int
    codec: str
    sample_rate: int
    channels: int
    layout: str
    bits: int
    seconds: Fraction | None
    loudness: Loudness | None = None


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """One movie or sound file. `subject` is its escaped path, `size` its bytes.

    `container` is one of `names.CONTAINERS`; `timecode` is the start time code, if it states one.
    """

    subject: str
    size: int
    container: str
    seconds: Fraction | None
    timecode: str
    video: tuple[VideoStream, ...]
    audio: tuple[AudioStream, ...]

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.subject.rpartition("/")[2]


class Probed(NamedTuple):
    """What one look at a file found; `facts` are None where it could not be read."""

    facts: MediaFacts | None
    findings: tuple[Finding, ...] = ()
