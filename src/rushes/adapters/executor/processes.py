"""Work done in other processes on this machine: forked where that is safe, else started anew."""

from __future__ import annotations

import gc
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from typing import IO, Any, ParamSpec, TypeVar

from rushes.core.errors import Code, RushesError
from rushes.ports import errand

Args = ParamSpec("Args")
Result = TypeVar("Result")

_TRIES = 3  # how many workers a task may cost
_PARTING_S = 1.0  # how long to wait for a killed worker; one stuck in a dead mount never goes
_SIZE = struct.Struct("<Q")


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
    """Worker processes, started at the first task, each minded by a thread here.

    A worker that dies is replaced and its task done again, which costs time and nothing else.
    """

    worth_s = 0.06  # a message costs 0.2 ms

    def __init__(self, workers: int, *, fork: bool = True, caller_helps: bool = False) -> None:
        self.workers = max(1, workers)
        self.caller_helps = caller_helps
        self._fork = fork and hasattr(os, "fork")
        self._tasks: SimpleQueue[tuple[Future[Any], bytes] | None] = SimpleQueue()
        self._children: list[_Child] = []
        self._minders: list[threading.Thread] = []
        self._closed = False

    def submit(
        self, fn: Callable[Args, Result], /, *args: Args.args, **kwargs: Args.kwargs
    ) -> Future[Result]:
        """Have a worker run `fn`, which must be importable there by its name."""
        if self._closed:
            raise RushesError(Code.EXECUTOR_FAILED, "The executor is closed already.")
        message = errand.packed(fn, args, kwargs)
        if not self._minders:
            self._start()
        future: Future[Result] = Future()
        self._tasks.put((future, message))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks; `wait` until those given are done."""
        self._closed = True
        if cancel_futures:
            self._drop()
        for _ in self._minders:
            self._tasks.put(None)
        if wait:
            for minder in self._minders:
                minder.join()
            self._minders = []

    def close(self) -> None:
        """Drop what has not begun and end the workers, now."""
        self._closed = True
        self._drop()
        for child in self._children:
            child.kill()
        self.shutdown()

    def _start(self) -> None:
        # A fork copies locks that other threads may hold, so with threads about we start anew.
        forked = self._fork and _is_alone()
        for _ in range(self.workers):
            self._children.append(_forked(self._children) if forked else _started())
        for at in range(self.workers):
            minder = threading.Thread(target=self._mind, args=(at,), daemon=True)
            minder.start()
            self._minders.append(minder)

    def _mind(self, at: int) -> None:
        """Give one worker task after task."""
        while (task := self._tasks.get()) is not None:
            future, message = task
            if not future.set_running_or_notify_cancel():
                continue
            answer = self._ask(at, message)
            if answer is None:
                future.set_exception(_lost())
            else:
                errand.settle(future, answer)
        self._children[at].bury()

    def _ask(self, at: int, message: bytes) -> bytes | None:
        """The worker's answer; None when the task has cost too many workers."""
        for _ in range(_TRIES):
            answer = self._children[at].ask(message)
            if answer is not None or self._closed:
                return answer
            self._children[at].bury()
            self._children[at] = _started()
        return None

    def _drop(self) -> None:
        with suppress(Empty):
            while (task := self._tasks.get_nowait()) is not None:
                task[0].cancel()


@dataclass(slots=True)
class _Child:
    """A worker process and the two directions of the line to it."""

    pid: int
    to: IO[bytes]
    back: IO[bytes]
    started: subprocess.Popen[bytes] | None = None  # None when forked

    def ask(self, message: bytes) -> bytes | None:
        """The answer to `message`, or None when the process is no more."""
        try:
            _write(self.to, message)
            return _read(self.back)
        except OSError:
            return None

    def kill(self) -> None:
        """End the process, which has nothing to lose."""
        if not self._ended():
            with suppress(OSError):
                os.kill(self.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)

    def bury(self) -> None:
        """End the process and see it off, unless it is stuck where no signal reaches it."""
        self.kill()
        until = monotonic() + _PARTING_S
        while not self._ended() and monotonic() < until:
            sleep(0.0005)
        for end in (self.to, self.back):
            with suppress(OSError):
                end.close()

    def _ended(self) -> bool:
        if self.started is not None:
            return self.started.poll() is not None
        if not self.pid:
            return True
        with suppress(ChildProcessError):
            if os.waitpid(self.pid, os.WNOHANG) == (0, 0):
                return False
        self.pid = 0  # reaped: the number may be somebody else's from now on
        return True


def _is_alone() -> bool:
    """Whether this process has one thread only: libraries, too, start some that nobody sees."""
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:  # not on Linux
        return threading.active_count() == 1


def _forked(earlier: list[_Child]) -> _Child:
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid:
        theirs.close()
        child = _Child(pid, ours.makefile("wb"), ours.makefile("rb"))
        ours.close()  # the two files keep it open
        return child
    try:
        # Copies of the others' lines would keep those from seeing that the parent is gone.
        for child in earlier:
            os.close(child.to.fileno())
        ours.close()
        gc.freeze()
        _silence_stdout()
        _serve(theirs.makefile("rb"), theirs.makefile("wb"))
    finally:
        os._exit(0)


def _started() -> _Child:
    here = "from rushes.adapters.executor.processes import serve; serve()"
    started = subprocess.Popen(
        [sys.executable, "-c", here],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert started.stdin is not None
    assert started.stdout is not None
    return _Child(started.pid, started.stdin, started.stdout, started)


def serve() -> None:
    """Be a worker started anew: tasks on standard input, answers on standard output."""
    back = os.fdopen(os.dup(1), "wb")
    to = os.fdopen(os.dup(0), "rb")
    _silence_stdout()
    _serve(to, back)


def _silence_stdout() -> None:
    """What a task prints must not land among the answers or the output of the command."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def _serve(to: IO[bytes], back: IO[bytes]) -> None:
    """Do tasks until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(OSError):
        while (message := _read(to)) is not None:
            _write(back, errand.done(message))


def _write(stream: IO[bytes], message: bytes) -> None:
    stream.write(_SIZE.pack(len(message)))
    stream.write(message)
    stream.flush()


def _read(stream: IO[bytes]) -> bytes | None:
    """The next message, or None at the end of the line."""
    head = stream.read(_SIZE.size)
    if len(head) < _SIZE.size:
        return None
    (size,) = _SIZE.unpack(head)
    message = stream.read(size)
    return message if len(message) == size else None


def _lost() -> RushesError:
    return RushesError(
        Code.EXECUTOR_FAILED,
        f"The work was lost with {_TRIES} worker processes, one after the other.",
        hint="Something kills them: look at memory limits and the system's log.",
    )
