"""Keys of reservations, as 0014 made them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

_LATER = datetime(2999, 1, 1, tzinfo=UTC)


def fill(make: Any) -> None:
    """A number that is held by who knows a key."""
    stream = make.found("Stream")
    make("Reservation", stream=stream, token=UUID(int=41), version=41, iteration=1,
         artist="ada", key="of this run", expires=_LATER)  # fmt: skip


def check(url: str) -> None:
    """What was held before keys is nobody's to be given again."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT key FROM rushes_reservation ORDER BY token = %s, id", [UUID(int=41)]
        ).fetchall()
    *before, (key,) = rows
    assert key == "of this run"
    assert {one for (one,) in before} == {""}
