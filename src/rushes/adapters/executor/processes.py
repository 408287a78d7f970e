"""Work done in other processes on this machine: forked where that is safe, else started anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

from rushes.adapters.child import forked, may_fork
from rushes.adapters.children import Children
from rushes.core.errors import Code, RushesError
from rushes.ports import errand

Args = ParamSpec("Args")
Result = TypeVar("Result")


def connect(address: str = "") -> ProcessExecutor:
    """As many worker processes as `address` says, or as this process may use cores."""
    if address and not (address.isdecimal() and int(address)):
        raise RushesError(
            Code.USAGE,
            f"{address!r} is no number of worker processes.",
            hint="Write a whole number, 1 or more.",
        )
    return ProcessExecutor(int(address) if address else cores())


def cores() -> int:
    """How many cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class ProcessExecutor(Executor):
    """Worker processes, made at the first task."""

    worth_s = 0.06  # a message costs 0.2 ms

    def __init__(self, workers: int, *, fork: bool = True, caller_helps: bool = False) -> None:
        self.workers = max(1, workers)
        self.caller_helps = caller_helps
        self._fork = fork
        self._children: Children | None = None
        self._closed = False

    def submit(
        self, fn: Callable[Args, Result], /, *args: Args.args, **kwargs: Args.kwargs
    ) -> Future[Result]:
        """Have a worker run `fn`, which must be importable there by its name."""
        if self._closed:
            raise RushesError(Code.EXECUTOR_FAILED, "The executor is closed already.")
        message = errand.packed(fn, args, kwargs)
        if self._children is None:
            made = forked(self.workers) if self._fork and may_fork() else []
            self._children = Children(self.workers, made)
        return self._children.give(message, errand.settle)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks; `wait` until those given are done."""
        self._closed = True
        if self._children is not None:
            if cancel_futures:
                self._children.drop()
            self._children.end(wait=wait)

    def close(self) -> None:
        """Drop what has not begun and end the workers, now."""
        self._closed = True
        if self._children is not None:
            self._children.kill()
