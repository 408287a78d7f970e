"""Rushes as a server to be measured: brought up, loaded, asked, ended."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from time import perf_counter, sleep
from typing import Any

import psutil
from api_load import Ask, Connection, RefusedError, Work
from measure import RUSHES, environment

TYPES = ("layout", "anim", "fx", "lgt", "comp")
_SHOTS = 20
_AT_ONCE = 1000
_READY_S = 60.0
_V1 = "/api/v1"
# What a production page shows of a task, and what the peer tells of it.
_TOLD = "id,code,status,frame_in,frame_out,custom,tasks"


@dataclass(frozen=True, slots=True)
class Ours:
    """A server that was loaded: its port, a token, and what is in it."""

    port: int
    token: str
    process: int
    start_s: float
    project: int
    tasks: tuple[int, ...]
    shots: int

    def connect(self) -> Connection:
        """A connection of somebody who may do everything."""
        return Connection(self.port, f"Authorization: Bearer {self.token}\r\n")

    def memory(self) -> list[int]:
        """Bytes that each worker holds, what they share counted in each."""
        server = psutil.Process(self.process)
        mine = server.cmdline()
        return sorted(
            one.memory_info().rss
            for one in server.children()
            if one.cmdline() == mine or "spawn_main" in " ".join(one.cmdline())
        )


@contextmanager
def served(
    folder: Path, *, port: int, workers: int, cores: Collection[int], sequences: int
) -> Iterator[Ours]:
    """A server with a project in it, for as long as the block lasts."""
    data = folder / "rushes"
    on: Any = {"cores": cores, "data": data}
    _run("db", "start", **on)
    process: subprocess.Popen[bytes] | None = None
    try:
        _run("user", "add", "bench", "--admin", "--password-stdin", **on)
        token = json.loads(
            _run(
                *("token", "create", "--name", "bench", "--user", "bench"),
                *("--scope", "admin", "--json"),
                **on,
            )
        )["secret"]
        # The first start makes tables; what is measured is the next.
        for _ in range(2):
            if process is not None:
                _end(process)
            began = perf_counter()
            process = _start("serve", "--port", str(port), "--workers", str(workers), **on)
            connection = _answering(port, token, until=began + _READY_S)
            start_s = perf_counter() - began
        assert process is not None
        project, tasks = _loaded(connection, sequences)
        connection.close()
        yield Ours(port, token, process.pid, start_s, project, tasks, sequences * _SHOTS)
    finally:
        if process is not None:
            _end(process)
        _run("db", "stop", **on)


def history(ours: Ours, events: int) -> None:
    """So many events more: other priorities, a thousand at a time."""
    connection = ours.connect()
    for at in range(0, events, _AT_ONCE):
        begin = at % (len(ours.tasks) - _AT_ONCE + 1)
        rows = [
            {"id": one, "priority": 1 + at // _AT_ONCE % 1000}
            for one in ours.tasks[begin : begin + _AT_ONCE]
        ]
        connection.ask(Ask("PATCH", f"{_V1}/tasks", rows))
    connection.close()


def shots_with_tasks(ours: Ours, *, page: int) -> Work:
    """All shots of the project with their tasks, page after page."""
    first = f"{_V1}/shots?project={ours.project}&fields={_TOLD}&limit={page}"

    def unit(connection: Connection) -> None:
        path, seen = first, 0
        while path:
            answer = connection.ask(Ask("GET", path))
            seen += answer.count(b'"code":')
            tail = answer[answer.rfind(b'"next":') + 7 : -1]
            path = "" if tail == b"null" else f"{first}&cursor={json.loads(tail)}"
        if seen != ours.shots:
            raise RefusedError(f"{seen} shots, not {ours.shots}")

    while True:
        yield unit


def a_page_of_shots(ours: Ours) -> Work:
    """The first hundred shots with their tasks."""
    return asks(
        Ask("GET", f"{_V1}/shots?project={ours.project}&fields={_TOLD}&limit=100") for _ in count()
    )


def a_page_of_tasks(ours: Ours) -> Work:
    """A hundred tasks with all their fields."""
    return asks(Ask("GET", f"{_V1}/tasks?project={ours.project}&limit=100") for _ in count())


def one_task(ours: Ours, number: int) -> Work:
    """Tasks, one by one."""
    return asks(Ask("GET", f"{_V1}/tasks/{one}") for one in some(ours.tasks, number))


def status_changes(ours: Ours, number: int) -> Work:
    """Another status for a task, with a comment, in one request."""
    bodies = [{"text": "bench note", "status": one} for one in ("wip", "internal_approved")]
    return asks(
        Ask("POST", f"{_V1}/tasks/{one}/comment", bodies[at % 2])
        for at, one in enumerate(some(ours.tasks, number))
    )


def versions(ours: Ours, number: int) -> Work:
    """A version of a task, under the next number."""
    return asks(
        Ask("POST", f"{_V1}/versions", {"task": one, "name": f"bench_{number}_{at}"})
        for at, one in enumerate(some(ours.tasks, number))
    )


def numbers(ours: Ours, number: int) -> Work:
    """Numbers of publishes reserved on twenty tasks by all at once; units tell them."""
    chance = Random(number)

    def unit(connection: Connection) -> tuple[int, int, int]:
        task = chance.choice(ours.tasks[:20])
        wanted = {"task": task, "software": "bench", "bump": "version"}
        made = json.loads(connection.ask(Ask("POST", f"{_V1}/publishes/next", wanted)))
        return task, made["version"], made["iteration"]

    while True:
        yield unit


def asks(wanted: Iterator[Ask]) -> Work:
    """A unit of work of each request."""
    for one in wanted:
        yield partial(Connection.ask, wanted=one)


def some(tasks: tuple[Any, ...], number: int) -> Iterator[Any]:
    """All tasks again and again, in an order of this process alone."""
    mine = list(tasks)
    Random(number).shuffle(mine)
    while True:
        yield from mine


def _loaded(connection: Connection, sequences: int) -> tuple[int, tuple[int, ...]]:
    """The project and its tasks, made over the API."""
    project = json.loads(connection.ask(Ask("POST", f"{_V1}/projects", {"code": "bench"})))["id"]
    types = {
        one["code"]: one["id"]
        for one in json.loads(connection.ask(Ask("GET", f"{_V1}/task-types?limit=1000")))["data"]
    }
    codes = [f"SQ{at:03d}" for at in range(1, sequences + 1)]
    made = _made(connection, "sequences", [{"project": project, "code": one} for one in codes])
    frames = {"frame_in": 1001, "frame_out": 1096}
    rows = [
        {"sequence": one, "code": f"{code}_{shot * 10:04d}", **frames}
        for one, code in zip(made, codes, strict=True)
        for shot in range(1, _SHOTS + 1)
    ]
    shots = _made(connection, "shots", rows)
    wanted = [{"shot": shot, "type": types[code]} for code in TYPES for shot in shots]
    return project, tuple(_made(connection, "tasks", wanted))


def _made(connection: Connection, plural: str, rows: list[dict[str, Any]]) -> list[int]:
    made: list[int] = []
    for at in range(0, len(rows), _AT_ONCE):
        answer = connection.ask(Ask("POST", f"{_V1}/{plural}", rows[at : at + _AT_ONCE]))
        made += (one["id"] for one in json.loads(answer)["data"])
    return made


def _answering(port: int, token: str, *, until: float) -> Connection:
    """A connection to the server, once it has answered with a record."""
    while True:
        with suppress(OSError, RefusedError):
            connection = Connection(port, f"Authorization: Bearer {token}\r\n")
            connection.ask(Ask("GET", f"{_V1}/task-types?limit=1"))
            return connection
        if perf_counter() > until:
            raise SystemExit("the server does not answer")
        sleep(0.01)


def _run(*words: str, cores: Collection[int], data: Path) -> str:
    given = f"{secrets.token_urlsafe(12)}\n" if "--password-stdin" in words else None
    with _on(cores):
        done = subprocess.run(
            [*RUSHES, *words],
            input=given,
            env=environment(data),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise SystemExit(f"rushes {' '.join(words)}: {done.stderr}")
    return done.stdout


def _start(*words: str, cores: Collection[int], data: Path) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    with _on(cores):
        return subprocess.Popen(
            [*RUSHES, *words], env=environment(data), stdout=quiet, stderr=quiet
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(60)


@contextmanager
def _on(cores: Collection[int]) -> Iterator[None]:
    """What is started in the block stays on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
