"""Zou, Kitsu's server, as the peer: brought up by scripts of its own folder, asked, ended.

The folder holds `zou_up.sh`, `zou_env.sh`, `zou_load.py` and `zou_down.sh`, which bring up
PostgreSQL, Redis and gunicorn on loopback below `$ZOU_LAB`, and load the same project by REST.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import time_ns
from typing import Any

import psutil
from api_load import Ask, Connection, Work
from api_ours import asks, some

PORT = 55000


@dataclass(frozen=True, slots=True)
class Zou:
    """The peer, loaded: a token, its master process, and what is in it."""

    token: str
    process: int
    project: str
    tasks: tuple[str, ...]
    wip: str
    retake: str

    def connect(self) -> Connection:
        """A connection of its admin."""
        return Connection(PORT, f"Authorization: Bearer {self.token}\r\n")

    def memory(self) -> list[int]:
        """Bytes that each worker holds, what they share counted in each."""
        return sorted(one.memory_info().rss for one in psutil.Process(self.process).children())


@contextmanager
def served(
    scripts: Path, folder: Path, *, workers: int, cores: Collection[int], loaded: bool
) -> Iterator[Zou]:
    """The peer with a project in it, for as long as the block lasts.

    With `loaded` it is up and loaded already, and stays up.
    """
    lab = folder / "zou"
    env = {
        **os.environ,
        "ZOU_LAB": str(lab),
        "WORKERS": str(workers),
        "BENCH_CPUS": ",".join(map(str, sorted(cores))),
        "R": str(lab / "run"),
    }
    try:
        if not loaded:
            lab.mkdir(parents=True, exist_ok=True)
            _do(["bash", str(scripts / "zou_up.sh")], env)
            python = lab / "zouvenv" / "bin" / "python"
            _do([str(python), str(scripts / "zou_load.py")], env)
        yield _known(lab / "run")
    finally:
        if not loaded:
            _do(["bash", str(scripts / "zou_down.sh")], env)


def shots_with_tasks(zou: Zou) -> Work:
    """All shots of the project with their tasks, which it tells in one answer."""
    return asks(Ask("GET", f"/data/shots/with-tasks?project_id={zou.project}") for _ in count())


def a_page_of_tasks(zou: Zou) -> Work:
    """A hundred tasks."""
    path = f"/data/tasks?project_id={zou.project}&page=1&limit=100"
    return asks(Ask("GET", path) for _ in count())


def one_task(zou: Zou, number: int) -> Work:
    """Tasks, one by one."""
    return asks(Ask("GET", f"/data/tasks/{one}") for one in some(zou.tasks, number))


def status_changes(zou: Zou, number: int) -> Work:
    """Another status for a task, with a comment."""
    bodies = [{"task_status_id": one, "comment": "bench note"} for one in (zou.wip, zou.retake)]
    return asks(
        Ask("POST", f"/actions/tasks/{one}/comment", bodies[at % 2])
        for at, one in enumerate(some(zou.tasks, number))
    )


def versions(zou: Zou, number: int) -> Work:
    """A revision of a task; it takes the number that it is given."""
    first = time_ns() // 10**9 % 10**6 * 100
    mine = ((first + at) * 10 + number for at in count())
    same = {"source": "bench", "extension": "mp4"}
    return asks(
        Ask(
            "POST",
            "/data/preview-files",
            {"name": f"bench_{at}", "task_id": one, "revision": at, **same},
        )
        for at, one in zip(mine, some(zou.tasks, number), strict=False)
    )


def _known(run: Path) -> Zou:
    held = json.loads((run / "ids.json").read_text())
    login = Ask("POST", "/auth/login",
                {"email": "admin@example.com", "password": "mysecretpassword"})  # fmt: skip
    connection = Connection(PORT, "")
    token: Any = json.loads(connection.ask(login))["access_token"]
    connection.close()
    status = held["status"]
    return Zou(
        token,
        int((run / "zou.pid").read_text()),
        held["project"],
        tuple(held["tasks"]),
        status["wip"],
        status["retake"],
    )


def _do(command: list[str], env: Mapping[str, str]) -> None:
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
