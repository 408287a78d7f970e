"""Names that others chose are told what is wrong with them, and none is an error of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.names import danger, folded, harmless


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


@given(st.lists(st.text("aC.oOnN1 /\n:$é\x00", max_size=6), max_size=4))
def test_what_is_harmless_together_has_no_danger_one_by_one(paths: list[str]) -> None:
    if harmless(paths):
        assert not any(map(danger, paths))


def test_names_of_a_show_are_harmless_together() -> None:
    paths = ["sq010/sh010/plate v001.1001.exr", ".DS_Store", "a..b", "console/x-1_(2).mov"]
    assert harmless(paths)
    for odd in (
        "con.exr",
        "a/LPT1",
        "a/",
        "a.",
        "a ",
        "../a",
        "a\nb",
        "a:b",
        "x/" * 100 + "x",
        "é",
    ):
        assert not harmless([*paths, odd])


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
