"""A reel holds what it was given: every frame, its colours, time code and chapters, or nothing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.errors import Code, RushesError
from rushes.inspection.reel import codecs
from rushes.inspection.reel.encoding import Chapter, ReelForm, encoding
from rushes.inspection.reel.proving import prove
from rushes.inspection.reel.timecode import nominal, timecode
from rushes.ports.progress import Silent

EVERY = [(name, kind) for name, one in codecs.CODECS.items() for kind in one.containers]
CHAPTERS = [Chapter("sq010 / sh0010 comp v001", 0, 3), Chapter("sq010 / sh0020 comp v002", 4, 9)]
COLOUR = (200, 40, 90)


def form(codec: str = "h264", container: str = "mov") -> ReelForm:
    """A small one."""
    return ReelForm(container, codecs.CODECS[codec], 256, 144, Fraction(24000, 1001), "Nightjar")


def write(place: Path, made: ReelForm, *, frames: int = 10) -> Path:
    """A reel of one colour, darker from frame to frame."""
    with encoding(place, made, CHAPTERS) as movie:
        for at in range(frames):
            pixels = np.empty((made.height, made.width, 3), np.uint8)
            pixels[:] = [part * (frames - at) // frames for part in COLOUR]
            movie.add(pixels.tobytes())
    return place


@pytest.mark.parametrize(("codec", "container"), EVERY)
def test_a_reel_holds_its_frames_time_code_and_chapters(
    tmp_path: Path, codec: str, container: str
) -> None:
    made = form(codec, container)
    place = write(tmp_path / "reel.part", made)
    prove(place, made, 10, Silent())
    with av.open(str(place), format="mov") as file:
        video = file.streams.video[0]
        assert video.average_rate == Fraction(24000, 1001)
        assert video.metadata["timecode"] == "01:00:00:00"
        assert file.metadata["title"] == "Nightjar"
        chapters = file.chapters()
        assert [one["metadata"]["title"] for one in chapters] == [one.name for one in CHAPTERS]
        first = next(file.decode(video=0))
        assert first.colorspace == 1  # BT.709, as its numbers are
        shown = first.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()
    assert np.abs(shown.astype(int) - COLOUR).max() <= 4


@pytest.mark.parametrize(("codec", "container"), EVERY)
def test_a_reel_made_twice_is_the_same(tmp_path: Path, codec: str, container: str) -> None:
    made = form(codec, container)
    first, second = (write(tmp_path / name, made).read_bytes() for name in "ab")
    assert first == second


def written_on(at: int, made: ReelForm) -> bytes:
    """Frame `at` of a reel whose pictures have detail, each held for some frames, as a slate is."""
    detail = np.random.default_rng(at // 12).integers(0, 256, (made.height // 8, made.width // 8))
    return np.repeat(np.kron(detail, np.ones((8, 8)))[..., None], 3, axis=2).astype("u1").tobytes()


def detailed(place: Path, codec: codecs.Codec) -> bytes:
    """A reel of such frames, as bytes."""
    made = ReelForm("mov", codec, 160, 96, Fraction(24))
    with encoding(place, made, ()) as movie:
        for at in range(36):
            movie.add(written_on(at, made))
    return place.read_bytes()


def test_h264_weighs_no_block_by_what_comes_after_it(tmp_path: Path) -> None:
    # That is what comes out differently by what was in memory before; rarely, so it is no use to
    # try often. Turned off once more, it must change nothing.
    h264 = codecs.CODECS["h264"]
    without = replace(h264, options={**h264.options, "x264-params": "mbtree=0"})
    assert detailed(tmp_path / "a", h264) == detailed(tmp_path / "b", without)


def test_a_reel_that_lost_frames_is_no_reel(tmp_path: Path) -> None:
    made = form()
    place = write(tmp_path / "reel.mov", made)
    with pytest.raises(RushesError, match="11 frames were written, and 10 are in it"):
        prove(place, made, 11, Silent())
    place.write_bytes(place.read_bytes()[:-200])
    with pytest.raises(RushesError, match="came out wrong") as caught:
        prove(place, made, 10, Silent())
    assert caught.value.code is Code.WRITE_FAILED


@pytest.mark.parametrize("place", ["no/reel.mov", "/dev/full"])
def test_a_reel_that_cannot_be_written_says_so(tmp_path: Path, place: str) -> None:
    with pytest.raises(RushesError, match="could not be written") as caught:
        write(tmp_path / place, form("dnxhr"), frames=40)
    assert caught.value.code is Code.WRITE_FAILED


@pytest.mark.parametrize(
    ("codec", "container", "size", "words"),
    [
        ("prores", "mp4", (256, 144), "prores goes into .mov"),
        ("h264", "mov", (255, 144), "must be even"),
        ("dnxhr", "mov", (128, 72), "no pictures below 256"),
    ],
)
def test_what_cannot_be_encoded_is_refused_before_any_work(
    codec: str, container: str, size: tuple[int, int], words: str
) -> None:
    with pytest.raises(RushesError, match=words) as caught:
        codecs.check(codecs.CODECS[codec], container, size)
    assert caught.value.code is Code.USAGE


@pytest.mark.parametrize("name", ["reel.avi", "reel", "mov", ".", "reel.mov.txt"])
def test_only_names_of_movies_are_reels(name: str) -> None:
    with pytest.raises(RushesError, match="neither"):
        codecs.container_of(name)
    assert codecs.container_of("A.MP4") == "mp4"


def test_time_code_counts_whole_frames_of_the_nominal_rate() -> None:
    assert timecode(0, Fraction(24)) == "01:00:00:00"
    assert timecode(23, Fraction(24000, 1001)) == "01:00:00:23"
    assert timecode(24, Fraction(24000, 1001)) == "01:00:01:00"
    assert timecode(60 * 60 * 25 * 23, Fraction(25)) == "00:00:00:00"


@given(st.integers(0, 10**7), st.fractions(1, 120))
def test_time_code_never_repeats_from_one_frame_to_the_next(frame: int, fps: Fraction) -> None:
    now, after = timecode(frame, fps), timecode(frame + 1, fps)
    assert now != after or nominal(fps) == 0
    assert len(now) == 11 or nominal(fps) > 99
