"""Revisions of memberships, usages, tags and kinds of work, as 0011 made them."""

from __future__ import annotations

from typing import Any

import psycopg


def fill(make: Any) -> None:
    """A word that was written often."""
    make("Tag", project=make.found("Project"), name="often", revision=7)


def check(url: str) -> None:
    """What was there before begins at 1, and every write counts, of whatever makes one."""
    with psycopg.connect(url) as connection:
        for table in ("membership", "usage", "tag", "tasktype"):
            key = "role" if table == "membership" else "count" if table == "usage" else "name"
            value = {"role": "'client'", "count": "count + 1", "name": "name || 'x'"}[key]
            before = connection.execute(
                f"SELECT id, revision FROM rushes_{table} ORDER BY id"
            ).fetchall()
            connection.execute(f"UPDATE rushes_{table} SET {key} = {value}")
            connection.execute(f"UPDATE rushes_{table} SET {key} = {key}")
            after = connection.execute(
                f"SELECT id, revision FROM rushes_{table} ORDER BY id"
            ).fetchall()
            assert after == [(one, count + 1) for one, count in before], table
        connection.rollback()
