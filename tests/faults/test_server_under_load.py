"""PostgreSQL or a worker dies under a server at work: nothing that was acknowledged is lost."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Thread
from typing import Any

import psutil
import psycopg
import pytest

from rushes import bootstrap
from rushes.cli.main import run
from rushes.core import settings
from rushes.db import cluster
from rushes.db.account import server_account
from rushes.db.binaries import programs
from rushes.db.opening import open_audit, open_events
from rushes.model.scan import Actor
from rushes.ports.people import NewToken
from rushes.testing.postgres import enterable_folder
from rushes.testing.served import Served, asked, serving

pytestmark = pytest.mark.timeout(300)

CLIENTS = 8
PATIENCE_S = 100.0
LONGEST_S = 60.0  # for one request, the database gone or not


@dataclass
class Client:
    """One program at work: what it was told was done, and what may have been."""

    task: int
    notes: list[str] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    publishes: list[tuple[int, int]] = field(default_factory=list)
    priorities: list[int] = field(default_factory=list)
    tried: list[int] = field(default_factory=list)
    refused: int = 0
    cut: int = 0
    longest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        """All that was acknowledged."""
        told = (self.notes, self.versions, self.publishes, self.priorities)
        return sum(len(one) for one in told)


class Load:
    """Clients that write until told to stop; whoever waits for them looks at every step."""

    def __init__(self, port: int, secret: str, clients: list[Client]) -> None:
        self.clients = clients
        self._port, self._head = port, {"Authorization": f"Bearer {secret}"}
        self._stepped, self._stop = Condition(), False
        self._threads = [Thread(target=self._work, args=(one,)) for one in clients]

    def __enter__(self) -> Load:
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop = True
        for one in self._threads:
            one.join()

    def until(self, holds: Callable[[Client], bool]) -> None:
        """Wait until it holds for every client. Fails in the end."""
        with self._stepped:
            reached = self._stepped.wait_for(
                lambda: all(holds(one) for one in self.clients), PATIENCE_S
            )
        assert reached, self.clients

    def _work(self, client: Client) -> None:
        number = 0
        while not self._stop:
            number += 1
            self._write(client, number)
            with self._stepped:
                self._stepped.notify_all()

    def _write(self, client: Client, number: int) -> None:
        text = f"{client.task} {number}"
        note = {"kind": "task", "target": client.task, "text": text}
        if self._ask(client, "POST", "/notes", note) is not None:
            client.notes.append(text)
        made = self._ask(client, "POST", "/versions", {"task": client.task, "name": text})
        if made is not None:
            client.versions.append(made["number"])
        client.tried.append(number)
        if self._ask(client, "PATCH", f"/tasks/{client.task}", {"priority": number}) is not None:
            client.priorities.append(number)
        # All publish into one stream, so that numbers are what they fight for.
        wanted = {"task": self.clients[0].task, "software": "houdini", "part": "fur"}
        held = self._ask(client, "POST", "/publishes/next", wanted)
        if held is not None:
            told = {"token": held["token"], "path": f"/{text}"}
            published = self._ask(client, "POST", "/publishes/record", told)
            if published is not None:
                client.publishes.append((published["version"], published["iteration"]))

    def _ask(self, client: Client, method: str, path: str, body: Any) -> Any:
        """What was made; None where the request failed as it may while something is down."""
        began = time.monotonic()
        try:
            status, answer = asked(self._port, method, f"/api/v1{path}", body, head=self._head)
        except (OSError, http.client.HTTPException):
            client.cut += 1  # the worker that had it died
            return None
        finally:
            client.longest = max(client.longest, time.monotonic() - began)
        told = json.loads(answer)
        if status in (200, 201):
            return told
        if status == 503 and told["error"]["code"] == "database.unavailable":
            client.refused += 1
        else:
            client.wrong.append(f"{method} {path}: {status} {told}")
        return None


@pytest.fixture
def folder() -> Iterator[Path]:
    """The folder of a database server of this test alone."""
    with enterable_folder() as place:
        try:
            yield place / "postgres"
        finally:
            cluster.stop(place / "postgres")


@dataclass(frozen=True)
class Studio:
    """A database with a task for each client, and the secret of a program's token."""

    url: str
    secret: str
    clients: list[Client]


@pytest.fixture
def studio(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    url = cluster.start(folder)
    monkeypatch.setenv("RUSHES_DATABASE_URL", url)
    assert run(["user", "add", "ada", "--admin"]) == 0
    with closing(bootstrap.people(settings.load(flags={}))) as people:
        wanted = NewToken("load", "ada", ("admin",))
        _, secret = people.add_token(wanted, actor=Actor("tests"))
    return Studio(url, secret, [])


def world(server: Served, studio: Studio) -> None:
    """A project with a task for each client."""

    def post(path: str, body: Any) -> int:
        head = {"Authorization": f"Bearer {studio.secret}"}
        status, answer = asked(server.port, "POST", f"/api/v1{path}", body, head=head)
        assert status == 201, answer
        return int(json.loads(answer)["id"])

    project = post("/projects", {"code": "NV"})
    sequence = post("/sequences", {"project": project, "code": "sq010"})
    kind = post("/task-types", {"code": "test"})
    for number in range(CLIENTS):
        task = post("/tasks", {"sequence": sequence, "type": kind, "name": f"t{number}"})
        studio.clients.append(Client(task))


def stop_at_once(folder: Path) -> None:
    """As a power cut does: nothing is told to anybody, nothing written down."""
    tools = programs(server_account(folder / "data"), copies=folder)
    ended = tools.run(
        "pg_ctl", "stop", "-D", "data", "-m", "immediate", "-w", cwd=folder, timeout_s=60
    )
    assert ended.returncode == 0, ended.stderr


def nothing_lost(studio: Studio) -> None:
    """All that was acknowledged is there, no number twice, and the chain of events holds."""
    clients = studio.clients
    with psycopg.connect(studio.url) as connection:

        def column(query: str, *values: Any) -> list[Any]:
            return [row for (row,) in connection.execute(query.encode(), values)]

        notes = column("SELECT text FROM rushes_note")
        assert len(notes) == len(set(notes))
        assert {text for one in clients for text in one.notes} <= set(notes)
        numbers = [number for one in clients for number in one.publishes]
        assert len(numbers) == len(set(numbers))
        rows = connection.execute("SELECT version, iteration FROM rushes_publish").fetchall()
        assert set(numbers) <= set(rows)
        assert len(rows) == len(set(rows))
        assert column("SELECT count(*) FROM rushes_publish WHERE is_latest") == [1]
        for one in clients:
            versions = column("SELECT number FROM rushes_version WHERE task_id = %s", one.task)
            assert set(one.versions) <= set(versions)
            assert len(versions) == len(set(versions))
            (priority,) = column("SELECT priority FROM rushes_task WHERE id = %s", one.task)
            assert priority == one.priorities[-1] or priority in one.tried
            assert priority >= one.priorities[-1]
        noted = column("SELECT count(*) FROM rushes_event WHERE kind = 'note'")
        assert noted == [len(notes)]
    with closing(open_events(studio.url, data_dir=Path())) as events:
        while events.seal():
            pass
    with closing(open_audit(studio.url, data_dir=Path())) as audit:
        assert audit.verify().holds


def test_postgresql_that_is_stopped_at_once_costs_no_acknowledged_write(
    folder: Path, studio: Studio
) -> None:
    with serving("--workers", "2") as server:
        world(server, studio)
        with Load(server.port, studio.secret, studio.clients) as load:
            load.until(lambda one: one.done >= 8)
            stop_at_once(folder)
            load.until(lambda one: one.refused > 0)
            status, answer = asked(server.port, "GET", "/readyz")
            assert (status, json.loads(answer)["error"]["code"]) == (503, "database.unavailable")
            before = {one.task: one.done for one in studio.clients}
            cluster.start(folder)
            load.until(lambda one: one.done >= before[one.task] + 8)
        assert server.process.poll() is None
        assert asked(server.port, "GET", "/readyz")[0] == 200
    assert [one.wrong for one in studio.clients if one.wrong] == []
    assert sum(one.cut for one in studio.clients) == 0
    assert max(one.longest for one in studio.clients) < LONGEST_S
    nothing_lost(studio)


def test_a_killed_worker_costs_no_acknowledged_write(studio: Studio) -> None:
    with serving("--workers", "2") as server:
        world(server, studio)
        with Load(server.port, studio.secret, studio.clients) as load:
            load.until(lambda one: one.done >= 8)
            victim = workers_of(server)[0]
            os.kill(victim.pid, signal.SIGKILL)
            victim.wait(PATIENCE_S)
            before = {one.task: one.done for one in studio.clients}
            load.until(lambda one: one.done >= before[one.task] + 8)
            wait_for_workers(server, 2, but=victim.pid)
        assert server.process.poll() is None
    assert [one.wrong for one in studio.clients if one.wrong] == []
    nothing_lost(studio)


def workers_of(server: Served) -> list[psutil.Process]:
    """The processes that answer requests: those that listen where the server does."""
    family = psutil.Process(server.process.pid).children(recursive=True)
    return [one for one in family if listens(one, server.port)]


def listens(process: psutil.Process, port: int) -> bool:
    """Whether it listens there; one that has just ended does not."""
    with suppress(psutil.Error):
        return any(
            at.laddr and at.laddr.port == port and at.status == psutil.CONN_LISTEN
            for at in process.net_connections("tcp")
        )
    return False


def wait_for_workers(server: Served, count: int, *, but: int) -> None:
    """Until so many answer again."""
    until = time.monotonic() + PATIENCE_S
    while len([one for one in workers_of(server) if one.pid != but]) < count:
        assert time.monotonic() < until
