"""Frame sets and patterns are read and written the way people write them."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rushes.core.errors import Code, RushesError
from rushes.frames.notation import (
    Pattern,
    Style,
    format_frames,
    format_pattern,
    parse_frames,
    parse_pattern,
)
from rushes.model.frames import FrameRange, FrameSet

_frames = st.sets(st.integers(-200, 12000), min_size=1, max_size=40).map(FrameSet.of)
_text = st.text(st.sampled_from("ab_.- é\n0123456789vV"), max_size=8)


@given(_frames, st.integers(0, 6))
def test_frames_come_back_as_they_were_written(frames: FrameSet, padding: int) -> None:
    assert parse_frames(format_frames(frames, padding=padding)) == frames


@given(_frames, st.integers(1, 3))
def test_subframes_come_back_as_they_were_written(frames: FrameSet, digits: int) -> None:
    text = format_frames(frames, subframe_digits=digits)
    assert parse_frames(text, subframe_digits=digits) == frames


@settings(deadline=None)
@given(
    head=_text,
    tail=st.just("") | _text.map(lambda text: f".{text.replace(' ', '')}x"),
    padding=st.integers(1, 9),
    frames=st.none() | _frames,
    style=st.sampled_from(Style),
)
def test_patterns_come_back_as_they_were_written(
    head: str, tail: str, padding: int, frames: FrameSet | None, style: Style
) -> None:
    pattern = Pattern(head, padding, tail, frames)
    assert parse_pattern(format_pattern(pattern, style=style)) == pattern


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("1001", [1001]),
        ("1001-1003", [1001, 1002, 1003]),
        ("1001-1005x2,1060", [1001, 1003, 1005, 1060]),
        ("-10--8", [-10, -9, -8]),
        ("-1-1", [-1, 0, 1]),
        ("-5", [-5]),
        ("0001-0003", [1, 2, 3]),
        (" 3 , 1 ", [1, 3]),
        ("1-5,3-8", list(range(1, 9))),
        ("1-6X2,2-6x2", [1, 2, 3, 4, 5, 6]),
        ("1-10x100", [1]),
        ("7-7", [7]),
    ],
)
def test_frame_sets_are_read(text: str, frames: list[int]) -> None:
    assert list(parse_frames(text)) == frames


@pytest.mark.parametrize(
    ("frames", "text"),
    [
        ([], ""),
        ([1001], "1001"),
        ([1001, 1002], "1001-1002"),
        ([1001, 1003], "1001,1003"),
        ([1001, 1003, 1005, 1060], "1001-1005x2,1060"),
        ([-10, -9, -8], "-10--8"),
        ([-10, *range(-5, 6)], "-10,-5-5"),
    ],
)
def test_frame_sets_are_written(frames: list[int], text: str) -> None:
    assert format_frames(FrameSet.of(frames)) == text


def test_padding_does_not_count_the_sign() -> None:
    assert format_frames(FrameSet.of([-1, 0, 1]), padding=4) == "-0001-0001"


def test_subframes_are_written_with_their_point() -> None:
    frames = FrameSet.of([100100, 100125, 100150, -25])
    text = format_frames(frames, padding=4, subframe_digits=2)
    assert text == "-0000.25,1001.00-1001.50x0.25"
    assert parse_frames("1001-1002x0.25", subframe_digits=2) == parse_frames(
        "1001.00,1001.25,1001.50,1001.75,1002", subframe_digits=2
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ",", "1,,2", "1-", "-", "--1", "1--", "a", "1001-b", "1-2-3", "5x2", "1-5x"),
        *(
            "1-5x0",
            "1-5x-2",
            "5-1",
            "1..5",
            "1.5",
            "1-5:2",
            "1-5y2",
            "0x10",
            "1_000",
            "１-５",
            "1\n2",
        ),
        *("1-10000000000", "99999999999999999999999", "1 - 5 - 7", "%04d", "1-5\x00"),
    ],
)
def test_nonsense_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(RushesError) as caught:
        parse_frames(text)
    assert caught.value.code is Code.NOTATION_INVALID
    assert caught.value.hint
    caught.value.message.encode("ascii")


@given(st.text("0123456789-x, .:", max_size=20) | st.text(max_size=20))
def test_any_text_is_frames_or_a_clean_refusal(text: str) -> None:
    with suppress(RushesError):
        assert parse_frames(text)


def test_huge_ranges_are_never_counted_out() -> None:
    assert parse_frames("1-999999999").runs == (FrameRange(1, 999_999_999),)
    assert len(parse_frames("1-999999999x3,5000000")) == 333_333_334
    with pytest.raises(RushesError, match="too many frames"):
        parse_frames("1-999999999x2,2-999999999x3")


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("name.%04d.exr", Pattern("name.", 4, ".exr")),
        ("name.%d.exr", Pattern("name.", 1, ".exr")),
        ("name.####.exr", Pattern("name.", 4, ".exr")),
        ("name.#.exr", Pattern("name.", 1, ".exr")),
        ("name.$F4.exr", Pattern("name.", 4, ".exr")),
        ("name.$F.exr", Pattern("name.", 1, ".exr")),
        ("name.${F4}b.exr", Pattern("name.", 4, "b.exr")),
        ("name_%04d", Pattern("name_", 4, "")),
        ("#1/na#me".replace("#me", "me.##.exr"), Pattern("#1/name.", 2, ".exr")),
        ("name.<UDIM>.tx", Pattern("name.", 4, ".tx", tiles=True)),
        ("name.%(UDIM)d.tx", Pattern("name.", 4, ".tx", tiles=True)),
        ("sim.%04d.%02d.vdb", Pattern("sim.", 4, ".vdb", subframe_digits=2)),
        ("a b.%04d.exr 1-3x2,7", Pattern("a b.", 4, ".exr", FrameSet.of([1, 3, 7]))),
        ("plate.####.exr -2-1", Pattern("plate.", 4, ".exr", FrameSet.of([-2, -1, 0, 1]))),
    ],
)
def test_patterns_are_read(text: str, pattern: Pattern) -> None:
    assert parse_pattern(text) == pattern


@pytest.mark.parametrize(
    "text",
    [
        *("", "name.exr", "name.1001.exr", "%04d.%d.exr", "a.####.##.exr", "a.$FF.exr", "a.%00d"),
        *("a.%99d", "a.##########.exr", "%V.exr", "a.%04d.exr 1-", "a.%4d.exr", "x.%04d/y.exr"),
    ],
)
def test_a_pattern_without_one_frame_number_is_refused(text: str) -> None:
    with pytest.raises(RushesError) as caught:
        parse_pattern(text)
    assert caught.value.code is Code.NOTATION_INVALID
    assert caught.value.hint


def test_views_stand_for_left_and_right() -> None:
    left, right = parse_pattern("%V/plate_%v.%04d.exr 1001-1010").views()
    assert (left.head, right.head) == ("left/plate_l.", "right/plate_r.")
    assert left.frames == right.frames == parse_frames("1001-1010")
    alone = parse_pattern("plate.%04d.exr")
    assert alone.views() == (alone,)


def test_each_style_has_its_own_token() -> None:
    pattern = Pattern("a.", 4, ".exr", FrameSet.of([1, 2]))
    assert [format_pattern(pattern, style=style) for style in Style] == [
        "a.%04d.exr 1-2",
        "a.####.exr 1-2",
        "a.$F4.exr 1-2",
    ]
    assert format_pattern(Pattern("a.", 1, ".exr")) == "a.%d.exr"
    assert format_pattern(Pattern("a.", 4, ".tx", tiles=True), style=Style.HASHES) == "a.<UDIM>.tx"


def test_subframes_have_no_other_style_than_printf() -> None:
    pattern = Pattern("a.", 4, ".vdb", subframe_digits=2)
    assert format_pattern(pattern) == "a.%04d.%02d.vdb"
    with pytest.raises(RushesError, match="Subframes"):
        format_pattern(pattern, style=Style.HASHES)
