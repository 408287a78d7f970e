"""Paths of any bytes become clean text, and come back."""

from __future__ import annotations

import os
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape, unescape, visible

file_names = st.binary(min_size=1, max_size=60).filter(lambda raw: b"\0" not in raw)


@given(file_names)
def test_every_name_of_any_bytes_comes_back_from_its_escape(raw: bytes) -> None:
    path = os.fsdecode(raw)
    assert os.fsencode(unescape(escape(path))) == raw


@given(file_names)
def test_an_escaped_name_is_utf8_on_one_line(raw: bytes) -> None:
    text = escape(os.fsdecode(raw))
    text.encode("utf-8")
    assert len(text.splitlines()) == 1
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in text)


@given(st.text(alphabet="\\x0123456789abcdefABCDEF/né", max_size=12))
def test_no_two_texts_name_the_same_path_but_for_capitals(text: str) -> None:
    with suppress(RushesError):
        assert escape(unescape(text)).lower() == text.lower()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("plates/sh010.1001.exr", "plates/sh010.1001.exr"),
        ("a\\b", "a\\\\b"),
        ("line\nbreak", "line\\x0abreak"),
        ("\x1b[31m", "\\x1b[31m"),
        ("caf\udce9", "caf\\xe9"),
        ("\u2028", "\\xe2\\x80\\xa8"),
        ("é 🎬", "é 🎬"),
    ],
)
def test_only_what_could_do_harm_is_escaped(path: str, text: str) -> None:
    assert escape(path) == text
    assert unescape(text) == path


@pytest.mark.parametrize("text", ["a\\b", "\\", "\\x0", "\\\\\\"])
def test_a_lone_backslash_is_refused(text: str) -> None:
    with pytest.raises(RushesError, match="stands alone") as caught:
        unescape(text)
    assert caught.value.code is Code.USAGE


@pytest.mark.parametrize("text", ["a\\x2fb", "..\\x2f..", "\\x41", "\\xc3\\xa9"])
def test_what_need_not_be_escaped_may_not_be(text: str) -> None:
    with pytest.raises(RushesError, match="need not be"):
        unescape(text)


def test_capital_digits_are_read_too() -> None:
    assert unescape("\\xFF") == "\udcff"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plate\u202egnp.exr", r"plate\u202egnp.exr"),
        ("pl\u200b\u2067ate", r"pl\u200b\u2067ate"),
        ("\ufeffplate", r"\ufeffplate"),
        ("pl\xadate", r"pl\xadate"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("\x1b[31mred\x1b[0m é 🎬 a b", "\x1b[31mred\x1b[0m é 🎬 a b"),
        ("plain\n", "plain\n"),
    ],
)
def test_what_nobody_sees_is_written_out_for_people(text: str, seen: str) -> None:
    assert visible(text) == seen
