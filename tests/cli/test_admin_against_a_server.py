"""What admins do through a server: the trail of events, webhooks, and publishes that warn."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rushes.cli import exits
from rushes.db.opening import open_events, open_studio
from rushes.testing.postgres import temporary_database
from rushes.testing.served import serving
from rushes.testing.studios import World, change, world

Command = Callable[..., Any]
URL = "https://hooks.example.org/rushes"


@pytest.fixture
def other_database(postgres_server: str, _migrated: str) -> Iterator[str]:
    """The database of the server, which none of the commands knows."""
    with temporary_database(postgres_server, template=_migrated) as url:
        yield url


@pytest.fixture
def there(other_database: str) -> World:
    """A small project on the server."""
    with closing(open_studio(other_database, data_dir=Path())) as studio:
        made = world(studio)
        change(studio, "task", made.task, {"priority": 7})
    return made


@pytest.fixture
def served(
    rushes: Command,
    home: Path,
    there: World,
    other_database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[str], None]]:
    """A way to go to the server with an admin's token, or one with another scope."""
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")
    monkeypatch.setenv("RUSHES_DATABASE_URL", other_database)
    assert rushes("user", "add", "root", "--admin").code == exits.OK
    secrets = {}
    for scope in ("admin", "publish"):
        made = rushes("token", "create", "--name", scope, "--user", "root", "--scope", scope,
                      "--scope", "read", "--json")  # fmt: skip
        assert made.code == exits.OK, made.err
        secrets[scope] = made.json["secret"]
    with closing(open_events(other_database, data_dir=Path())) as events:
        while events.seal():
            pass
    with serving("--workers", "1") as server:
        monkeypatch.delenv("RUSHES_DATABASE_URL")
        monkeypatch.setenv("RUSHES_URL", f"http://127.0.0.1:{server.port}")

        def go(scope: str) -> None:
            monkeypatch.setenv("RUSHES_TOKEN", secrets[scope])

        go("admin")
        yield go


def told(rushes: Command, *command: str) -> Any:
    ended = rushes("audit", *command, "--json")
    found = ended.json
    found.pop("asked", None)
    return ended.code, found


def test_the_trail_is_the_same_through_a_server(
    rushes: Command,
    served: Any,
    other_database: str,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commands = [
        ("log",), ("log", "--kind", "task", "--limit", "1"), ("log", "--project", "NV"),
        ("head",), ("verify",), ("verify", "--since", f"5:{'0' * 64}"),
        ("verify", "--since", f"99999:{'0' * 64}"),
    ]  # fmt: skip
    through = [told(rushes, *one) for one in commands]
    with monkeypatch.context() as beside:
        beside.delenv("RUSHES_URL")
        beside.setenv("RUSHES_DATABASE_URL", other_database)
        assert [told(rushes, *one) for one in commands] == through
    assert [code for code, _ in through] == [0, 0, 0, 0, 0, exits.FOUND, exits.FOUND]
    kept = home / "head.json"
    assert rushes("audit", "head", "-o", kept).code == exits.OK
    with psycopg.connect(other_database) as connection:
        connection.execute("UPDATE rushes_event SET actor = 'eve' WHERE position = 3")
    code, found = told(rushes, "verify", "--since", str(kept))
    assert (code, found["breaks"][0]["position"]) == (exits.FOUND, 3)
    assert rushes("audit", "log", "--project", "XX").code == exits.NOT_THERE


def test_the_trail_and_webhooks_are_for_admins(rushes: Command, served: Any) -> None:
    served("publish")
    for command in (("audit", "log"), ("audit", "head"), ("audit", "verify"), ("webhook", "list")):
        assert rushes(*command).code == exits.UNAVAILABLE, command


def test_webhooks_are_looked_after_through_a_server(rushes: Command, served: Any) -> None:
    made = rushes("webhook", "add", URL, "--kind", "task.update", "--project", "NV", "--json").json
    assert made["secret"].startswith("whsec_")
    number = str(made["webhook"]["id"])
    (row,) = rushes("webhook", "list", "--json").json["webhooks"]
    assert (row["owner"], row["types"], row["url"]) == ("root", ["task.update"], URL)
    assert rushes("webhook", "resume", number).code == exits.OK
    refused = rushes("webhook", "test", number)
    assert (refused.code, "told by it alone" in refused.err) == (exits.NOT_THERE, True)
    other = rushes("webhook", "add", URL, "--user", "ada")
    assert (other.code, "for the token's owner alone" in other.err) == (exits.NOT_THERE, True)
    assert rushes("webhook", "remove", number, "--json").json["webhook"]["id"] == int(number)
    assert rushes("webhook", "remove", number).code == exits.NOT_THERE
    assert rushes("webhook", "list", "--json").json["webhooks"] == []


def test_what_is_wrong_with_layers_on_the_server_is_told_by_publish(
    rushes: Command, served: Any, home: Path, there: World, other_database: str
) -> None:
    pytest.importorskip("pxr")
    system = {"darwin": "macos", "win32": "windows"}.get(sys.platform, "linux")
    with closing(open_studio(other_database, data_dir=Path())) as studio:
        change(studio, "project", there.project, {"roots": {system: str(home / "nv")}})
    item = home / "nv/sequences/sq010/sh010/fx/usd/Tornado/smoke/data/smoke_v001_i001.usd"
    item.parent.mkdir(parents=True)
    item.write_text("no USD at all")
    served("publish")
    shot = ("--show", "NV", "--seq", "sq010", "--shot", "sh010", "--task", "comp")
    ended = rushes("publish", *shot, "--item-usd", item, "--json")
    assert ended.code == exits.FOUND, ended.err
    assert any(one["rule"].startswith("usd.") for one in ended.json["findings"])
