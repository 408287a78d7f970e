"""Exit codes: every error has one, and each is explained."""

from __future__ import annotations

import pytest

from rushes.cli import exits
from rushes.core.errors import Code


@pytest.mark.parametrize("code", Code)
def test_every_error_has_an_exit_code_that_is_explained_and_no_success(code: Code) -> None:
    assert exits.EXIT_CODES[code] in exits.MEANINGS
    assert exits.EXIT_CODES[code] != exits.OK


def test_no_exit_code_is_left_for_an_error_that_is_gone() -> None:
    assert set(exits.EXIT_CODES) == set(Code)


@pytest.mark.parametrize("other", [exits.OK, exits.FOUND, exits.NOT_WRITTEN, exits.UNAVAILABLE])
def test_what_is_not_there_outweighs_every_other_outcome(other: int) -> None:
    assert exits.gravest([other, exits.NOT_THERE]) == exits.NOT_THERE


def test_found_faults_never_hide_that_a_part_could_not_be_read() -> None:
    assert exits.gravest([exits.FOUND, exits.UNAVAILABLE, exits.OK]) == exits.UNAVAILABLE


def test_nothing_asked_for_is_fine() -> None:
    assert exits.gravest([]) == exits.OK
