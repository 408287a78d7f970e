"""What tests of the server share: a database, a person who is logged in, a program's token."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rushes.model.scan import Actor
from rushes.ports.people import NewToken, People, Person
from rushes.testing.postgres import (
    _migrated,
    postgres_server,
    temporary_database,
)

__all__ = ["_migrated", "postgres_server"]

ACTOR = Actor("tests")
PASSWORD = "a long password"


@dataclass(frozen=True)
class Told:
    """An answer."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        """Its JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """Its text."""
        return self.body.decode()


class Api:
    """Asks the API as somebody."""

    def __init__(self, token: str = "") -> None:
        from django.test import Client

        self.client = Client(raise_request_exception=False)
        self._head = {"Authorization": f"Bearer {token}"} if token else {}

    def __call__(
        self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **head: str
    ) -> Told:
        """One request; `head` are headers with `_` for `-`."""
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        headers = self._head | {name.replace("_", "-"): value for name, value in head.items()}
        answer = self.client.generic(
            method, path, data, content_type="application/json", headers=headers
        )
        return Told(answer.status_code, answer.headers, answer.content)


@pytest.fixture(scope="session")
def _own_tables(postgres_server: str, _migrated: str) -> Iterator[str]:
    """The name of a database that has all tables that a server needs, to be copied."""
    from django.db import connections

    from rushes.web.configure import Addresses, configure

    with temporary_database(postgres_server, template=_migrated) as url:
        configure(url, key="k" * 40, addresses=Addresses(hosts=("testserver",)))
        point_at(url)
        from rushes.web.own_tables import migrate_own

        migrate_own()
        connections.close_all()
        yield url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def database_url(postgres_server: str, _own_tables: str) -> Iterator[str]:
    """The URL of a database with all tables and no rows, for one test alone."""
    with temporary_database(postgres_server, template=_own_tables) as url:
        yield url


@pytest.fixture
def server(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[People]:
    """The server in this process, on a database of its own; its people."""
    from django.db import connections

    from rushes.core import settings

    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    point_at(database_url)
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    # That it takes long to check a password is the point of hashing it, and of no test here.
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1000)
    from django.contrib.contenttypes.models import ContentType

    ContentType.objects.clear_cache()
    from rushes.web import logins
    from rushes.web.attempts import Attempts
    from rushes.web.callers import KNOWN

    monkeypatch.setattr(logins, "_BY_LOGIN", Attempts(most=5))
    monkeypatch.setattr(logins, "_BY_ADDRESS", Attempts(most=50))
    KNOWN.forget()
    from rushes import bootstrap
    from rushes.web.house import House, move_in
    from rushes.web.storage_ports import storage_ports

    loaded = settings.load(flags={})
    people = bootstrap.people(loaded)
    counts = tmp_path / "counts"
    counts.mkdir()
    studio, work = bootstrap.studio(loaded), bootstrap.work(loaded)
    events, webhooks = bootstrap.event_reader(loaded), bootstrap.webhooks(loaded)
    storage = storage_ports(database_url, data_dir=tmp_path)
    judged: dict[str, Any] = {"layout": bootstrap.layout(loaded), "shots": loaded.shots}

    def address_refused(url: str) -> str:
        # Names are not looked up in tests.
        return "" if "example" in url else bootstrap.address_refused(loaded, url)

    judged["address_refused"] = address_refused
    move_in(House(studio, work, people, counts, events, webhooks, **storage, **judged))
    yield people
    connections.close_all()


def point_at(url: str) -> None:
    """Have Django's default connection lead to the database of this test."""
    from django.db import connections

    from rushes.db.address import django_database

    connections.close_all()
    wanted = connections.configure_settings({"default": django_database(url)})["default"]
    connections.settings["default"] = wanted
    if hasattr(connections._connections, "default"):
        del connections["default"]


@pytest.fixture
def admin(server: People) -> Person:
    """An admin."""
    return server.add(Person(0, "ada", is_admin=True), password=PASSWORD, actor=ACTOR)


@pytest.fixture
def token(server: People) -> Callable[..., str]:
    """Makes tokens, and their secrets."""

    def made(login: str, *scopes: str, project: str = "") -> str:
        wanted = NewToken("tests", login, scopes or ("admin",), project)
        return server.add_token(wanted, actor=ACTOR)[1]

    return made


@pytest.fixture
def api(admin: Person, token: Callable[..., str]) -> Api:
    """The API, asked by an admin's program."""
    return Api(token("ada"))


@pytest.fixture
def api_as(server: People) -> type[Api]:
    """The API, asked with any token or none."""
    return Api


@pytest.fixture
def logged_in(server: People) -> Callable[..., Any]:
    """A browser after the login page, which checks forms' tokens; or the page's refusal."""
    from django.test import Client

    def browser(login: str = "ada", password: str = PASSWORD) -> Any:
        client = Client(enforce_csrf_checks=True)
        client.get("/login")
        token = client.cookies["rushes_csrf"].value
        form = {"login": login, "password": password, "csrfmiddlewaretoken": token}
        answer = client.post("/login", form)
        return client if answer.status_code == 302 else answer

    return browser


@pytest.fixture
def make_project(api: Api) -> Callable[..., int]:
    """Makes a project, and tells its number."""

    def made(code: str = "NV") -> int:
        return int(api("POST", "/api/v1/projects", {"code": code}).json["id"])

    return made


@pytest.fixture
def make_shots(api: Api, make_project: Callable[..., int]) -> Callable[..., list[Any]]:
    """Makes a project with shots in one sequence."""

    def made(count: int, code: str = "NV") -> list[Any]:
        wanted = {"project": make_project(code), "code": "sq010"}
        sequence = api("POST", "/api/v1/sequences", wanted).json["id"]
        rows = [{"sequence": sequence, "code": f"sh{at:04d}"} for at in range(count)]
        answer = api("POST", "/api/v1/shots", rows)
        assert answer.status == 201, answer.text
        return list(answer.json["data"])

    return made


@pytest.fixture
def make_task(api: Api, make_shots: Callable[..., list[Any]]) -> Callable[..., int]:
    """Makes a task on a shot, and tells its number."""

    def made(code: str = "NV") -> int:
        (shot,) = make_shots(1, code)
        kind = api("GET", "/api/v1/task-types?limit=1").json["data"][0]["id"]
        answer = api("POST", "/api/v1/tasks", {"shot": shot["id"], "type": kind})
        assert answer.status == 201, answer.text
        return int(answer.json["id"])

    return made


@pytest.fixture
def error_of() -> Callable[..., Any]:
    """The envelope of an answer, which is all there is in it."""

    def envelope(answer: Told, status: int) -> Any:
        assert answer.status == status, answer.text
        assert answer.headers["Content-Type"] == "application/json"
        assert set(answer.json) == {"error"}
        assert set(answer.json["error"]) == {"code", "message", "hint", "context"}
        return answer.json["error"]

    return envelope
