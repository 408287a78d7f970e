"""Sizes as people read and write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.errors import Code, RushesError
from rushes.core.units import human_bytes, parse_bytes


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KB"),
        (512 * 1024**2, "512.0 MB"),
        (-1536, "-1.5 KB"),
        (1024**2 - 1, "1.0 MB"),
        (5000 * 1024**5, "5000.0 PB"),
    ],
)
def test_sizes_have_one_decimal_from_kilobytes_upwards(size: int, text: str) -> None:
    assert human_bytes(size) == text


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("123", 123),
        ("500 MB", 500 * 1024**2),
        ("1.5GiB", 1536 * 1024**2),
        (" 2t ", 2 * 1024**4),
        ("7 B", 7),
        ("9007199254740993", 9007199254740993),
        ("9007199254740993 KB", 9007199254740993 * 1024),
    ],
)
def test_sizes_are_read_in_powers_of_1024_to_the_byte(text: str, size: int) -> None:
    assert parse_bytes(text) == size


@pytest.mark.parametrize("text", ["", "MB", "-1 GB", "1,5 GB", "1e9", "12 parsecs", "٣ MB", "5 iB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(RushesError) as caught:
        parse_bytes(text)
    assert caught.value.code is Code.SETTINGS_INVALID


@given(st.integers(min_value=0, max_value=10**18))
def test_what_is_written_is_read_as_nearly_the_same(size: int) -> None:
    assert parse_bytes(human_bytes(size)) == pytest.approx(size, rel=0.05)
