"""Unsafe names are told as such."""

from __future__ import annotations

import pytest

from rushes.tracking.naming_safety import danger


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "empty"),
        ("/etc/passwd", "absolute"),
        ("a/../b", "leads out"),
        ("..", "leads out"),
        ("a//b", "no name"),
        ("./a", "no name"),
        ("a/", "no name"),
        ("a\0b", "control"),
        ("a\x7f", "control"),
        ("a\x85", "control"),
        ("a\u2028b", "control"),
        ("a\udcff", "no text"),
        ("a\\b", "does not allow"),
        ("C:", "does not allow"),
        ("a.", "at its end"),
        ("a /b", "at its end"),
        (" a", "begins with a space"),
        ("a/ b", "begins with a space"),
        ("con", "device"),
        ("Con.tar.gz", "device"),
        ("x/nul.exr", "device"),
        ("com1 .exr", "device"),
        ("COM²", "device"),
        ("é" * 128, "255 bytes"),
        ("/".join(["x" * 200] * 21), "4,095 bytes"),
    ],
)
def test_a_dangerous_name_is_told_why(name: str, why: str) -> None:
    assert why in danger(name)


@pytest.mark.parametrize(
    "name", ["a", "é" * 127, ".hidden", "a..b", "console", "com10", "conx.exr", "a/b c/d", "v001"]
)
def test_other_names_are_safe(name: str) -> None:
    assert danger(name) == ""
