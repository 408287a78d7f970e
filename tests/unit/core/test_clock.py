"""Times are aware, in UTC, and written one way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.core import clock


def test_now_is_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_a_time_elsewhere_is_written_in_utc() -> None:
    there = timezone(timedelta(hours=-8))
    moment = datetime(2026, 11, 20, 17, 2, 3, 4, tzinfo=there)
    assert clock.iso(moment) == "2026-11-21T01:02:03.000004Z"


def test_years_have_four_digits() -> None:
    assert clock.iso(datetime(33, 4, 3, tzinfo=UTC)).startswith("0033-04-03T")


@given(st.integers(min_value=-(10**18), max_value=2**62))
def test_a_files_time_is_exact_to_the_microsecond(nanoseconds: int) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    assert (clock.from_ns(nanoseconds) - epoch) // timedelta(microseconds=1) == nanoseconds // 1000


@pytest.mark.parametrize(("nanoseconds", "year"), [(2**70, 9999), (-(2**70), 1), (10**30, 9999)])
def test_a_time_beyond_the_calendar_is_its_first_or_last_moment(
    nanoseconds: int, year: int
) -> None:
    assert clock.from_ns(nanoseconds).year == year
    assert clock.iso(clock.from_ns(nanoseconds)).endswith("Z")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T18:00", datetime(2026, 11, 20, 18, tzinfo=UTC)),
        ("2026-11-20T18:00+02:00", datetime(2026, 11, 20, 16, tzinfo=UTC)),
        ("12h", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        ("2w", datetime(2026, 11, 7, tzinfo=UTC)),
        ("lately", None),
        ("999999w", None),
        ("2026-13-40", None),
    ],
)
def test_a_date_or_a_time_ago_is_a_moment_and_nothing_else_is(
    text: str, moment: datetime | None
) -> None:
    assert clock.meant(text, by=datetime(2026, 11, 21, tzinfo=UTC)) == moment
