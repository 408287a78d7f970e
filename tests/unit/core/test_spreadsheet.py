"""What a spreadsheet would calculate is text to it, and all other text stays as it is."""

from __future__ import annotations

import pytest

from rushes.core.spreadsheet import guarded


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_begins_like_a_formula_is_quoted(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "beauty.1001.exr", "a=1", "'quoted", " =1"])
def test_all_else_stays(text: str) -> None:
    assert guarded(text) == text
