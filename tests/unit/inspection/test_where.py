"""Conditions are read as they are meant, and what makes no sense is refused with its place."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.errors import Code, RushesError
from rushes.inspection.where import condition
from rushes.model.image_query import All, Any, Comparison, Kind, Not

WIDE = Comparison("width", Kind.NUMBER, ">=", 3840.0)
DEEP = Comparison("deep", Kind.TRUTH, "=", True)
TILED = Comparison("tiled", Kind.TRUTH, "=", True)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("width >= 3840", WIDE),
        ("  width>=3840  ", WIDE),
        ("deep", DEEP),
        ("deep = no", Comparison("deep", Kind.TRUTH, "=", False)),
        ("not deep", Not(DEEP)),
        ("deep and tiled or width >= 3840", Any((All((DEEP, TILED)), WIDE))),
        ("deep AND (tiled OR width >= 3840)", All((DEEP, Any((TILED, WIDE))))),
        ("layer ~ 'crypto*'", Comparison("layer", Kind.WORDS, "~", "crypto*")),
        ('name = "it\\"s"', Comparison("name", Kind.TEXT, "=", 'it"s')),
        ("attr.a.b/c = 'x y'", Comparison("attr.a.b/c", Kind.ATTRIBUTE, "=", "x y")),
        ("attr.fps = 24", Comparison("attr.fps", Kind.ATTRIBUTE, "=", 24.0)),
        ("attr.fps = '24'", Comparison("attr.fps", Kind.ATTRIBUTE, "=", "24")),
        (
            "modified > 2026-11-21",
            Comparison("modified", Kind.TIME, ">", "2026-11-21T00:00:00+00:00"),
        ),
    ],
)
def test_a_condition_is_read_as_it_is_meant(text: str, wanted: object) -> None:
    assert condition(text) == wanted


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", 1, "a field is missing"),
        ("widthh > 1", 1, "did you mean width"),
        ("width", 6, "after width comes"),
        ("width >", 8, "a value is missing"),
        ("width > wide", 9, "is a number"),
        ("width ~ 3", 7, "is compared with one of"),
        ("deep and", 9, "a field is missing"),
        ("deep tiled", 6, "is not expected here"),
        ("(deep", 6, "a closing bracket is missing"),
        ("deep)", 5, "is not expected here"),
        ("layer = 'open", 9, "a quotation mark"),
        ("attr. = 1", 1, "there is no field"),
        ("attr.x < big", 10, "wants a number"),
        ("modified > yesterday", 12, "no date"),
        ("( " * 60 + "deep", 121 - 20, "nested"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(text: str, place: int, said: str) -> None:
    with pytest.raises(RushesError) as raised:
        condition(text)
    assert raised.value.code is Code.USAGE
    assert said in raised.value.message
    if "nested" not in said:
        assert f"character {place}:" in raised.value.message


@given(st.text(alphabet="width <>=!~()'\"\\andorte.*0 \n", max_size=40))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    with suppress(RushesError):
        condition(text)
