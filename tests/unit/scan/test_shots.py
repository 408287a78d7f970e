"""A shot's range is what its sequences are held against, where it concerns them at all."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from rushes.core.errors import Code, RushesError
from rushes.frames.missing import missing
from rushes.frames.notation import format_frames, parse_frames
from rushes.model.files import FileSequence, Kind
from rushes.scan.layout import Layout
from rushes.scan.shots import expectations

LAYOUT = Layout(["{show}/{sequence}/{shot}/{task}"])
SHOTS = {"demo/sq010/sh0010": "1001-1010", "demo/sh0020": "1001-1004"}


def sequence(frames: str, folder: str = "demo/sq010/sh0010/comp") -> FileSequence:
    return FileSequence(PurePosixPath(folder), "comp.", ".exr", 4, parse_frames(frames))


def judged(one: FileSequence) -> tuple[str, str]:
    expect = expectations(SHOTS, LAYOUT, source=lambda key: "rushes.toml:7")
    gaps = missing(one, expect(one))
    return format_frames(gaps.missing), gaps.source


def test_a_lost_first_and_last_frame_are_missing_when_the_shot_says_so() -> None:
    assert judged(sequence("1002-1008")) == (
        "1001,1009-1010",
        "shot demo/sq010/sh0010 (rushes.toml:7)",
    )


def test_a_shot_may_be_named_without_its_sequence() -> None:
    lost, source = judged(sequence("1001-1003", "demo/sq030/sh0020/comp/v002"))
    assert (lost, source) == ("1004", "shot demo/sh0020 (rushes.toml:7)")


def test_frames_that_have_nothing_to_do_with_the_range_are_not_held_against_it() -> None:
    assert judged(sequence("1-5")) == ("", "first to last found")
    assert judged(sequence("2001")) == ("", "first to last found")


def test_a_single_frame_inside_the_range_is_a_render_that_lost_the_others() -> None:
    assert judged(sequence("1005"))[0] == "1001-1004,1006-1010"


def test_frames_on_twos_are_held_against_the_range_on_twos() -> None:
    lost, source = judged(sequence("1002-1006x2"))
    assert lost == "1008,1010"
    assert source.endswith(", every 2 frames")


def test_what_belongs_to_no_shot_and_tiles_are_held_against_nothing() -> None:
    assert judged(sequence("1001-1002", "demo"))[1] == "first to last found"
    tiles = FileSequence(
        PurePosixPath("demo/sq010/sh0010/tex"), "a.", ".tx", 4, parse_frames("1001"), Kind.TILES
    )
    assert judged(tiles)[0] == ""


def test_a_range_that_makes_no_sense_is_refused_by_the_shots_name() -> None:
    with pytest.raises(RushesError) as caught:
        expectations({"demo/sh0010": "1001-"}, LAYOUT, source=str)
    assert caught.value.code is Code.SETTINGS_INVALID
    assert "shots.demo/sh0010" in caught.value.message


@pytest.mark.parametrize("key", ["sh0010", "demo/sq010/sh0010/comp", "demo//sh0010", "/sh0010", ""])
def test_a_key_that_can_name_no_shot_is_refused_and_not_passed_over(key: str) -> None:
    with pytest.raises(RushesError) as caught:
        expectations({key: "1001-1100"}, LAYOUT, source=str)
    assert caught.value.code is Code.SETTINGS_INVALID
    assert f"shots.{key}" in caught.value.message
