"""Ends of sentences become whole ones, and what they quote stays as it is."""

from __future__ import annotations

import pytest

from rushes.core.sentence import sentence


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("its size differs", "Its size differs."),
        ("two-sided, as it is", "Two-sided, as it is."),
        ("nightjar/sq010/a.exr cannot be written", "nightjar/sq010/a.exr cannot be written."),
        ("delivery_path is empty", "delivery_path is empty."),
        ("sh010 is unknown", "sh010 is unknown."),
        ("", ""),
    ],
)
def test_only_words_get_a_capital(said: str, whole: str) -> None:
    assert sentence(said) == whole
