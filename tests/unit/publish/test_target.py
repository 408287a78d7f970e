"""Numbers as people write them, and the folder that a copy gets."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core.errors import Code, RushesError
from rushes.model.work import Bump, Number
from rushes.publish.copy_place import DEFAULT, copy_folder, copy_pattern, copy_template
from rushes.publish.target import Target, Wish, read_wish, shown
from rushes.tracking.naming import template
from rushes.tracking.naming_templates import chosen

NUMBERS = st.builds(Number, st.integers(1, 99_999), st.integers(1, 99_999))
FLAT = Target("demo", "sh010", software="nuke")
WHOLE = Target("demo", "sh010", "sq010", task="comp", software="nuke", part="beauty")


def test_the_next_version_begins_anew_and_the_next_iteration_goes_on() -> None:
    assert read_wish("next", None) == Wish(Bump.VERSION)
    assert read_wish("next", "next") == Wish(Bump.ITERATION)
    assert read_wish("v007", None) == read_wish("7", "1") == Wish(number=Number(7, 1))


@given(NUMBERS)
def test_a_number_is_read_as_it_is_shown(number: Number) -> None:
    version, _, iteration = str(number).partition("_i")
    assert read_wish(version, iteration).number == number
    assert shown(number).startswith(version)


@pytest.mark.parametrize(
    ("version", "iteration"),
    [
        *(("v0", None), ("../x", None), ("", None), ("٣", None)),
        *(("v1", "next"), ("next", "3"), ("v1", "-1")),
    ],
)
def test_what_is_no_number_is_refused(version: str, iteration: str | None) -> None:
    with pytest.raises(RushesError) as refused:
        read_wish(version, iteration)
    assert refused.value.code is Code.USAGE


@given(NUMBERS, st.sampled_from([FLAT, WHOLE]))
def test_the_pattern_of_a_copys_folder_is_the_folder_with_its_number(
    number: Number, target: Target
) -> None:
    made = template(DEFAULT)
    pattern = copy_pattern(made, target, artist="ann")
    folder = copy_folder(made, target, number, artist="ann")
    assert pattern.format(version=number.version, iteration=number.iteration) == folder


def test_the_projects_own_template_goes_before_that_of_the_settings() -> None:
    settings = chosen("", {"templates": {"publish": "{shot}/v{version:02d}"}})
    assert copy_template(settings, {}).text == "{shot}/v{version:02d}"
    own = "{show}/v{version:03d}"
    assert copy_template(settings, {"publish": own}).text == own
    assert copy_template(settings, {"templates": {"publish": own}}).text == own
    assert copy_template(chosen("", {}), {"workfile": own}).text == DEFAULT


@pytest.mark.parametrize("odd", ["a/b", "..", "con", "a b", "é"])
def test_a_name_that_could_do_harm_makes_no_folder(odd: str) -> None:
    with pytest.raises(RushesError) as refused:
        copy_folder(
            template(DEFAULT), Target("demo", odd, software="nuke"), Number(1, 1), artist=""
        )
    assert re.search(re.escape(repr(odd)), refused.value.message)
