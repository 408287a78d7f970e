"""`rushes db`: a database of one's own, started, stopped and asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.cli import exits
from rushes.db import cluster
from rushes.testing.postgres import enterable_folder

Command = Callable[..., Any]


@pytest.fixture
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the bundled database of this test lies; stopped afterwards."""
    with enterable_folder() as place:
        monkeypatch.setenv("RUSHES_DATABASE_DATA_DIR", str(place / "postgres"))
        try:
            yield place / "postgres"
        finally:
            cluster.stop(place / "postgres")


def test_a_database_is_made_started_reached_and_stopped(rushes: Command, folder: Path) -> None:
    before = rushes("db", "status")
    assert before.code == exits.UNAVAILABLE
    assert "not made" in before.out

    started = rushes("db", "start", "--json")
    assert started.code == exits.OK
    assert started.json["did"] == "Started."
    assert started.json["database"]["state"] == "running"
    assert "It was running already." in rushes("db", "start").out

    assert "***" in rushes("db", "url").out
    url = rushes("db", "url", "--password", "--json").json["url"]
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    stopped = rushes("db", "stop")
    assert stopped.code == exits.OK
    assert stopped.out.startswith("Stopped.")
    assert rushes("db", "status").code == exits.UNAVAILABLE
    assert "It was not running." in rushes("db", "stop").out


def test_a_studios_own_server_is_not_started_or_stopped_from_here(
    rushes: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", "postgresql://me:hidden-word@127.0.0.1:1/none")
    for verb in ("start", "stop"):
        ended = rushes("db", verb)
        assert ended.code == exits.NOT_THERE
        assert "server of your own" in ended.err
    status = rushes("db", "status")
    assert status.code == exits.UNAVAILABLE
    assert "hidden-word" not in status.out + status.err
    assert "hidden-word" not in rushes("db", "url").out


def test_another_kind_of_database_is_told_to_be_so(
    rushes: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", "mysql://x")
    assert "postgresql://user" in rushes("db", "status").out
    ended = rushes("db", "backup")
    assert ended.code == exits.NOT_THERE
    assert "postgresql://user" in ended.err


@pytest.mark.parametrize(
    "command", [("doctor",), ("config", "show"), ("db", "status"), ("changes",)]
)
def test_a_password_that_was_written_raw_is_shown_nowhere(
    rushes: Command, home: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", "postgresql://ann:hun/t@er2@127.0.0.1:9/shows")
    ended = rushes(*command)
    assert "hun" not in ended.out + ended.err
    assert "er2" not in ended.out + ended.err
