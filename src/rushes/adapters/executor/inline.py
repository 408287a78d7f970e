"""Work done at once in the process that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

from rushes.core.errors import Code, RushesError

Args = ParamSpec("Args")
Result = TypeVar("Result")


def connect(_address: str = "") -> InlineExecutor:
    """The one inline executor; it has no address."""
    return InlineExecutor()


class InlineExecutor(Executor):
    """Runs each task before `submit` returns: for one core, for tests, for debugging."""

    workers = 0
    caller_helps = True
    worth_s = 0.0

    def __init__(self) -> None:
        self._closed = False

    def submit(
        self, fn: Callable[Args, Result], /, *args: Args.args, **kwargs: Args.kwargs
    ) -> Future[Result]:
        """Run `fn` now. What it raises is kept in the future."""
        if self._closed:
            raise RushesError(Code.EXECUTOR_FAILED, "The executor is closed already.")
        future: Future[Result] = Future()
        future.set_running_or_notify_cancel()
        try:
            result = fn(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - a worker's loop: whatever it is belongs to who asks
            future.set_exception(error)
        else:
            future.set_result(result)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Take no more tasks."""
        self._closed = True

    def close(self) -> None:
        """Take no more tasks."""
        self._closed = True
