"""Streams of the live process, by real sockets: nothing is missed, nothing told twice."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from rushes import bootstrap
from rushes.core import settings
from rushes.core.settings import Settings
from rushes.db.opening import open_studio
from rushes.model.scan import Actor
from rushes.ports.people import Caller, NewToken, Person
from rushes.ports.studio import Access, Studio
from rushes.testing.beside import beside
from rushes.testing.postgres import temporary_database
from rushes.testing.served import free_port
from rushes.testing.studios import ADA, ADMIN, World, change, make, world
from rushes.web.live.ticket import issue
from rushes.web.secret import secret_key


@pytest.fixture
def database_url(postgres_server: str, _migrated: str) -> Iterator[str]:
    with temporary_database(postgres_server, template=_migrated) as url:
        yield url


@pytest.fixture
def loaded(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    return settings.load(flags={})


@pytest.fixture
def studio(loaded: Settings, database_url: str) -> Iterator[Studio]:
    with closing(open_studio(database_url, data_dir=Path())) as opened:
        yield opened


@pytest.fixture
def here(studio: Studio) -> World:
    return world(studio)


@pytest.fixture
def seal(loaded: Settings, here: World) -> Iterator[Callable[[], int]]:
    with closing(bootstrap.events(loaded)) as events:
        events.seal()
        yield events.seal


class Stream:
    """A client: its events as they come, and the position that it would come again with."""

    def __init__(self, port: int, query: str, **head: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=90)
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items())
        self._socket.sendall(f"GET /events?{query} HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode())
        self._file = self._socket.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        self.headers = dict(self._fields())
        self.position = 0
        if self.status == 200:
            self._next()

    def event(self) -> dict[str, Any]:
        """The next event."""
        while (told := self._next()) is None:
            pass
        return told

    def drain(self) -> None:
        """All that comes until the stream ends."""
        while self._file.readline():
            pass

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def _fields(self) -> Iterator[tuple[str, str]]:
        while line := self._file.readline().decode().strip():
            name, _, value = line.partition(": ")
            yield name.lower(), value

    def _next(self) -> dict[str, Any] | None:
        """What stands up to the next empty line; None where that is no event."""
        told: dict[str, str] = {}
        while True:
            line = self._file.readline()
            assert line, "the stream has ended"
            text = line.decode().rstrip("\r\n")
            if not text and told:
                break
            name, found, value = text.partition(": ")
            if found and name in ("id", "event", "data"):
                told[name] = value
        self.position = int(told["id"])
        if "data" not in told:
            return None
        event = json.loads(told["data"])
        assert event["type"] == told["event"]
        assert event["position"] == self.position
        return dict(event)


@contextmanager
def live(port: int) -> Iterator[Any]:
    """The live process, once it answers."""
    with beside("-m", "rushes.web.live", "--port", str(port)) as process:
        while True:
            assert process.poll() is None, process.communicate()[0].decode()
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                pass
        yield process


def ticket(loaded: Settings, access: Access = ADMIN, token: int | None = None) -> str:
    caller = Caller(Actor("ada"), access, token)
    return f"ticket={issue(caller, key=secret_key(loaded.data_dir))}"


def test_events_come_as_they_are_sealed_and_go_on_after_a_break(
    loaded: Settings, studio: Studio, here: World, seal: Callable[[], int]
) -> None:
    port = free_port()
    with live(port):
        with closing(Stream(port, ticket(loaded))) as first:
            assert first.headers["content-type"].startswith("text/event-stream")
            assert first.headers["access-control-allow-origin"] == "*"
            change(studio, "task", here.task, {"priority": 1})
            seal()
            told = first.event()
            assert (told["type"], told["after"]) == ("task.update", {"priority": 1})
            last = first.position
        for priority in (2, 3):
            change(studio, "task", here.task, {"priority": priority})
        seal()
        with closing(Stream(port, ticket(loaded), Last_Event_ID=str(last))) as again:
            assert [again.event()["after"]["priority"] for _ in range(2)] == [2, 3]
            change(studio, "task", here.task, {"priority": 4})
            seal()
            assert again.event()["after"] == {"priority": 4}
        with closing(Stream(port, f"{ticket(loaded)}&after={last}&kind=shot,task.update")) as asked:
            assert [asked.event()["after"]["priority"] for _ in range(3)] == [2, 3, 4]


def test_a_killed_live_process_is_gone_on_from(
    loaded: Settings, studio: Studio, here: World, seal: Callable[[], int]
) -> None:
    port = free_port()
    with live(port) as killed, closing(Stream(port, ticket(loaded))) as stream:
        last = stream.position
        killed.kill()
        killed.wait()
    change(studio, "task", here.task, {"priority": 1})
    seal()
    with live(port), closing(Stream(port, f"{ticket(loaded)}&after={last}")) as stream:
        change(studio, "task", here.task, {"priority": 2})
        seal()
        assert [stream.event()["after"]["priority"] for _ in range(2)] == [1, 2]


def test_what_commits_late_is_streamed_late_and_not_lost(
    loaded: Settings, studio: Studio, here: World, seal: Callable[[], int], database_url: str
) -> None:
    import psycopg

    port = free_port()
    with (
        live(port),
        closing(Stream(port, ticket(loaded))) as stream,
        psycopg.connect(database_url) as slow,
    ):
        slow.execute("UPDATE rushes_shot SET status = 'omit' WHERE id = %s", [here.shots[0]])
        change(studio, "task", here.task, {"priority": 1})
        seal()
        assert stream.event()["type"] == "task.update"
        slow.commit()
        seal()
        assert stream.event()["type"] == "shot.update"


def test_everybody_is_streamed_what_is_theirs(
    loaded: Settings, studio: Studio, here: World, seal: Callable[[], int]
) -> None:
    change(studio, "task", here.asset_task, {"assignees": [here.vera]})
    seal()
    roles = {name: Access(roles={here.project: name}, artist=here.vera) for name in
             ("vendor", "client", "artist")}  # fmt: skip
    other = Access(roles={here.project + 1: "admin"}, artist=here.ada)
    port = free_port()
    with live(port):
        streams = {name: Stream(port, ticket(loaded, one)) for name, one in roles.items()}
        nobody = Stream(port, ticket(loaded, other))
        change(studio, "task", here.task, {"priority": 1})
        change(studio, "shot", here.shots[0], {"code": "sh011", "description": "secret"})
        change(studio, "task", here.asset_task, {"priority": 2})
        seal()
        assert streams["vendor"].event()["target"] == here.asset_task
        assert streams["client"].event()["after"] == {"code": "sh011"}
        assert [streams["artist"].event()["type"] for _ in range(3)] == [
            *("task.update", "shot.update", "task.update")
        ]
        for one in (*streams.values(), nobody):
            one.close()


@pytest.mark.parametrize("taken", ["role", "login", "other role"])
def test_a_stream_ends_with_the_rights_that_it_was_begun_with(
    loaded: Settings, studio: Studio, here: World, seal: Callable[[], int], taken: str
) -> None:
    role = make(studio, "membership", project=here.project, artist=here.vera, role="vendor").id
    seal()
    theirs = Access(roles={here.project: "vendor"}, artist=here.vera)
    others = Access(roles={here.project + 1: "vendor"}, artist=here.ada)
    port = free_port()
    with live(port):
        ended, stays = Stream(port, ticket(loaded, theirs)), Stream(port, ticket(loaded, others))
        if taken == "role":
            studio.remove("membership", [role], access=ADMIN, actor=ADA)
        elif taken == "login":
            change(studio, "artist", here.vera, {"is_active": False})
        else:
            change(studio, "membership", role, {"role": "client"})
        seal()
        ended.drain()
        change(studio, "artist", here.ada, {"name": "Ada"})
        seal()
        assert stays.event()["target"] == here.ada
        ended.close()
        stays.close()


def test_a_stream_ends_with_the_token_that_it_was_begun_with(
    loaded: Settings, studio: Studio, here: World, seal: Callable[[], int]
) -> None:
    port, actor = free_port(), Actor("tests")
    with closing(bootstrap.people(loaded)) as people, live(port):
        login = people.add(Person(0, "tess"), password="", actor=actor).login
        made, other = (
            people.add_token(NewToken("t", login, ("read",)), actor=actor)[0] for _ in range(2)
        )
        seal()
        ended = Stream(port, ticket(loaded, token=made.id))
        stays = Stream(port, ticket(loaded, token=other.id))
        people.revoke_token(made.id, actor=actor)
        seal()
        ended.drain()
        assert stays.event()["target"] == made.id
        ended.close()
        stays.close()


def test_nobody_comes_in_without_a_ticket(loaded: Settings, here: World) -> None:
    port = free_port()
    with live(port):
        good = ticket(loaded)
        for query, status in (
            ("", 401),
            ("ticket=abc.def", 401),
            (f"{good}x", 401),
            (f"{good}&after=x", 422),
            (f"{good}&colour=red", 422),
            (f"{good}&kind=tusk", 422),
        ):
            with closing(Stream(port, query)) as refused:
                assert refused.status == status, query


def test_who_does_not_read_costs_nothing_and_delays_nobody(
    loaded: Settings, studio: Studio, here: World, seal: Callable[[], int]
) -> None:
    port = free_port()
    with (
        live(port) as process,
        closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as deaf,
    ):
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(f"GET /events?{ticket(loaded)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        before = memory(process.pid)
        writer = Access(everything=True, artist=here.ada)
        with closing(Stream(port, ticket(loaded))) as stream:
            for _ in range(40):
                note = {"kind": "task", "target": here.task, "text": "n" * 100_000}
                studio.create("note", [note], access=writer, actor=Actor("ada"))
            seal()
            assert [stream.event()["type"] for _ in range(40)] == ["note.create"] * 40
        # The events themselves are held once, and sent to the one who reads.
        assert memory(process.pid) - before < 60 * 1024**2


def memory(pid: int) -> int:
    """Bytes that a process has in memory; 0 where nobody says."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0
