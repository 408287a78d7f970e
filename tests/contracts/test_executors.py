"""Every executor keeps the executor contract; new ones are found by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rushes.adapters.executor.processes import ProcessExecutor
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


class TestProcessesStartedAnew(ExecutorContract):
    @pytest.fixture(scope="class")
    @staticmethod
    def executor() -> Iterator[Executor]:
        executor = ProcessExecutor(2, fork=False)
        yield executor
        executor.close()
