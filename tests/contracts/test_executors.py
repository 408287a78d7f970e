"""Every executor keeps the executor contract; new ones are found by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest

from rushes.adapters.executor.processes import ProcessExecutor
from rushes.core.errors import Code, RushesError
from rushes.ports import registry
from rushes.ports.executor import Executor
from rushes.testing.contracts.executor import ClosingContract, ExecutorContract

# How to ask for a small one of its kind; nothing, for an adapter not named here.
SMALL = {"processes": "2", "dask": "local:2"}


def opened(name: str) -> Executor:
    executor: Executor = registry.connect("executor", name, SMALL.get(name, ""))
    return executor


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
class TestExecutors(ExecutorContract):
    @pytest.fixture(scope="class", params=registry.names("executor"))
    @staticmethod
    def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
        executor = opened(request.param)
        yield executor
        executor.close()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
class TestClosing(ClosingContract):
    @pytest.fixture(params=registry.names("executor"))
    @staticmethod
    def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
        executor = opened(request.param)
        yield executor
        executor.close()


@pytest.mark.parametrize(("name", "address"), [("processes", "many"), ("dask", "local:0")])
def test_an_address_that_makes_no_sense_is_refused(name: str, address: str) -> None:
    with pytest.raises(RushesError) as caught:
        registry.connect("executor", name, address)
    assert caught.value.code is Code.USAGE


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rushes.adapters.executor.dask._CONNECT_S", 0.2)
    with pytest.raises(RushesError) as caught:
        registry.connect("executor", "dask", "tcp://127.0.0.1:1")
    assert caught.value.code is Code.EXECUTOR_FAILED
    assert "tcp://127.0.0.1:1" in caught.value.message


class TestProcessesStartedAnew(ExecutorContract):
    @pytest.fixture(scope="class")
    @staticmethod
    def executor() -> Iterator[Executor]:
        executor = ProcessExecutor(2, fork=False)
        yield executor
        executor.close()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
class TestAClusterThatRunsAlready(ExecutorContract):
    @pytest.fixture(scope="class")
    @staticmethod
    def executor() -> Iterator[Executor]:
        distributed = import_module("distributed")
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None
        ) as cluster:
            executor: Executor = registry.connect("executor", "dask", cluster.scheduler_address)
            yield executor
            executor.close()
