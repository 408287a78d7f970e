"""Names that others chose are told what is wrong with them, and none is an error of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.names import danger, folded


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/etc/passwd", "absolute"),
        ("a/../b", "leads out"),
        ("", "no name"),
        ("a//b", "no name"),
        ("a\x85", "control"),
        ("a\udcff", "no text"),
        ("é" * 128, "255 bytes"),
        ("/".join(["x" * 200] * 6), "1,024 bytes"),
    ],
)
def test_what_is_wrong_everywhere_is_told(name: str, why: str) -> None:
    assert why in danger(name)
    assert why in danger(name, windows=False)


@pytest.mark.parametrize(
    ("name", "why"), [("a:b", "does not allow"), ("a.", "at its end"), ("x/Con.exr", "device")]
)
def test_what_is_wrong_on_windows_is_told_where_that_matters(name: str, why: str) -> None:
    assert why in danger(name)
    assert danger(name, windows=False) == ""


@pytest.mark.parametrize("name", ["a", " a", ".hidden", "a..b", "console", "a/b c/d", "v001.exr"])
def test_other_names_are_safe(name: str) -> None:
    assert danger(name) == ""


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_judged(name: str) -> None:
    assert isinstance(danger(name), str)
    assert "no text" in danger("a\ud800")  # half a character, as JSON may spell it


def test_spellings_that_some_systems_take_for_one_have_one_key() -> None:
    assert folded("Ä.exr") == folded("a\u0308.EXR")
    assert folded("a") != folded("b")
