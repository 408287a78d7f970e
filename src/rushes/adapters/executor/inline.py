"""Work done at once in the process that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from rushes.core.errors import Code, RushesError

if TYPE_CHECKING:
    from concurrent.futures import Future

Args = ParamSpec("Args")
Result = TypeVar("Result")


def connect(_address: str = "") -> InlineExecutor:
    """The one inline executor; it has no address."""
    return InlineExecutor()


class InlineExecutor:
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
        # Imported late: a small command on one core comes here, and never asks.
        from concurrent.futures import Future

        future: Future[Result] = Future()
        future.set_running_or_notify_cancel()
        try:
            result = fn(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - a worker's loop: whatever it is belongs to who asks
            future.set_exception(error)
        else:
            future.set_result(result)
        return future

    def close(self) -> None:
        """Take no more tasks."""
        self._closed = True
