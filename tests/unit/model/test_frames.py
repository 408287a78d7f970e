"""Frame sets behave like Python's sets of numbers, however long they are."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.model.frames import FrameRange, FrameSet

_numbers = st.sets(st.integers(-40, 60), max_size=60)
_ranges = st.lists(
    st.builds(
        lambda first, count, step: FrameRange(first, first + count * step, step),
        st.integers(-60, 60),
        st.integers(0, 20),
        st.integers(1, 7),
    ),
    max_size=6,
)


def _is_canonical(frames: FrameSet) -> bool:
    apart = all(a.last < b.first for a, b in zip(frames.runs, frames.runs[1:], strict=False))
    return apart and frames == FrameSet.of(list(frames))


@given(_numbers)
def test_a_set_holds_exactly_the_frames_it_was_made_of(numbers: set[int]) -> None:
    frames = FrameSet.of(numbers)
    assert list(frames) == sorted(numbers)
    assert len(frames) == len(numbers)
    assert {n for n in range(-45, 65) if n in frames} == numbers


@given(_ranges)
def test_ranges_join_to_the_union_of_their_frames(ranges: list[FrameRange]) -> None:
    joined = FrameSet.joined(ranges)
    assert list(joined) == sorted({frame for one in ranges for frame in one})
    assert _is_canonical(joined)


@given(_ranges, _ranges)
def test_the_operators_equal_those_of_python_sets(
    left: list[FrameRange], right: list[FrameRange]
) -> None:
    one, other = FrameSet.joined(left), FrameSet.joined(right)
    for result, wanted in (
        (one - other, set(one) - set(other)),
        (one | other, set(one) | set(other)),
        (one & other, set(one) & set(other)),
    ):
        assert list(result) == sorted(wanted)
        assert _is_canonical(result)


@given(_numbers)
def test_equal_sets_are_equal_values_whichever_way_they_were_made(numbers: set[int]) -> None:
    one_by_one = FrameSet()
    for number in numbers:
        one_by_one |= FrameSet.of([number])
    assert one_by_one == FrameSet.of(numbers)
    assert hash(one_by_one) == hash(FrameSet.of(numbers))


def test_a_whole_run_is_one_range() -> None:
    assert FrameSet.of(range(1001, 1101)).runs == (FrameRange(1001, 1100),)


def test_every_second_frame_is_one_range_with_a_step() -> None:
    assert FrameSet.of(range(1001, 1101, 2)).runs == (FrameRange(1001, 1099, 2),)


def test_two_frames_apart_are_no_step() -> None:
    assert FrameSet.of([1001, 1003]).runs == (FrameRange(1001, 1001), FrameRange(1003, 1003))


def test_huge_ranges_are_never_counted_out() -> None:
    huge = FrameSet((FrameRange(1, 10**15),))
    hole = FrameSet.of([10**9])
    assert len(huge - hole) == 10**15 - 1
    assert (huge - hole) | hole == huge
    thirds = FrameSet((FrameRange(3, 10**15, 3),))
    halves = FrameSet((FrameRange(2, 10**15, 2),))
    assert (thirds & halves).runs == (FrameRange(6, 10**15, 6),)
    assert thirds | huge == huge
    assert len(huge - halves) == 10**15 // 2
    assert 10**15 in huge


def test_the_step_is_the_distance_most_neighbours_keep() -> None:
    assert FrameSet.of([1001, 1003, 1005, 1009, 1011]).step == 2
    assert FrameSet.of([1001, 1002, 1100]).step == 1
    assert FrameSet.of([1001, 1011]).step == 1
    assert FrameSet.of([]).step == 1
    assert FrameSet.of(range(1, 30, 7)).step == 7


def test_an_empty_set_has_no_first_and_no_last_frame() -> None:
    with pytest.raises(ValueError, match="first"):
        _ = FrameSet().first
    with pytest.raises(ValueError, match="last"):
        _ = FrameSet().last
    assert not FrameSet()
    assert FrameSet.of([]) == FrameSet()


def test_a_range_ends_on_a_frame_its_step_reaches() -> None:
    assert FrameRange(1, 10, 4) == FrameRange(1, 9, 4)
    assert FrameRange(1, 3, 4) == FrameRange(1, 1)
    assert 5 in FrameRange(1, 9, 4)
    assert 6 not in FrameRange(1, 9, 4)


@pytest.mark.parametrize(("first", "last", "step"), [(2, 1, 1), (1, 2, 0), (1, 2, -1)])
def test_a_range_of_no_frames_is_refused(first: int, last: int, step: int) -> None:
    with pytest.raises(ValueError, match="no frames"):
        FrameRange(first, last, step)


def test_a_set_travels_between_processes() -> None:
    frames = FrameSet.of([1, 2, 3, 7])
    assert pickle.loads(pickle.dumps(frames)) == frames
