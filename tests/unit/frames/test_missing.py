"""Frames are missing against what ought to be there, and the answer says against what."""

from pathlib import PurePosixPath

import pytest

from rushes.core.errors import Code, RushesError
from rushes.frames.missing import FOUND, Expectation, missing
from rushes.frames.notation import format_frames, parse_expected, parse_frames
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet


def sequence(frames: str, *, kind: Kind = Kind.FRAMES, digits: int = 0) -> FileSequence:
    found = parse_frames(frames, subframe_digits=digits) if frames else FrameSet()
    return FileSequence(PurePosixPath("."), "a.", ".exr", 4, found, kind, digits)


def expected(frames: str) -> Expectation:
    return Expectation(parse_frames(frames), "shot sh010 (rushes.toml)")


def lost(frames: str, expectation: Expectation | None = None) -> str:
    return format_frames(missing(sequence(frames), expectation).missing)


def test_without_an_expectation_gaps_are_told_from_first_to_last_found() -> None:
    gaps = missing(sequence("1001-1010,1012-1020"), None)
    assert format_frames(gaps.missing) == "1011"
    assert gaps.source == FOUND
    assert format_frames(gaps.expected) == "1001-1020"
    assert not gaps.extra


def test_a_lost_last_frame_is_missing_when_the_shot_says_so() -> None:
    gaps = missing(sequence("1001-1099"), expected("1001-1100"))
    assert format_frames(gaps.missing) == "1100"
    assert gaps.source == "shot sh010 (rushes.toml)"
    assert lost("1001-1099") == ""


def test_lost_first_frames_are_missing_too() -> None:
    assert lost("1003-1100", expected("1001-1100")) == "1001-1002"


def test_frames_outside_the_expectation_are_extra() -> None:
    gaps = missing(sequence("993-1108"), expected("1001-1100"))
    assert not gaps.missing
    assert format_frames(gaps.extra) == "993-1000,1101-1108"


def test_steps_are_recognised() -> None:
    gaps = missing(sequence("1001-1099x2"), None)
    assert not gaps.missing
    assert gaps.source == "first to last found, every 2 frames"
    assert lost("1001-1049x2,1053-1099x2") == "1051"
    assert lost("1001-1041x10") == ""


@pytest.mark.parametrize(
    "frames", ["1001-1009x2,1010", "1001,1003,1004,1006,1008", "1001,1002,1100"]
)
def test_a_frame_off_the_step_makes_it_no_step(frames: str) -> None:
    gaps = missing(sequence(frames), None)
    assert gaps.source == FOUND
    assert len(gaps.missing) + len(parse_frames(frames)) == len(gaps.expected)
    assert gaps.expected.runs[0].step == 1


def test_two_frames_are_never_a_step() -> None:
    assert lost("1001,1005") == "1002-1004"


def test_a_step_does_not_excuse_frames_that_were_asked_for() -> None:
    assert lost("1001-1009x2", expected("1001-1009")) == "1002-1008x2"
    assert lost("1001-1009x2", expected("1001-1009x2")) == ""


@pytest.mark.parametrize("kind", [Kind.TILES, Kind.FILE])
def test_tiles_and_single_files_never_miss_any(kind: Kind) -> None:
    frames = "1001,1011" if kind is Kind.TILES else ""
    gaps = missing(sequence(frames, kind=kind), expected("1001-1100"))
    assert not gaps.missing
    assert not gaps.extra


def test_a_lone_frame_is_held_against_the_range_only_inside_it() -> None:
    assert lost("1050", expected("1001-1100")) == "1001-1049,1051-1100"
    gaps = missing(sequence("1"), expected("1001-1100"))
    assert not gaps.missing
    assert not gaps.extra
    assert gaps.source == FOUND


def test_several_frames_outside_the_range_are_all_wrong() -> None:
    gaps = missing(sequence("1-3"), expected("1001-1003"))
    assert format_frames(gaps.missing) == "1001-1003"
    assert format_frames(gaps.extra) == "1-3"


def test_negative_frames_miss_like_any_other() -> None:
    assert lost("-5--3,-1-2") == "-2"


def test_subframes_miss_their_own_step() -> None:
    found = sequence("1001.00-1002.75x0.25,1003.25-1004.00x0.25", digits=2)
    gaps = missing(found, None)
    assert format_frames(gaps.missing, subframe_digits=2) == "1003.00"
    assert gaps.source == "first to last found, every 0.25 frames"


def test_an_expectation_of_whole_frames_is_content_with_subframes_between() -> None:
    found = sequence("1001.00-1002.00x0.50,1002.50", digits=2)
    gaps = missing(found, expected("1001-1003"))
    assert format_frames(gaps.missing, subframe_digits=2) == "1003.00"
    assert not gaps.extra


def subframes(frames: str, wanted: str, *, digits: int = 2) -> tuple[str, str, str]:
    frames_, of = parse_expected(wanted)
    gaps = missing(sequence(frames, digits=digits), Expectation(frames_, "--expect", of))
    missed = format_frames(gaps.missing, subframe_digits=digits)
    return missed, format_frames(gaps.extra, subframe_digits=digits), gaps.source


@pytest.mark.parametrize(
    ("found", "wanted", "missed", "extra"),
    [
        # A subframe is lost in the middle, in the last frame, with its whole frame, in both.
        ("1001.00-1002.25x0.25,1002.75-1004.75x0.25", "1001-1004", "1002.50", ""),
        ("1001.00-1004.25x0.25,1004.75", "1001-1004", "1004.50", ""),
        ("1001.00-1002.75x0.25,1003.25-1004.00x0.25", "1001-1004", "1003.00", ""),
        ("1001.00-1002.00x0.25,1003.00-1004.00x0.25", "1001-1004", "1002.25-1002.75x0.25", ""),
        # The last frame's subframes count as far as they are found, and no further.
        ("1001.00-1004.75x0.25", "1001-1004", "", ""),
        ("1001.00-1004.00x0.25", "1001-1004", "", ""),
        ("1001.00-1003.75x0.25", "1001-1004", "1004.00", ""),
        ("1000.75-1004.00x0.25", "1001-1004", "", "1000.75"),
        ("1001.00-1005.00x0.25", "1001-1004", "", "1005.00"),
        # Whole frames alone say nothing of subframes.
        ("1001.00-1004.00x1.00", "1001-1004", "", ""),
        # Every second frame, with its subframes.
        ("1001.00,1001.25,1001.50,1001.75,1003.00,1003.25", "1001-1003x2", "", ""),
        ("1001.00,1001.25,1001.75,1003.00,1003.25", "1001-1003x2", "1001.50", ""),
        # Subframes beside the whole frames: both are expected.
        ("1001.10-1003.85x0.25", "1001-1003", "1001.00-1003.00x1.00", ""),
        ("1001.00-1003.00x0.40", "1001-1003", "1002.00", ""),
    ],
)
def test_a_range_of_whole_frames_holds_the_subframes_on_the_step_found(
    found: str, wanted: str, missed: str, extra: str
) -> None:
    assert subframes(found, wanted)[:2] == (missed, extra)


def test_the_step_found_is_told_with_what_was_expected() -> None:
    *_, source = subframes("1001.00-1002.25x0.25,1002.75-1004.75x0.25", "1001-1004")
    assert source == "--expect, every 0.25 frames"


@pytest.mark.parametrize(
    ("found", "wanted", "missed", "extra"),
    [
        ("1001.00-1002.25x0.25,1002.75-1004.75x0.25", "1001.00-1004.75x0.25", "1002.50", ""),
        ("1001.00-1004.50x0.25", "1001.00-1004.75x0.25", "1004.75", ""),
        ("1001.00-1004.75x0.25", "1001.00-1004.50x0.50", "", "1001.25-1004.75x0.50"),
        ("1001.00-1004.00x1.00", "1001.0-1002.0x0.5", "1001.50", "1003.00,1004.00"),
    ],
)
def test_expected_subframes_are_all_there_is_to_be(
    found: str, wanted: str, missed: str, extra: str
) -> None:
    assert subframes(found, wanted) == (missed, extra, "--expect")


def test_whole_frames_are_held_against_the_whole_ones_of_expected_subframes() -> None:
    assert subframes("1001-1003", "1001.00-1004.75x0.25", digits=0)[0] == "1004"
    assert subframes("1002-1003", "1001.50-1002.50x0.50", digits=0)[:2] == ("", "1003")


def test_subframes_that_a_sequence_cannot_name_are_refused() -> None:
    assert subframes("1001.0-1002.0x0.5", "1001.00-1002.00x0.50", digits=1)[0] == ""
    with pytest.raises(RushesError, match="2 digits behind the point") as caught:
        subframes("1001.0-1002.0x0.5", "1001.00-1002.00x0.25", digits=1)
    assert caught.value.code is Code.NOTATION_INVALID


def test_steps_of_millions_of_frames_with_subframes_are_refused() -> None:
    with pytest.raises(RushesError, match="too many frames"):
        subframes("1001.00-1004.75x0.25", "1-999999999x2")
    assert subframes("1001.00-1004.75x0.25", "1001-999999999")[0].startswith("1005.00-")


def test_millions_of_missing_frames_cost_nothing() -> None:
    gaps = missing(sequence("1-3,999999999"), None)
    assert len(gaps.missing) == 999_999_995
