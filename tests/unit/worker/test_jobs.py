"""Jobs are done, and done again when the worker that had them was killed."""

from __future__ import annotations

import select
import subprocess
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from rushes import bootstrap
from rushes.cli.server_process import began
from rushes.core.errors import Code
from rushes.core.settings import Settings
from rushes.ports.queues import MOVEMENTS
from rushes.testing.beside import PATIENCE_S, beside, working
from rushes.testing.studios import refusal

# A worker whose only job tells its number, and at the first try never ends.
_WORKER = """
import asyncio, sys, time
from rushes.core import settings
from rushes.worker.bodies import Body
from rushes.worker.jobs import Jobs, Pace

def hang(_settings, number, hangs):
    print(number, flush=True)
    while hangs and sys.argv[1] == "hangs":
        time.sleep(0.1)

async def main():
    bodies = [Body("tell", hang), Body("move", hang, queue="movements")]
    jobs = Jobs(settings.load(flags={}), Pace(0.2, 4.0, 0.2), bodies)
    await asyncio.gather(jobs.run(), jobs.move(), jobs.sweep())

asyncio.run(main())
"""


@pytest.fixture
def queue(loaded: Settings) -> Iterator[Any]:
    with closing(bootstrap.jobs(loaded)) as opened:
        yield opened


def line(process: subprocess.Popen[bytes]) -> str:
    """The next line that a process prints."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE_S)
    assert ready, "it said nothing"
    return process.stdout.readline().decode().strip()


def left(database_url: str) -> list[Any]:
    with psycopg.connect(database_url) as connection:
        return connection.execute("SELECT task_name, status FROM procrastinate_jobs").fetchall()


def test_a_job_of_a_killed_worker_is_done_again(queue: Any, database_url: str) -> None:
    queue.enqueue("tell", {"number": 7, "hangs": True})
    with beside("-c", _WORKER, "hangs") as killed:
        assert line(killed) == "7"
        killed.kill()
        killed.wait()
    assert left(database_url) == [("tell", "doing")]
    with beside("-c", _WORKER, "works") as second:
        assert line(second) == "7"
        while left(database_url):
            pass


def test_jobs_with_one_lock_are_done_in_order(queue: Any) -> None:
    for number in range(3):
        queue.enqueue("tell", {"number": number, "hangs": False}, lock="one")
    with beside("-c", _WORKER, "works") as process:
        assert [line(process) for _ in range(3)] == ["0", "1", "2"]


def test_ingests_and_deliveries_hold_up_no_other_job(
    queue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_SERVER_MOVEMENTS", "2")
    for number in range(7):
        queue.enqueue("move", {"number": number, "hangs": True}, queue=MOVEMENTS)
    with beside("-c", _WORKER, "hangs") as process:
        assert {line(process), line(process)} == {"0", "1"}
        for number in (11, 12):
            queue.enqueue("tell", {"number": number, "hangs": False})
            assert line(process) == str(number)
        process.kill()


def test_what_is_to_wait_once_waits_once(queue: Any) -> None:
    queue.enqueue("tell", {"number": 1}, once="only")
    with refusal(Code.RECORD_CONFLICT):
        queue.enqueue("tell", {"number": 2}, once="only")


def test_the_queues_tables_are_made_once(loaded: Settings, queue: Any, database_url: str) -> None:
    bootstrap.jobs(loaded).close()
    with psycopg.connect(database_url) as connection:
        counted = connection.execute(
            "SELECT count(*), count(DISTINCT name) FROM django_migrations"
            " WHERE app = 'procrastinate'"
        ).fetchone()
    assert counted is not None
    assert counted[0] == counted[1] > 30


def test_the_worker_does_our_own_jobs(
    loaded: Settings, queue: Any, here: Any, database_url: str
) -> None:
    queue.enqueue("verify_events", {})
    with working():
        while left(database_url):
            pass
    assert "sealed" in loaded.log_file.read_text()


def test_a_worker_ends_with_its_parent_at_any_moment(
    loaded: Settings, queue: Any, database_url: str
) -> None:
    script = (
        "import os, subprocess, sys; mine = ['--parent', str(os.getpid())];"
        "process = subprocess.Popen([sys.executable, '-m', 'rushes.worker', *mine]);"
        "print(process.pid, flush=True); process.wait()"
    )
    queue.enqueue("verify_events", {})
    with beside("-c", script) as parent:
        child = int(line(parent))
        while left(database_url):
            pass
        parent.kill()
        parent.wait()
        while began(child):
            pass
