"""Work on a Dask cluster is done by children of its workers, which have one thread."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from importlib import import_module
from threading import Event
from typing import Any

import pytest

from rushes.adapters import dask_work
from rushes.adapters.executor import dask
from rushes.adapters.executor.dask import DaskExecutor, LocalDaskExecutor
from rushes.core.errors import Code, RushesError
from rushes.ports import errand
from rushes.ports.executor import Executor

PATIENCE_S = 60

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
linux = pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")


def asked(executor: Executor) -> set[tuple[str, ...]]:
    """The threads of each process that does some of many tasks; the first has its number."""
    futures = [executor.submit(os.listdir, "/proc/self/task") for _ in range(20)]
    return {tuple(one.result(PATIENCE_S)) for one in futures}


@pytest.fixture
def local() -> Iterator[LocalDaskExecutor]:
    executor = LocalDaskExecutor(2)
    yield executor
    executor.close()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Holds Dask back until it is set."""
    come, found = Event(), dask._distributed

    def late() -> Any:
        assert come.wait(PATIENCE_S)
        return found()

    monkeypatch.setattr(dask, "_distributed", late)
    yield come
    come.set()


def there(executor: LocalDaskExecutor) -> DaskExecutor | None:
    assert executor._starter is not None
    executor._starter.join(PATIENCE_S)
    return executor._dask


@linux
def test_the_same_processes_work_before_the_cluster_is_there_and_after(
    at_once: Event, local: LocalDaskExecutor
) -> None:
    before = asked(local)
    at_once.set()
    assert there(local) is not None
    after = asked(local)
    assert len(before | after) == 2
    assert {len(threads) for threads in before | after} == {1}


def test_the_cluster_has_as_many_workers_as_were_asked_for(local: LocalDaskExecutor) -> None:
    local.submit(os.getpid).result(PATIENCE_S)
    made = there(local)
    assert made is not None
    assert len(made._client.nthreads()) == 2
    # Each has its next task at hand, and all of them have one process each that works.
    asked = [local.submit(os.getpid) for _ in range(20)]
    at_work = {one.result(PATIENCE_S) for one in asked}
    assert os.getpid() not in at_work
    assert len(at_work) <= 2


def test_the_cluster_listens_to_nobody_but_this_machine(local: LocalDaskExecutor) -> None:
    local.submit(os.getpid).result(PATIENCE_S)
    assert there(local) is not None
    cluster = local._cluster
    assert cluster.scheduler_address.startswith("inproc://")
    servers = [one.http_server for one in (cluster.scheduler, *cluster.workers.values())]
    assert {server.address for server in servers} == {"127.0.0.1"}


def test_what_was_given_before_the_cluster_is_there_ends_with_it(
    at_once: Event, local: LocalDaskExecutor
) -> None:
    local.submit(os.getpid).result(PATIENCE_S)
    at_once.set()
    local.shutdown()
    with pytest.raises(RushesError, match="no longer there"):
        local.submit(os.getpid)


def test_a_cluster_that_cannot_be_made_is_told(
    monkeypatch: pytest.MonkeyPatch, local: LocalDaskExecutor
) -> None:
    def full() -> None:
        raise OSError("too many open files")

    monkeypatch.setattr(dask, "_distributed", full)
    assert local.submit(int, "7").result(PATIENCE_S) == 7
    assert there(local) is None
    with pytest.raises(RushesError, match="too many open files") as caught:
        local.submit(int, "7")
    assert caught.value.code is Code.EXECUTOR_FAILED


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """A client of a cluster whose one worker does two tasks at once, in this process."""
    distributed = import_module("distributed")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


@pytest.fixture
def cluster(client: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[DaskExecutor]:
    """Such a one whose worker has no children yet."""
    children = type(dask_work._CHILDREN)()
    monkeypatch.setattr(dask_work, "_CHILDREN", children)
    yield DaskExecutor(client)
    for one in children.values():
        if one is not None:
            one.kill()


@linux
def test_a_worker_has_as_many_children_as_it_does_tasks_at_once(cluster: DaskExecutor) -> None:
    found = asked(cluster)
    assert len(found) <= 2
    assert {len(threads) for threads in found} == {1}


@pytest.mark.parametrize("program", ["/no/such/python", "false"])
def test_a_worker_that_can_start_no_process_does_the_work_itself(
    cluster: DaskExecutor, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    futures: list[Future[int]] = [cluster.submit(os.getpid) for _ in range(4)]
    assert {one.result(PATIENCE_S) for one in futures} == {os.getpid()}


def test_an_answer_can_be_a_failure() -> None:
    future: Future[None] = Future()
    future.set_running_or_notify_cancel()
    errand.settle(future, errand.failed(RushesError(Code.USAGE, "no such show")))
    with pytest.raises(RushesError, match="no such show"):
        future.result(0)
