"""A walk whose worker processes die or hang."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.adapters.executor.processes import ProcessExecutor
from rushes.frames.group import Rules
from rushes.model.files import FoundFolder
from rushes.ports.executor import Executor
from rushes.ports.progress import Silent
from rushes.scan import split
from rushes.scan.options import WalkOptions
from rushes.scan.walk import walk
from rushes.testing.faulty_storage import FaultyStorage


@pytest.fixture(autouse=True)
def _everything_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split, "_LOOK_S", 0.0)
    monkeypatch.setattr(ProcessExecutor, "worth_s", 0.001)


@pytest.fixture(params=[True, False], ids=["forked", "started anew"])
def pool(request: pytest.FixtureRequest) -> Iterator[ProcessExecutor]:
    pool = ProcessExecutor(2, fork=request.param)
    yield pool
    pool.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for shot in range(30):
        home = tmp_path / "root" / f"sq{shot // 10}" / f"sh{shot:02d}" / "plates"
        home.mkdir(parents=True)
        for frame in range(1001, 1006):
            (home / f"plate.{frame}.exr").write_bytes(b"x")
    return tmp_path / "root"


def walked(
    root: Path, *, storage: FaultyStorage, executor: Executor, timeout: float = 60.0
) -> list[FoundFolder]:
    found = walk(
        storage,
        str(root),
        rules=Rules(),
        options=WalkOptions(folder_timeout=timeout),
        executor=executor,
        progress=Silent(),
    )
    return list(found)


def test_a_killed_worker_costs_time_but_no_result(root: Path, pool: ProcessExecutor) -> None:
    whole = walked(root, storage=FaultyStorage(), executor=InlineExecutor())
    marker = root.parent / "killed"
    once = FaultyStorage(kills=("sh17",), marker=str(marker))
    assert repr(walked(root, storage=once, executor=pool)) == repr(whole)
    assert marker.exists()


def test_a_folder_that_kills_every_worker_is_told_and_the_rest_is_walked(
    root: Path, pool: ProcessExecutor
) -> None:
    found = walked(root, storage=FaultyStorage(kills=("sh17",)), executor=pool)
    failed = [one for one in found if one.findings]
    assert [(str(one.path), one.unread) for one in failed] == [("sq1/sh17", True)]
    assert [one.rule for one in failed[0].findings] == ["folder.failed"]
    assert sum(len(one.sequences) for one in found) == 29


def test_folders_that_hang_in_workers_are_told_and_the_rest_is_walked(
    root: Path, pool: ProcessExecutor
) -> None:
    pipe = root.parent / "pipe"
    os.mkfifo(pipe)
    dead = ("sh03", "sh17", "sh29")
    storage = FaultyStorage(hangs=dead, pipe=str(pipe))
    found = walked(root, storage=storage, executor=pool, timeout=3.0)
    assert [one.path.name for one in found if one.unread] == list(dead)
    assert {finding.rule for one in found for finding in one.findings} == {"folder.hung"}
    assert sum(len(one.sequences) for one in found) == 27


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the end of others' children is awaited")
@pytest.mark.parametrize(
    "pool",
    [
        "from rushes.adapters.executor.processes import connect\npool = connect('2')\n",
        "from rushes.adapters.executor.dask import connect\npool = connect('local:2')\n",
        # The same once the cluster is there.
        "from rushes.adapters.executor.dask import connect\npool = connect('local:2')\n"
        "pool.submit(os.getpid).result()\npool._starter.join()\n",
    ],
    ids=["processes", "Dask", "Dask later"],
)
def test_workers_are_gone_when_the_scan_itself_is_killed(pool: str) -> None:
    code = (
        f"import os, signal, sys\n{pool}"
        "print(*{pool.submit(os.getpid).result() for _ in range(50)}, flush=True)\n"
        "sys.stdin.read()\n"
    )
    scan = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert scan.stdout is not None
    ends = [os.pidfd_open(int(process)) for process in scan.stdout.readline().split()]
    assert ends
    scan.kill()
    scan.communicate()
    for end in ends:
        assert select.select([end], [], [], 60)[0]
        os.close(end)
