"""Where work is done: in this process, in others on this machine, or on a cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

Result = TypeVar("Result")


class Executor(Protocol):
    """A `concurrent.futures.Executor` as far as we use one, that also knows its size.

    Work travels: the function is named by its module, arguments and results are pickled, so
    long work takes and gives `bytes`. A task may be run again when its worker was lost, so it
    changes nothing outside itself. A task that loses every worker it is given to ends with
    `executor.failed`; any other exception is the task's own and comes back as it was raised.
    """

    @property
    def workers(self) -> int:
        """How many tasks run at once; 0 where `submit` runs the task before it returns."""
        ...

    @property
    def caller_helps(self) -> bool:
        """Whether the caller should take a share of the work while it waits for results."""
        ...

    @property
    def worth_s(self) -> float:
        """How many seconds a task should take, so that sending it costs little beside."""
        ...

    def submit(self, task: Callable[..., Result], /, *args: object) -> Future[Result]:
        """Have `task(*args)` done. Raises `executor.failed` when there is nobody to do it."""
        ...

    def close(self) -> None:
        """Drop what has not begun and let the workers go, without waiting for one that hangs.

        Harmless when repeated.
        """
        ...
