"""Movies and sound: containers, codecs, rates, sizes, durations, channels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from rushes.inspection.media.facts import AudioStream, MediaFacts, VideoStream
from rushes.inspection.media.names import CONTAINERS
from rushes.policy.checks.check import MediaCheck, Problem, either
from rushes.policy.kinds import (
    COUNTS,
    NAMES,
    NUMBER,
    RATES,
    SIZES,
    SWITCH,
    key,
    like,
    says,
    words,
)

_OF_VIDEO = ("video_codecs", "profiles", "pixel_formats", "fps", "sizes")
_OF_AUDIO = ("audio_codecs", "audio_channels", "sample_rates", "bits")
_CLOSE = 2e-5  # containers that count milliseconds or the like cannot be more exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Media(MediaCheck):
    """A movie or sound file: its container and its streams; `rushes qc crawl` judges it.

    Codecs, profiles and pixel formats have FFmpeg's names. What is asked of pictures or of sound
    has to hold for every such stream, and a file that has none of them is not as wanted.
    """

    fix: ClassVar[str] = "Export the file in that form."

    containers: tuple[str, ...] = key(words(*CONTAINERS), "It is one of these.", default=())
    video_streams: tuple[int, ...] = key(
        COUNTS, "There are so many streams of pictures.", default=()
    )
    video_codecs: tuple[str, ...] = key(
        NAMES, "Pictures are in one of these, as in prores, dnxhd, h264.", default=()
    )
    profiles: tuple[str, ...] = key(
        NAMES, "The codec's profile is one of these, as in HQ, High.", default=()
    )
    pixel_formats: tuple[str, ...] = key(
        NAMES, "Pixels are kept as one of these, as in yuv422p10le.", default=()
    )
    fps: tuple[Fraction, ...] = key(
        RATES, "Frames a second; 23.976 stands for 24000/1001.", default=()
    )
    sizes: tuple[tuple[int, int], ...] = key(SIZES, "Pictures are so wide and so high.", default=())
    min_duration_s: float | None = key(NUMBER, "It lasts no shorter, in seconds.")
    max_duration_s: float | None = key(NUMBER, "It lasts no longer, in seconds.")
    max_offset_s: float | None = key(
        NUMBER, "The durations of its streams differ by no more, in seconds."
    )
    timecode: bool | None = key(SWITCH, "Whether it states a start time code.")
    audio_streams: tuple[int, ...] = key(COUNTS, "There are so many streams of sound.", default=())
    audio_codecs: tuple[str, ...] = key(
        NAMES, "Sound is in one of these, as in pcm_s24le, aac.", default=()
    )
    audio_channels: tuple[int, ...] = key(
        COUNTS, "A stream of sound has so many channels.", default=()
    )
    sample_rates: tuple[int, ...] = key(COUNTS, "Samples a second.", default=())
    bits: tuple[int, ...] = key(COUNTS, "Bits of a sample; compressed sound has none.", default=())

    def __post_init__(self) -> None:
        if not says(self):
            raise ValueError("asks for nothing")

    def judge(self, facts: MediaFacts) -> Iterator[Problem]:
        """What is not as wanted."""
        if self.containers and facts.container not in self.containers:
            wanted = either(self.containers)
            told = f"The container is {facts.container}, not {wanted}."
            yield Problem(told, facts.container, wanted)
        yield from _count("pictures", len(facts.video), self.video_streams)
        yield from _count("sound", len(facts.audio), self.audio_streams)
        for what, there, keys in (
            ("pictures", facts.video, _OF_VIDEO),
            ("sound", facts.audio, _OF_AUDIO),
        ):
            if not there and any(getattr(self, one) for one in keys):
                yield Problem(f"There is no stream of {what}.", "none", f"a stream of {what}")
        for one in facts.video:
            yield from self._video(one, _where(one, facts.video))
        for each in facts.audio:
            yield from self._audio(each, _where(each, facts.audio))
        yield from self._duration(facts)
        if self.timecode is not None and self.timecode is not bool(facts.timecode):
            found = facts.timecode or "none"
            told = f"The start time code is {found}."
            yield Problem(told, found, "one" if self.timecode else "none")

    def _video(self, one: VideoStream, where: str) -> Iterator[Problem]:
        yield from _named(f"{where}The codec", one.codec, self.video_codecs)
        yield from _named(f"{where}The profile", one.profile, self.profiles)
        yield from _named(f"{where}The pixel format", one.pixel_format, self.pixel_formats)
        if self.fps and not any(_close(one.fps, rate) for rate in self.fps):
            found, wanted = _rate(one.fps), either(map(_rate, self.fps))
            yield Problem(f"{where}The frame rate is {found}, not {wanted}.", found, wanted)
        if self.sizes and (one.width, one.height) not in self.sizes:
            found = f"{one.width} x {one.height}"
            wanted = either(f"{wide} x {high}" for wide, high in self.sizes)
            yield Problem(f"{where}The pictures are {found}, not {wanted}.", found, wanted)

    def _audio(self, one: AudioStream, where: str) -> Iterator[Problem]:
        yield from _named(f"{where}The codec", one.codec, self.audio_codecs)
        for what, found, wanted in (
            ("number of channels", one.channels, self.audio_channels),
            ("sample rate", one.sample_rate, self.sample_rates),
            ("number of bits", one.bits, self.bits),
        ):
            if wanted and found not in wanted:
                told = f"{found:,}" if found else "not known"
                named = either(f"{each:,}" for each in wanted)
                yield Problem(f"{where}The {what} is {told}, not {named}.", told, named)

    def _duration(self, facts: MediaFacts) -> Iterator[Problem]:
        least, most = self.min_duration_s, self.max_duration_s
        seconds = facts.seconds
        if seconds is None and (least is not None or most is not None):
            yield Problem("The duration is not known.", "not known", "known")
        elif seconds is not None:
            told = _seconds(seconds)
            if least is not None and seconds < Fraction(str(least)):
                wanted = f"{least:g} s or more"
                yield Problem(f"It lasts {told}, less than {least:g} s.", told, wanted)
            if most is not None and seconds > Fraction(str(most)):
                wanted = f"{most:g} s or less"
                yield Problem(f"It lasts {told}, more than {most:g} s.", told, wanted)
        if self.max_offset_s is not None:
            yield from self._offset(facts)

    def _offset(self, facts: MediaFacts) -> Iterator[Problem]:
        lengths = [one.seconds for one in facts.video]
        lengths += [one.seconds for one in facts.audio]
        known = [one for one in lengths if one is not None]
        assert self.max_offset_s is not None
        wanted = f"{self.max_offset_s:g} s or less apart"
        if len(lengths) < 2:
            return
        if len(known) < len(lengths):
            yield Problem("The duration of a stream is not known.", "not known", wanted)
        elif max(known) - min(known) > Fraction(str(self.max_offset_s)):
            told = f"from {_seconds(min(known))} to {_seconds(max(known))}"
            yield Problem(f"Its streams differ in duration: {told}.", told, wanted)


def _count(what: str, found: int, wanted: Sequence[int]) -> Iterator[Problem]:
    if wanted and found not in wanted:
        named = either(map(str, wanted))
        told = f"There are {found} streams of {what}, not {named}."
        yield Problem(told.replace("are 1 streams", "is 1 stream"), str(found), named)


def _named(what: str, found: str, wanted: tuple[str, ...]) -> Iterator[Problem]:
    if wanted and not like(found, wanted):
        told, named = found or "not known", either(wanted)
        yield Problem(f"{what} is {told}, not {named}.", told, named)


def _where(
    one: VideoStream | AudioStream, among: Sequence[VideoStream] | Sequence[AudioStream]
) -> str:
    return f"Stream {one.index}: " if len(among) > 1 else ""


def _close(found: Fraction | None, wanted: Fraction) -> bool:
    return found is not None and abs(found / wanted - 1) <= _CLOSE


def _rate(rate: Fraction | None) -> str:
    if rate is None:
        return "not known"
    return str(rate) if rate.denominator == 1 else f"{float(rate):.3f}"


def _seconds(seconds: Fraction) -> str:
    return f"{float(seconds):.3f}".rstrip("0").rstrip(".") + " s"
