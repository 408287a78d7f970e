"""`rushes db backup`, `restore` and `reset`: what is kept, put back, and thrown away."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.cli import exits, server_process
from rushes.cli.server_process import Server
from rushes.db import cluster
from rushes.db.opening import open_events, open_studio
from rushes.testing.postgres import enterable_folder, temporary_database
from rushes.testing.studios import change, world

Command = Callable[..., Any]


@pytest.fixture
def own(home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A server of the studio's own, with a small project in its database."""
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    filled(database_url)
    return database_url


@pytest.fixture
def bundled(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a bundled database with a small project; stopped afterwards."""
    with enterable_folder() as place:
        monkeypatch.setenv("RUSHES_DATABASE_DATA_DIR", str(place / "postgres"))
        try:
            url = cluster.start(place / "postgres")
            filled(url)
            yield url
        finally:
            cluster.stop(place / "postgres")


def filled(url: str) -> None:
    """A small project, its events sealed but for the last."""
    with closing(open_studio(url, data_dir=Path())) as studio:
        here = world(studio)
        with closing(open_events(url, data_dir=Path())) as events:
            while events.seal():
                pass
        change(studio, "task", here.task, {"priority": 7})
    events.close()
    studio.close()


def asked(url: str, query: str) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def test_a_database_that_was_lost_comes_back_as_it_was(
    rushes: Command, bundled: str, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.tar"
    told = rushes("db", "backup", kept, "--json").json
    assert kept.stat().st_mode & 0o777 == 0o600
    assert told["backup"]["rows"]["public.rushes_shot"] == 4
    assert told["backup"]["waiting"] == 1
    before = asked(bundled, "SELECT to_jsonb(t) FROM rushes_task t ORDER BY id")
    assert rushes("db", "reset", "--yes").code == exits.OK
    assert asked(bundled, "SELECT count(*) FROM rushes_task") == [(0,)]
    restored = rushes("db", "restore", kept, "--json")
    assert restored.code == exits.OK, restored.err
    assert restored.json["audit"]["holds"]
    assert restored.json["audit"]["head"] == told["backup"]["head"]
    assert asked(bundled, "SELECT to_jsonb(t) FROM rushes_task t ORDER BY id") == before
    names = asked(bundled, "SELECT datname FROM pg_database WHERE datname LIKE '%rushes_%'")
    assert names == []


def test_a_backup_is_never_written_over_another_unasked(
    rushes: Command, own: str, home: Path
) -> None:
    assert rushes("db", "backup", "kept.tar").code == exits.OK
    first = (home / "kept.tar").read_bytes()
    refused = rushes("db", "backup", "kept.tar")
    assert refused.code == exits.NOT_WRITTEN
    assert (home / "kept.tar").read_bytes() == first
    assert rushes("db", "backup", "kept.tar", "--force").code == exits.OK
    assert rushes("db", "backup", home).code == exits.OK
    assert len(list(home.iterdir())) == 2


def test_without_yes_a_full_database_is_not_replaced(rushes: Command, own: str) -> None:
    rushes("db", "backup", "kept.tar")
    refused = rushes("db", "restore", "kept.tar")
    assert refused.code == exits.NOT_THERE
    assert "--yes" in refused.err
    asked(own, "UPDATE rushes_task SET priority = 99")
    assert rushes("db", "restore", "kept.tar", "--yes").code == exits.OK
    assert asked(own, "SELECT count(*) FROM rushes_task WHERE priority = 99") == [(0,)]


def test_a_damaged_backup_is_told_from_a_restored_one_with_odd_events(
    rushes: Command, own: str
) -> None:
    rushes("db", "backup", "kept.tar")
    data = bytearray(Path("kept.tar").read_bytes())
    data[len(data) // 2] ^= 255
    Path("kept.tar").write_bytes(data)
    refused = rushes("db", "restore", "kept.tar", "--yes", "--json")
    assert refused.code == exits.NOT_THERE
    assert refused.json["error"]["code"] == "backup.invalid"
    assert asked(own, "SELECT count(*) FROM rushes_shot") == [(4,)]


def test_a_database_in_use_is_not_replaced(rushes: Command, own: str) -> None:
    rushes("db", "backup", "kept.tar")
    with psycopg.connect(own, application_name="somebody"):
        refused = rushes("db", "restore", "kept.tar", "--yes")
    assert refused.code == exits.UNAVAILABLE
    assert "somebody" in refused.err
    assert asked(own, "SELECT count(*) FROM rushes_shot") == [(4,)]


def test_a_server_that_runs_is_to_be_ended_first(rushes: Command, own: str) -> None:
    rushes("db", "backup", "kept.tar")
    pid = os.getpid()
    server = Server(pid, server_process.began(pid), "http://127.0.0.1:1", "", database=False)
    server_process.remember(Path(os.environ["RUSHES_DATA_DIR"]), server)
    for command in (("restore", "kept.tar", "--yes"), ("reset", "--yes", "--really")):
        refused = rushes("db", *command)
        assert refused.code == exits.UNAVAILABLE
        assert "rushes down" in refused.err
    assert asked(own, "SELECT count(*) FROM rushes_shot") == [(4,)]


def test_a_backup_of_before_its_events_were_meddled_with_is_restored_and_tells(
    rushes: Command, own: str
) -> None:
    asked(own, "UPDATE rushes_event SET actor = 'eve' WHERE position = 5")
    rushes("db", "backup", "kept.tar")
    restored = rushes("db", "restore", "kept.tar", "--yes", "--json")
    assert restored.code == exits.FOUND
    assert restored.json["audit"]["breaks"][0]["position"] == 5


def test_reset_tells_what_would_go_and_does_nothing_by_itself(
    rushes: Command, bundled: str
) -> None:
    told = rushes("db", "reset")
    assert told.code == exits.NOT_THERE
    assert "shot" in told.out
    assert "Nothing was thrown away" in told.err
    assert asked(bundled, "SELECT count(*) FROM rushes_shot") == [(4,)]


def test_reset_of_a_server_of_ones_own_wants_to_be_said_twice(rushes: Command, own: str) -> None:
    refused = rushes("db", "reset", "--yes", "--json")
    assert refused.code == exits.NOT_THERE
    assert refused.json["error"]["code"] == "usage"
    assert asked(own, "SELECT count(*) FROM rushes_shot") == [(4,)]
    gone = rushes("db", "reset", "--yes", "--really", "--json").json
    assert gone["rows"]["public.rushes_shot"] == 4
    assert gone["total"] == sum(gone["rows"].values())


def test_after_a_reset_the_database_is_as_a_new_one(
    rushes: Command, own: str, postgres_server: str
) -> None:
    rushes("db", "reset", "--yes", "--really")
    tables = asked(
        own,
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'rushes\\_%'",
    )
    with temporary_database(postgres_server) as new:
        open_events(new, data_dir=Path()).close()
        for (table,) in tables:
            query = f"SELECT to_jsonb(t) - 'created' FROM \"{table}\" t ORDER BY 1"
            assert asked(own, query) == asked(new, query), table
    assert rushes("db", "reset", "--yes", "--really").code == exits.OK


def test_where_there_is_no_database_nothing_is_made(rushes: Command, home: Path) -> None:
    for verb in ("db backup", "db reset --yes", "audit verify", "audit head"):
        ended = rushes(*verb.split())
        assert ended.code == exits.NOT_THERE
    assert not list(home.iterdir())
    assert not Path(os.environ["RUSHES_DATA_DIR"], "postgres").exists()


def test_no_password_is_on_a_command_line(
    rushes: Command, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess

    ran: list[list[str]] = []
    popen = subprocess.Popen

    def noted(command: list[str], **given: Any) -> Any:
        ran.append(command)
        return popen(command, **given)

    monkeypatch.setattr(subprocess, "Popen", noted)
    rushes("db", "backup", "kept.tar")
    rushes("db", "restore", "kept.tar", "--yes")
    password = psycopg.conninfo.conninfo_to_dict(own)["password"]
    assert {Path(one[0]).name for one in ran} >= {"pg_dump", "pg_restore"}
    assert str(password) not in json.dumps(ran)
