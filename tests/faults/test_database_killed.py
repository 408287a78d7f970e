"""PostgreSQL or a scanning process is killed: the former record stays and the next run works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.db import cluster
from rushes.db.driving import spoken_to
from rushes.db.opening import open_records
from rushes.db.place import database_folder
from rushes.model.scan import ScanState, ScanTotals
from rushes.ports.progress import Silent
from rushes.ports.records import Records, ScanRequest
from rushes.testing.found import ACTOR, MOUNT, found_folder, scanned
from rushes.testing.postgres import enterable_folder, way_in

__all__ = ["way_in"]

pytestmark = pytest.mark.usefixtures("way_in")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder whose bundled server a test may do anything to."""
    with enterable_folder() as folder:
        yield folder
        cluster.stop(database_folder(folder))


def _kill_server(data_dir: Path) -> None:
    pid = cluster.status(database_folder(data_dir)).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def _heads(records: Records) -> list[str]:
    return [one.sequence.head for one in records.sequences(MOUNT).rows]


def test_a_scan_whose_server_was_killed_is_told_so_and_the_next_one_works(data_dir: Path) -> None:
    with closing(open_records(None, data_dir=data_dir)) as records:
        scanned(records, found_folder("show", "a."))
        begun = records.begin_scans([ScanRequest(MOUNT)], actor=ACTOR)[0]
        records.add_folders(begun.id, [found_folder("show", "lost.")], actor=ACTOR)
        held = records._session.held
        assert held is not None
        _kill_server(data_dir)
        # The server's other processes end by themselves, and may do one more thing before.
        while not spoken_to(held):
            pass
        with pytest.raises(RushesError) as caught:
            records.finish_scan(begun.id, ScanTotals(), actor=ACTOR, progress=Silent())
        assert caught.value.code is Code.DATABASE_UNAVAILABLE
        assert caught.value.hint
        assert _heads(records) == ["a."]
        again = scanned(records, found_folder("show", "a.", "b."))
        assert (again.state, again.added, again.removed) == (ScanState.FINISHED, 1, 0)
        states = {one.id: one.state for one in records.scans().rows}
        assert states[begun.id] is ScanState.FAILED


def test_a_server_killed_while_nobody_looked_is_started_by_the_next_run(data_dir: Path) -> None:
    with closing(open_records(None, data_dir=data_dir)) as records:
        scanned(records, found_folder("show", "a."))
    _kill_server(data_dir)
    with closing(open_records(None, data_dir=data_dir)) as records:
        assert _heads(records) == ["a."]


def test_one_killed_process_of_the_server_costs_the_scan_and_not_the_record(
    data_dir: Path,
) -> None:
    with closing(open_records(None, data_dir=data_dir)) as records:
        scanned(records, found_folder("show", "a."))
        begun = records.begin_scans([ScanRequest(MOUNT)], actor=ACTOR)[0]
        records.add_folders(begun.id, [found_folder("show", "lost.")], actor=ACTOR)
        with records._session.driving() as driver:
            pid = driver.info.backend_pid
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(RushesError) as caught:
            records.add_folders(begun.id, [found_folder("show", "more.")], actor=ACTOR)
        assert caught.value.code is Code.DATABASE_UNAVAILABLE
        assert _heads(records) == ["a."]


SCANNING = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from rushes.db.opening import open_records
    from rushes.ports.records import ScanRequest
    from rushes.testing.found import ACTOR, MOUNT, found_folder

    records = open_records(sys.argv[1], data_dir=Path())
    scan = records.begin_scans([ScanRequest(MOUNT)], actor=ACTOR)[0]
    records.add_folders(scan.id, [found_folder("show", "killed.")], actor=ACTOR)
    print(scan.id, flush=True)
    sys.stdin.read()
    """
)


@pytest.fixture
def scanning(database_url: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Another process in the middle of a scan, and the scan's id."""
    with subprocess.Popen(
        [sys.executable, "-c", SCANNING, database_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
        process.kill()


def test_a_killed_scan_leaves_the_record_and_is_cleared_by_the_next(
    database_url: str, scanning: tuple[subprocess.Popen[str], int]
) -> None:
    process, killed = scanning
    with closing(open_records(database_url, data_dir=Path())) as records:
        done = scanned(records, found_folder("show", "a."))
        process.kill()
        process.wait()
        assert _heads(records) == ["a."]
        _until_forgotten(records, killed)
        states = {one.id: one.state for one in records.scans().rows}
        assert states[killed] is ScanState.FAILED
        assert states[done.id] is ScanState.FINISHED
        with records._session.driving() as driver:
            assert driver.execute("SELECT count(*) FROM rushes_stagedsequence").fetchone() == (0,)


def test_a_living_scan_of_another_process_is_left_in_peace(
    database_url: str, scanning: tuple[subprocess.Popen[str], int]
) -> None:
    _, living = scanning
    with closing(open_records(database_url, data_dir=Path())) as records:
        scanned(records, found_folder("show", "a."))
        states = {one.id: one.state for one in records.scans().rows}
        assert states[living] is ScanState.RUNNING
        ended = records.finish_scan(living, ScanTotals(), actor=ACTOR, progress=Silent())
        assert ended.state is ScanState.SUPERSEDED
        assert _heads(records) == ["a."]


def _until_forgotten(records: Records, killed: int) -> None:
    """Scan until the server has noticed the end of the killed process, which it does by itself."""
    for _ in range(10_000):
        scanned(records, found_folder("show", "a."))
        if {one.id: one.finished for one in records.scans().rows}[killed] is not None:
            return
    raise AssertionError("the killed scan was not cleared away")
