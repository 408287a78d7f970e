"""Several worker processes and the threads that mind them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from rushes.adapters.child import Child, started
from rushes.core.errors import Code, RushesError

_TRIES = 3  # how many workers a task may cost


@dataclass(frozen=True, slots=True)
class _Task:
    message: bytes
    future: Future[Any]
    settle: Callable[[Future[Any], bytes], None]


class Children:
    """Worker processes, each minded by a thread here and started when its first task comes.

    A worker that dies is replaced and its task done again, which costs time and nothing else.
    """

    def __init__(self, count: int, made: Sequence[Child] = ()) -> None:
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._children = [*made, *[None] * (count - len(made))]
        self._changing = threading.Lock()
        self._killed = False
        self._minders = [
            threading.Thread(target=self._mind, args=(at,), daemon=True) for at in range(count)
        ]
        for minder in self._minders:
            minder.start()

    def give(self, message: bytes, settle: Callable[[Future[Any], bytes], None]) -> Future[Any]:
        """Have a worker do the task in `message`, and `settle` the future with its answer.

        A task that has cost too many workers ends with `executor.failed`; one that comes when
        they were killed is cancelled.
        """
        future: Future[Any] = Future()
        with self._changing:
            if self._killed:
                future.cancel()
            else:
                self._tasks.put(_Task(message, future, settle))
        return future

    def drop(self) -> None:
        """Forget what has not begun."""
        with suppress(Empty):
            while (task := self._tasks.get_nowait()) is not None:
                task.future.cancel()

    def end(self, *, wait: bool) -> None:
        """Let the workers go when what was given is done; `wait` for that."""
        for _ in self._minders:
            self._tasks.put(None)
        if wait:
            for minder in self._minders:
                minder.join()
            self._minders = []

    def kill(self) -> None:
        """Drop what has not begun and end the workers, now."""
        with self._changing:
            self._killed = True
            for child in self._children:
                if child is not None:
                    child.kill()
        self.drop()
        self.end(wait=True)

    def _mind(self, at: int) -> None:
        """Give one worker task after task."""
        while (task := self._tasks.get()) is not None:
            if not task.future.set_running_or_notify_cancel():
                continue
            answer = self._ask(at, task.message)
            if answer is None:
                task.future.set_exception(_lost())
            else:
                task.settle(task.future, answer)
        self._bury(at)

    def _ask(self, at: int, message: bytes) -> bytes | None:
        """The worker's answer; None when the task has cost too many workers."""
        for _ in range(_TRIES):
            child = self._child(at)
            answer = child.ask(message) if child is not None else None
            if answer is not None or self._killed:
                return answer
            self._bury(at)
        return None

    def _child(self, at: int) -> Child | None:
        """The worker, started if there is none; None where that cannot be."""
        with self._changing:
            if self._children[at] is None and not self._killed:
                with suppress(OSError):
                    self._children[at] = started()
            return self._children[at]

    def _bury(self, at: int) -> None:
        child, self._children[at] = self._children[at], None
        if child is not None:
            child.bury()


def _lost() -> RushesError:
    return RushesError(
        Code.EXECUTOR_FAILED,
        f"The work was lost with {_TRIES} worker processes, one after the other.",
        hint="Something kills them: look at memory limits and the system's log.",
    )
