"""A fingerprint changes when any part does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rushes.core.digest import fingerprint

parts = st.lists(st.text(max_size=5), max_size=4)


@given(parts, parts)
def test_two_lists_of_parts_have_one_fingerprint_only_when_they_are_the_same(
    one: list[str], other: list[str]
) -> None:
    assert (fingerprint(*one) == fingerprint(*other)) is (one == other)


def test_it_is_16_hexadecimal_digits_whatever_the_parts() -> None:
    told = fingerprint("caf\udce9", 12, None)
    assert len(told) == 16
    int(told, 16)


def test_parts_that_run_into_one_another_differ() -> None:
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
    assert fingerprint("a\0", "b") != fingerprint("a", "\0b")
