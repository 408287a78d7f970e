"""`rushes scan` as a process: killed, doubled, robbed of its database or of its disk."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
import pytest

from rushes.cli import exits
from rushes.db import cluster
from rushes.db.opening import open_records
from rushes.db.place import Place
from rushes.model.scan import ScanState
from rushes.testing.postgres import enterable_folder

_LONGEST_S = 100
FORMER = '<!DOCTYPE html><meta name="generator" content="Rushes 0.0.1">the former one'


@pytest.fixture
def shows(tmp_path: Path) -> Path:
    root = tmp_path / "shows"
    for shot in ("sh0010", "sh0020"):
        (root / shot).mkdir(parents=True)
        for frame in range(1001, 1011):
            (root / shot / f"beauty.{frame}.exr").write_bytes(b"x")
    return root


def begin(
    *args: str | Path,
    home: Path,
    database: str = "",
    before: Callable[[], None] | None = None,
    command: str = "scan",
) -> subprocess.Popen[bytes]:
    env = {one: value for one, value in os.environ.items() if not one.startswith("RUSHES_")}
    env |= {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "HOME": str(home),
        "RUSHES_DATA_DIR": str(home / "data"),
    }
    if database:
        env["RUSHES_DATABASE_URL"] = database
    return subprocess.Popen(
        [sys.executable, "-m", "rushes", command, *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
        cwd=home,
        preexec_fn=before,  # noqa: PLW1509 - nothing here has threads
    )


def ended(process: subprocess.Popen[bytes]) -> tuple[int, bytes, bytes]:
    out, err = process.communicate(timeout=_LONGEST_S)
    return process.returncode, out, err


def listed(shows: Path, *, home: Path, database: str) -> list[dict[str, Any]]:
    """What `rushes changes --scans` tells."""
    process = begin(shows, "--scans", "--json", home=home, database=database, command="changes")
    code, out, err = ended(process)
    assert (code, err) == (exits.OK, b"")
    return list(json.loads(out)["scans"])


@contextmanager
def held_up(url: str) -> Iterator[Callable[[], None]]:
    """No scan gets past its last step; yields how to wait until one has come to it."""
    with closing(psycopg.connect(url, autocommit=True)) as watching:

        def wait() -> None:
            until = monotonic() + _LONGEST_S
            while monotonic() < until:
                waiting = watching.execute(
                    "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
                ).fetchone()
                if waiting is not None:
                    return
            raise AssertionError("no scan came so far")

        with closing(psycopg.connect(url)) as holding:
            holding.execute("LOCK TABLE rushes_sequencerow IN ACCESS EXCLUSIVE MODE")
            yield wait


def alone(url: str) -> None:
    """Wait until the server has noticed that nobody else is there, which it does by itself."""
    others = "SELECT FROM pg_stat_activity WHERE datname = current_database()"
    others += " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    with closing(psycopg.connect(url, autocommit=True)) as watching:
        while watching.execute(others.encode()).fetchone() is not None:
            pass


def states(url: str) -> list[ScanState]:
    with closing(open_records(url, data_dir=Path())) as records:
        return [one.state for one in records.scans().rows]


def held(url: str, mount: Path) -> int:
    with closing(open_records(url, data_dir=Path())) as records:
        return len(records.sequences(str(mount)).rows)


def test_a_scan_killed_at_its_last_step_leaves_the_former_record(
    shows: Path, tmp_path: Path, database_url: str
) -> None:
    assert ended(begin(shows, home=tmp_path, database=database_url))[0] == exits.OK
    (shows / "sh0030").mkdir()
    (shows / "sh0030" / "new.1001.exr").write_bytes(b"x")
    with held_up(database_url) as wait:
        process = begin(shows, "--full", home=tmp_path, database=database_url)
        wait()
        process.send_signal(signal.SIGKILL)
        assert ended(process)[0] == -signal.SIGKILL
    alone(database_url)
    assert held(database_url, shows) == 2
    code, out, _ = ended(begin(shows, home=tmp_path, database=database_url))
    assert code == exits.OK
    assert b"1 added, 0 removed, 0 changed" in out
    assert held(database_url, shows) == 3
    assert states(database_url) == [ScanState.FINISHED, ScanState.FAILED, ScanState.FINISHED]


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_a_scan_that_was_ended_is_listed_as_failed_before_the_next_begins(
    shows: Path, tmp_path: Path, database_url: str, by: signal.Signals
) -> None:
    with held_up(database_url) as wait:
        process = begin(shows, "--full", home=tmp_path, database=database_url)
        wait()
        assert [one["state"] for one in listed(shows, home=tmp_path, database=database_url)] == [
            "running"
        ]
        process.send_signal(by)
        ended(process)
    alone(database_url)
    (told,) = listed(shows, home=tmp_path, database=database_url)
    assert told["state"] == "failed"


def test_of_two_scans_at_once_each_says_what_became_of_it(
    shows: Path, tmp_path: Path, database_url: str
) -> None:
    both = [begin(shows, "--json", home=tmp_path, database=database_url) for _ in range(2)]
    told = []
    for process in both:
        code, out, err = ended(process)
        assert (code, err) == (exits.OK, b"")
        told.append(json.loads(out)["scans"][0]["record"]["state"])
    assert "finished" in told
    assert sorted(told) == sorted(state.value for state in states(database_url))
    assert held(database_url, shows) == 2


def test_a_database_killed_under_a_scan_is_told_and_the_next_scan_works(
    shows: Path, tmp_path: Path
) -> None:
    with enterable_folder() as home:
        folder = home / "data" / "postgres"
        try:
            assert ended(begin(shows, home=home))[0] == exits.OK
            url = Place(folder).url()
            with held_up(url) as wait:
                process = begin(shows, "--full", "--json", home=home)
                wait()
                pid = cluster.status(folder).pid
                assert pid is not None
                os.kill(pid, signal.SIGKILL)
                code, out, err = ended(process)
            assert code == exits.UNAVAILABLE
            assert json.loads(out)["error"]["code"] == "database.unavailable"
            assert b"database" in err
            assert b"Traceback" not in err
            assert ended(begin(shows, home=home))[0] == exits.OK
            assert held(Place(folder).url(), shows) == 2
        finally:
            cluster.stop(folder)


def test_a_report_that_does_not_fit_the_disk_costs_the_report_alone(
    shows: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.html"
    report.write_text(FORMER)
    process = begin(
        *(shows, "--no-db", "--json", "--report", report),
        home=tmp_path,
        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048)),
    )
    code, out, err = ended(process)
    assert code == exits.NOT_WRITTEN
    document = json.loads(out)
    assert document["report"] is None
    assert len(document["scans"][0]["sequences"]) == 2
    assert b"report.html" in err
    assert report.read_text() == FORMER
    assert [one.name for one in tmp_path.iterdir() if ".part" in one.name] == []


def test_an_interrupted_scan_says_so_and_leaves_no_trace(
    shows: Path, tmp_path: Path, database_url: str
) -> None:
    with held_up(database_url) as wait:
        process = begin(shows, home=tmp_path, database=database_url)
        wait()
        process.send_signal(signal.SIGINT)
        code, out, err = ended(process)
    assert code == exits.INTERRUPTED
    assert out == b""
    assert b"Interrupted" in err
    assert held(database_url, shows) == 0
    assert states(database_url) == [ScanState.FAILED]
