"""What would take the database from under a server that `rushes serve` runs, and who sees it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits, server_process
from rushes.db import cluster
from rushes.db.backup.reaching import Driver, reached
from rushes.testing.postgres import enterable_folder
from rushes.testing.served import serving

Command = Callable[..., Any]


@pytest.fixture(params=["bundled", "own"])
def url(
    request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The database that a server is started with, of either kind."""
    if request.param == "own":
        given = request.getfixturevalue("database_url")
        monkeypatch.setenv("RUSHES_DATABASE_URL", given)
        yield given
        return
    with enterable_folder() as place:
        monkeypatch.setenv("RUSHES_DATABASE_DATA_DIR", str(place / "postgres"))
        try:
            yield cluster.start(place / "postgres")
        finally:
            cluster.stop(place / "postgres")


def test_a_database_that_is_served_from_is_not_taken_away(rushes: Command, url: str) -> None:
    assert rushes("user", "add", "ann").code == exits.OK
    assert rushes("db", "backup", "kept.tar").code == exits.OK
    commands = [("reset", "--yes", "--really"), ("restore", "kept.tar", "--yes")]
    if "RUSHES_DATABASE_URL" not in os.environ:
        commands.append(("stop",))
    with serving() as server:
        for command in commands:
            refused = rushes("db", *command)
            assert refused.code == exits.UNAVAILABLE, command
            assert f"{server.process.pid}" in refused.err
            assert f"http://127.0.0.1:{server.port}" in refused.err
        status = rushes("status", "--json")
        assert status.code == exits.OK
        assert [one["pid"] for one in status.json["others"]] == [server.process.pid]
        assert f"http://127.0.0.1:{server.port}" in rushes("status").out
        assert server_process.answers(f"http://127.0.0.1:{server.port}") == 200
    assert len(rushes("user", "list", "--json").json["users"]) == 1
    while rushes("status", "--json").json["others"]:
        pass  # who has ended is seen for a moment more
    for command in commands:
        assert rushes("db", *command).code == exits.OK, command


def test_a_server_that_was_hung_up_on_is_seen_again(rushes: Command, url: str) -> None:
    with serving() as server, reached(url, autocommit=True) as driver:
        before = _connections(driver)
        driver.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) pid", [before])
        while len(_connections(driver)) < len(before) or {*before} & {*_connections(driver)}:
            assert server.process.poll() is None
        assert rushes("db", "reset", "--yes", "--really").code == exits.UNAVAILABLE


def _connections(driver: Driver) -> list[int]:
    """Those by which servers show themselves."""
    return [
        number
        for (number,) in driver.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'rushes serve %'"
        )
    ]
