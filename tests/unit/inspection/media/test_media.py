"""Movies and sound made on the fly, probed and measured; the numbers are those of EBU's tests."""

from __future__ import annotations

import json
import os
import wave
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from rushes.core.errors import Code, RushesError
from rushes.inspection.media.facts import Loudness, MediaFacts
from rushes.inspection.media.many import Wanted, probe, probed
from rushes.inspection.media.names import is_media
from rushes.inspection.media.probing import probe_here
from rushes.inspection.media.rows import as_row, from_row
from rushes.testing.media.clip import write_movie

RATE = 48_000


def tone(*parts: tuple[float, float], hertz: float = 1000) -> Any:
    """Parts of a sine: each so many seconds, with peaks at so many dBFS."""
    lengths = [round(seconds * RATE) for seconds, _ in parts]
    levels = np.repeat([10 ** (level / 20) for _, level in parts], lengths)
    return levels * np.sin(2 * np.pi * hertz * np.arange(sum(lengths)) / RATE)


def write_wav(path: Path, channels: Sequence[Any]) -> Path:
    samples = np.clip(np.stack(channels, 1) * 32768, -32768, 32767).round().astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(len(channels))
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return path


def write_sound(path: Path, codec: str, channels: Sequence[Any], layout: str, form: str) -> Path:
    """Sound in another codec, through FFmpeg; `form` is that of the encoder's samples."""
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream(codec, rate=RATE)
        stream.layout, stream.codec_context.format = layout, form
        whole = np.stack(channels, 1)
        if form == "s32":
            data = (np.clip(whole, -1, 1) * (2**31 - 256)).astype(np.int32).reshape(1, -1)
        else:
            data = (np.clip(whole, -1, 1) * 32767).astype(np.int16).reshape(1, -1)
        count = len(channels)
        for at in range(0, len(whole), 4096):
            some = np.ascontiguousarray(data[:, at * count : (at + 4096) * count])
            frame = av.AudioFrame.from_ndarray(some, format=form, layout=layout)
            frame.sample_rate, frame.pts = RATE, at
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def facts(path: Path, *, loudness: bool = False) -> MediaFacts:
    found = probe_here(path, path.name, loudness=loudness)
    assert found.findings == ()
    assert found.facts is not None
    return found.facts


def loudness(path: Path) -> Loudness:
    (stream,) = facts(path, loudness=True).audio
    assert stream.loudness is not None
    return stream.loudness


# EBU Tech 3341, table 1, cases 1 to 5, in stereo: what is heard, and its loudness.
CASES = [
    ([(20, -23)], -23.0),
    ([(20, -33)], -33.0),
    ([(10, -36), (60, -23), (10, -36)], -23.0),
    ([(10, -72), (10, -36), (60, -23), (10, -36), (10, -72)], -23.0),
    ([(20, -26), (20.1, -20), (20, -26)], -23.0),
]


@pytest.mark.parametrize(("parts", "wanted"), CASES)
def test_a_meter_reads_what_ebu_asks_of_one(
    tmp_path: Path, parts: list[tuple[float, float]], wanted: float
) -> None:
    made = tone(*parts)
    told = loudness(write_wav(tmp_path / "tone.wav", [made, made]))
    assert told.integrated == pytest.approx(wanted, abs=0.1)


def test_surround_channels_weigh_more(tmp_path: Path) -> None:
    # EBU Tech 3341, case 6: -28 dBFS left and right, -24 centre, -30 at either side.
    channels = [tone((20, level)) for level in (-28, -28, -24, -30, -30)]
    path = write_sound(tmp_path / "five.wav", "pcm_s16le", channels, "5.0(side)", "s16")
    assert loudness(path).integrated == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(("divisor", "degrees"), [(4, 0), (4, 45), (6, 60), (8, 67.5)])
def test_true_peaks_lie_between_samples(tmp_path: Path, divisor: int, degrees: float) -> None:
    # EBU Tech 3341, cases 15 to 18: half of full scale, +0.2/-0.4 dB; faded, as a step overshoots.
    at = np.arange(RATE)
    made = 0.5 * np.sin(2 * np.pi * at / divisor + np.radians(degrees))
    made *= np.minimum(1, np.minimum(at, RATE - at) / 4800)
    told = loudness(write_wav(tmp_path / "peak.wav", [made, made]))
    assert told.true_peak is not None
    assert -6.4 <= told.true_peak <= -5.8


def test_a_peak_in_the_last_samples_is_seen_and_its_rest_counts_for_nothing(tmp_path: Path) -> None:
    made = tone((2.05, -40))
    made[-20:] = 0.9
    told = loudness(write_wav(tmp_path / "end.wav", [made, made]))
    assert told.true_peak is not None
    assert told.true_peak > -1.5


def test_silence_has_no_loudness_and_no_peak(tmp_path: Path) -> None:
    told = loudness(write_wav(tmp_path / "silence.wav", [np.zeros(RATE)] * 2))
    assert (told.integrated, told.true_peak) == (None, None)


def test_a_movie_tells_its_streams_exactly(tmp_path: Path) -> None:
    path = tmp_path / "clip.mov"
    write_movie(path, [np.zeros((36, 64, 3))] * 12, size=(64, 36))
    told = facts(path)
    (video,) = told.video
    assert (told.container, told.seconds, told.audio) == ("mov", Fraction(1, 2), ())
    assert (video.codec, video.profile, video.pixel_format) == ("prores", "HQ", "yuv422p10le")
    assert (video.width, video.height, video.bits) == (64, 36, 10)
    assert (video.fps, video.frames, video.seconds) == (Fraction(24), 12, Fraction(1, 2))


def test_a_rate_of_television_is_an_exact_fraction_and_its_time_code_is_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "clip.mov"
    with av.open(str(path), "w") as out:
        out.metadata["timecode"] = "01:00:00:00"
        stream: Any = out.add_stream("mpeg4", rate=Fraction(24000, 1001))
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((36, 64, 3), np.uint8), format="rgb24")
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    told = facts(path)
    assert told.video[0].fps == Fraction(24000, 1001)
    assert told.timecode == "01:00:00:00"


def test_sound_tells_channels_rate_and_bits(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", "pcm_s24le", [tone((1, -20))] * 2, "stereo", "s32")
    told = facts(path)
    (audio,) = told.audio
    assert (told.container, told.seconds, told.video) == ("wav", Fraction(1), ())
    assert (audio.codec, audio.sample_rate, audio.channels, audio.bits) == (
        "pcm_s24le",
        48_000,
        2,
        24,
    )


@pytest.mark.parametrize(("codec", "form", "bits"), [("flac", "s16", 16), ("flac", "s32", 24)])
def test_flac_tells_its_bits(tmp_path: Path, codec: str, form: str, bits: int) -> None:
    path = write_sound(tmp_path / "a.flac", codec, [tone((1, -20))] * 2, "stereo", form)
    assert facts(path).audio[0].bits == bits


def test_facts_come_back_from_their_row(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "tone.wav", [tone((1, -20))])
    found = probe_here(path, path.name, loudness=True)
    assert from_row(json.loads(json.dumps(as_row(found)))) == found
    damaged = probe_here(damage(path, 500), path.name, loudness=True)
    assert from_row(json.loads(json.dumps(as_row(damaged)))) == damaged


def damage(path: Path, size: int) -> Path:
    os.truncate(path, size)
    return path


def rules(path: Path) -> list[str]:
    return [one.rule for one in probe(path).findings]


def test_what_is_wrong_with_a_file_is_a_finding(tmp_path: Path) -> None:
    movie = tmp_path / "cut.mov"
    write_movie(movie, [np.zeros((36, 64, 3))] * 12, size=(64, 36))
    renamed = tmp_path / "renamed.mxf"
    renamed.write_bytes(movie.read_bytes())
    empty = tmp_path / "empty.wav"
    empty.touch()
    sound = damage(write_wav(tmp_path / "cut.wav", [tone((1, -20))]), 5000)
    assert rules(damage(movie, movie.stat().st_size - 100)) == ["media.cut", "media.unreadable"]
    assert rules(sound) == ["media.cut"]
    assert rules(renamed) == ["media.unreadable"]
    assert rules(empty) == ["media.unreadable"]


def test_a_whole_file_of_any_kind_is_not_cut(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "whole.wav", [tone((1, -20))])
    path.write_bytes(path.read_bytes() + b"more after the end")
    assert facts(path).audio


def test_a_file_that_is_gone_is_an_error_and_the_others_are_probed(tmp_path: Path) -> None:
    there = write_wav(tmp_path / "there.wav", [tone((1, -20))])
    gone = tmp_path / "gone.wav"
    told = dict(probed((one.name, Wanted(one, one.name)) for one in (there, gone)))
    error = told["gone.wav"]
    assert isinstance(error, RushesError)
    assert error.code is Code.PATH_NOT_FOUND
    assert not isinstance(told["there.wav"], RushesError)
    with pytest.raises(RushesError):
        probe(gone)


def test_a_file_that_takes_too_long_is_a_finding(tmp_path: Path) -> None:
    pipe = tmp_path / "never.wav"
    os.mkfifo(pipe)
    ((_, told),) = probed([(0, Wanted(pipe, "never.wav"))], timeout=0.5)
    assert not isinstance(told, RushesError)
    assert "longer than 0.5 s" in told.findings[0].message


@pytest.mark.parametrize("name", ["a.mov", "A.MXF", "b.wav", "c.m4a"])
def test_media_are_told_by_their_names(name: str) -> None:
    assert is_media(name)
    assert not is_media(f"{name}.txt")
    assert not is_media("plate.1001.exr")
