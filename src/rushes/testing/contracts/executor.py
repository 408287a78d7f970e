"""What every executor has to do."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.ports.executor import Executor

PATIENCE_S = 60


class ExecutorContract:
    """Subclass it and give a fixture `executor`, open; one for the whole class will do.

    Tests that kill workers are skipped where `workers` is 0: there it would be this process.
    """

    def test_a_task_gives_its_result(self, executor: Executor) -> None:
        assert executor.submit(joined, b"plate", b".1001").result(PATIENCE_S) == b"plate.1001"

    def test_many_tasks_all_come_back_each_to_who_asked(self, executor: Executor) -> None:
        futures = [executor.submit(joined, b"%d" % at, b"!") for at in range(200)]
        results = [future.result(PATIENCE_S) for future in futures]
        assert results == [b"%d!" % at for at in range(200)]

    def test_tasks_may_be_submitted_from_several_threads(self, executor: Executor) -> None:
        def ask(at: int) -> bytes:
            return executor.submit(joined, b"%d" % at, b"").result(PATIENCE_S)

        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(ask, range(40))) == [b"%d" % at for at in range(40)]

    def test_what_a_task_raises_comes_back_as_it_was(self, executor: Executor) -> None:
        with pytest.raises(RushesError) as caught:
            executor.submit(failing, "no such show").result(PATIENCE_S)
        assert (caught.value.code, caught.value.message) == (Code.USAGE, "no such show")
        assert caught.value.hint == "ask"

    def test_an_exception_that_cannot_travel_still_says_what_it_was(
        self, executor: Executor
    ) -> None:
        with pytest.raises(Exception, match="sealed"):
            executor.submit(failing_oddly).result(PATIENCE_S)

    def test_megabytes_go_both_ways_unharmed(self, executor: Executor) -> None:
        frame = os.urandom(1 << 16) * 64
        assert executor.submit(joined, frame, frame).result(PATIENCE_S) == frame + frame

    def test_names_of_any_bytes_survive_the_journey(self, executor: Executor) -> None:
        name = os.fsdecode(b"pl\xe4te\n\xff.1001.exr")
        assert executor.submit(repeated, name).result(PATIENCE_S) == [name, name]

    def test_what_a_task_prints_stays_off_our_output(
        self, executor: Executor, capfd: pytest.CaptureFixture[str]
    ) -> None:
        _has_workers(executor)
        executor.submit(printing).result(PATIENCE_S)
        assert "printed by a task" not in capfd.readouterr().out

    def test_a_killed_worker_costs_time_but_no_result(
        self, executor: Executor, tmp_path: Path
    ) -> None:
        _has_workers(executor)
        doomed = executor.submit(dying_once, str(tmp_path / "died"))
        others = [executor.submit(joined, b"%d" % at, b"") for at in range(20)]
        assert doomed.result(PATIENCE_S) == b"done the second time"
        assert [other.result(PATIENCE_S) for other in others] == [b"%d" % at for at in range(20)]

    def test_a_task_that_kills_every_worker_fails_and_the_rest_go_on(
        self, executor: Executor
    ) -> None:
        _has_workers(executor)
        with pytest.raises(RushesError) as caught:
            executor.submit(dying).result(PATIENCE_S)
        assert caught.value.code is Code.EXECUTOR_FAILED
        assert executor.submit(joined, b"a", b"b").result(PATIENCE_S) == b"ab"

    def test_it_says_how_many_tasks_run_at_once(self, executor: Executor) -> None:
        assert executor.workers >= 0
        assert executor.worth_s >= 0
        assert executor.caller_helps in (True, False)


class ClosingContract:
    """Subclass it and give a fixture `executor`, a fresh one for every test."""

    def test_one_never_used_can_be_closed_twice(self, executor: Executor) -> None:
        executor.close()
        executor.close()

    def test_a_closed_one_takes_no_more_and_says_so(self, executor: Executor) -> None:
        assert executor.submit(joined, b"a", b"b").result(PATIENCE_S) == b"ab"
        executor.close()
        with pytest.raises(RushesError) as caught:
            executor.submit(joined, b"a", b"b")
        assert caught.value.code is Code.EXECUTOR_FAILED


def joined(one: bytes, other: bytes) -> bytes:
    """A task as small as can be."""
    return one + other


def repeated(name: str) -> list[str]:
    """A task that gives back what it got."""
    return [name, name]


def printing() -> None:
    """A task that talks."""
    print("printed by a task")  # noqa: T201


def failing(message: str) -> None:
    """A task that fails as ours do."""
    raise RushesError(Code.USAGE, message, hint="ask")


def failing_oddly() -> None:
    """A task whose exception cannot be pickled and unpickled."""
    raise _SealedError("sealed", 1)


def dying_once(marker: str) -> bytes:
    """A task that kills its worker the first time."""
    if not os.path.exists(marker):
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return b"done the second time"


def dying() -> None:
    """A task that kills every worker."""
    os.kill(os.getpid(), signal.SIGKILL)


class _SealedError(Exception):
    def __init__(self, message: str, number: int) -> None:
        super().__init__(f"{message} {number}")


def _has_workers(executor: Executor) -> None:
    if not executor.workers:
        pytest.skip("it has no workers: tasks run in this process")
