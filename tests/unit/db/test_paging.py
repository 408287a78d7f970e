"""Tokens of pages: only what a page can have given is taken."""

from __future__ import annotations

import pytest

from rushes.core.errors import Code, RushesError
from rushes.db.paging import place_of, token_of


def test_a_token_says_where_its_page_ended() -> None:
    place = ["plates/Ä \\xff", 1001, "🎬"]
    assert place_of(token_of(place), kinds=(str, int, str)) == place


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "show\udcff"])
def test_a_token_of_what_no_record_is_called_is_none(text: str) -> None:
    with pytest.raises(RushesError) as caught:
        place_of(token_of(["show", text]), kinds=(str, str))
    assert caught.value.code is Code.USAGE
