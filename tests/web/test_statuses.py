"""HTTP statuses: every error has one, and none is a success."""

from __future__ import annotations

import pytest

from rushes.core.errors import Code
from rushes.web.statuses import STATUSES


@pytest.mark.parametrize("code", Code)
def test_every_error_has_a_status_and_none_is_a_success(code: Code) -> None:
    assert 400 <= STATUSES[code] < 600


def test_no_status_is_left_for_an_error_that_is_gone() -> None:
    assert set(STATUSES) == set(Code)
