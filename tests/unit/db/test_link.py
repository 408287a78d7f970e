"""Transactions of the studio's records: what they cost, and what they survive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.core.errors import Code
from rushes.db.opening import open_studio
from rushes.model.scan import Actor
from rushes.ports.studio import Studio
from rushes.testing.postgres import way_in
from rushes.testing.studios import ADMIN, refusal, world

ODD = Actor('o\'hara \\ "x"', on_behalf_of="%s", tool="E'\\'; --")

__all__ = ["way_in"]


@pytest.fixture
def studio(way_in: str, database_url: str) -> Iterator[Studio]:
    with closing(open_studio(database_url, data_dir=Path())) as opened:
        yield opened


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that the driver is asked, as it is asked."""
    found: list[str] = []
    execute = psycopg.Cursor.execute

    def noted(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        found.append(query.decode() if isinstance(query, bytes) else str(query))
        return execute(self, query, *args, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    return found


def row(url: str, query: str, *values: Any) -> Any:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query.encode(), values).fetchone()


def hang_up(url: str) -> None:
    """End every other connection, as a server does that is stopped."""
    row(
        url,
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def version(studio: Studio, task: int, actor: Actor = ODD) -> int:
    given = [{"task": task, "name": "x"}]
    (made,) = studio.create("version", given, access=ADMIN, actor=actor)
    return int(made.fields["number"])


def test_whoever_writes_is_noted_as_they_are_called(studio: Studio, database_url: str) -> None:
    version(studio, world(studio).task)
    last = "SELECT actor, on_behalf_of, tool FROM rushes_event ORDER BY id DESC LIMIT 1"
    assert row(database_url, last) == (ODD.name, ODD.on_behalf_of, ODD.tool)


@pytest.mark.parametrize("name", ["a\0b", "a\udcffb"])
def test_a_name_that_no_text_can_hold_writes_nothing(
    studio: Studio, database_url: str, name: str
) -> None:
    task = world(studio).task
    with refusal(Code.FIELD_INVALID):
        version(studio, task, Actor(name))
    assert row(database_url, "SELECT count(*) FROM rushes_version") == (0,)


def test_a_version_takes_five_statements(studio: Studio, asked: list[str]) -> None:
    task = world(studio).task
    version(studio, task)
    asked.clear()
    assert version(studio, task) == 2
    first, *between, last = asked
    assert first.startswith("BEGIN; SELECT set_config")
    assert last == "COMMIT"
    assert len(between) == 3


def test_a_connection_that_was_lost_in_between_costs_no_write(
    studio: Studio, database_url: str
) -> None:
    task = world(studio).task
    for number in (1, 2, 3):
        assert version(studio, task) == number
        hang_up(database_url)


def test_a_connection_that_is_lost_as_a_write_begins_costs_none(
    studio: Studio, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = world(studio).task
    version(studio, task)
    execute = psycopg.Cursor.execute

    def late(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        if query.startswith(b"BEGIN"):
            monkeypatch.setattr(psycopg.Cursor, "execute", execute)
            hang_up(database_url)
        return execute(self, query, *args, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", late)
    assert version(studio, task) == 2


def test_a_connection_that_is_lost_at_the_commit_is_told_and_not_tried_again(
    studio: Studio, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = world(studio).task
    execute = psycopg.Cursor.execute

    def late(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        if query == b"COMMIT":
            monkeypatch.setattr(psycopg.Cursor, "execute", execute)
            hang_up(database_url)
        return execute(self, query, *args, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", late)
    with refusal(Code.DATABASE_UNAVAILABLE):
        version(studio, task)
    assert version(studio, task) == 1


def test_what_fails_is_taken_back_and_the_connection_stays(
    studio: Studio, database_url: str
) -> None:
    others = (
        "SELECT array_agg(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND datname = current_database() AND backend_type = 'client backend'"
    )
    task = world(studio).task
    version(studio, task)
    before = row(database_url, others)
    wrong = {"task": task, "number": 2**31, "name": "x"}
    with refusal(Code.FIELD_INVALID):
        studio.create("version", [wrong], access=ADMIN, actor=ODD)
    assert version(studio, task) == 2
    assert row(database_url, others) == before
