"""Which frames are called short, and which sizes are nobody's business."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.scan.short import short, suspected


def told(sizes: list[int]) -> list[int]:
    least = min(sizes)
    return short(sizes) if not least or suspected(sizes, sum(sizes), least) else []


def test_a_truncated_frame_among_uncompressed_ones_is_short() -> None:
    sizes = [8_000_000] * 100
    sizes[37] = 5_000_000
    assert told(sizes) == [37]


@pytest.mark.parametrize("at", [0, 1, 50, 99])
def test_a_truncated_frame_among_compressed_ones_is_short_wherever_it_is(at: int) -> None:
    random = Random(at)
    sizes = [random.randint(900_000, 1_100_000) for _ in range(100)]
    sizes[at] = 150_000
    assert told(sizes) == [at]


@pytest.mark.parametrize("seed", range(20))
def test_sizes_that_vary_as_compression_does_are_not_short(seed: int) -> None:
    random = Random(seed)
    sizes = [int(random.gauss(1_000_000, 120_000)) for _ in range(200)]
    assert told(sizes) == []


def test_a_fade_from_black_is_not_short() -> None:
    assert told([10_000 * (frame + 1) for frame in range(24)] + [240_000] * 100) == []
    assert told([2_000] * 8 + [1_000_000] * 92) == []


def test_a_cut_to_a_simpler_image_is_not_short() -> None:
    assert told([1_000_000] * 60 + [200_000] * 40) == []


def test_frames_on_twos_are_not_short() -> None:
    assert told([1_000_000, 100_000] * 30) == []


@given(
    st.lists(st.integers(1, 60) | st.integers(900, 1100), min_size=5, max_size=90),
    st.sampled_from([1, 10, 300, 700, 8000]),
)
def test_what_is_not_suspected_is_not_short(sizes: list[int], scale: int) -> None:
    sizes = [size + scale for size in sizes]
    if not suspected(sizes, sum(sizes), min(sizes)):
        assert short(sizes) == []


def test_one_frame_just_below_nine_tenths_of_the_others_is_short() -> None:
    assert told([404, 404, 358, 404, 404]) == [2]


def test_too_few_frames_tell_nothing() -> None:
    assert told([1000, 1000, 1, 1000]) == []


def test_five_frames_are_enough() -> None:
    assert told([1000, 1010, 100, 1005, 1003]) == [2]


def test_empty_frames_are_another_matter() -> None:
    assert short([0, 1000, 1000, 1000, 1000, 1000, 100]) == [6]


def test_a_few_bytes_less_in_a_header_are_not_short() -> None:
    assert told([1_000_000 - (frame < 9) for frame in range(99)]) == []
