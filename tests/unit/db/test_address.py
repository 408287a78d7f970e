"""Database URLs as the driver takes them."""

from __future__ import annotations

import pytest

from rushes.core.errors import Code, RushesError
from rushes.db.address import django_database, parameters


def test_every_part_of_a_url_reaches_the_driver() -> None:
    known = django_database("postgresql://ann:p%40ss@db:5433/rushes?sslmode=require")
    parts = [known[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")]
    assert parts == ["ann", "p@ss", "db", "5433", "rushes"]
    assert known["OPTIONS"]["sslmode"] == "require"


def test_a_url_may_choose_its_own_patience() -> None:
    known = django_database("postgresql://ann@db/rushes?connect_timeout=3")
    assert int(known["OPTIONS"]["connect_timeout"]) == 3


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:p%40ss@db:5433/rushes?host=@abstract",
        "postgresql://ann@[::1]/rushes",
        "postgresql:///rushes?user=ann@studio",
        "host=db dbname=rushes password=a://b@c/d@e",
    ],
)
def test_an_odd_character_in_its_place_is_taken(url: str) -> None:
    assert parameters(url)["dbname"] == "rushes"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:p@s3cret@db/rushes",
        "postgresql://ann:p@s3/cret@db/rushes",
        "postgresql://ann:s3/cret@db/rushes",
        "postgresql://ann:s3cret\udcff@db/rushes",
        f"postgresql://ann:s3cret@db/{'r' * 64}",
    ],
)
def test_a_url_that_would_show_its_password_or_cannot_be_sent_is_refused(url: str) -> None:
    with pytest.raises(RushesError) as caught:
        parameters(url)
    assert caught.value.code is Code.SETTINGS_INVALID
    assert "s3" not in f"{caught.value.message}{caught.value.hint}{caught.value.__context__!r}"
