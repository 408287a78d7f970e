"""A worker process: how it comes to be, is given tasks, and goes."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic, sleep
from typing import IO

from rushes.core.framing import received, send
from rushes.ports import errand

_PARTING_S = 1.0  # how long to wait for a killed worker; one stuck in a dead mount never goes


@dataclass(slots=True)
class Child:
    """A worker process and the two directions of the line to it.

    It sees the end of its line when this process is gone, however that went, and goes too.
    """

    pid: int
    to: IO[bytes]
    back: IO[bytes]
    started: subprocess.Popen[bytes] | None = None  # None when forked

    def ask(self, message: bytes) -> bytes | None:
        """The answer to `message`, or None when the process is no more."""
        try:
            send(self.to, message)
            return received(self.back)
        except OSError:
            return None

    def kill(self) -> None:
        """End the process, which has nothing to lose."""
        pid = self.pid  # another thread may see it off meanwhile, and 0 is all our own processes
        if not self._ended():
            with suppress(OSError):
                os.kill(pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)

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


def may_fork() -> bool:
    """Whether this process has one thread only: libraries, too, start some that nobody sees.

    A fork copies locks that other threads may hold.
    """
    if not hasattr(os, "fork"):
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:  # not on Linux
        return threading.active_count() == 1


def forked(count: int) -> list[Child]:
    """Workers that are copies of this process, which `may_fork`: much quicker than new ones."""
    children: list[Child] = []
    for _ in range(count):
        children.append(_forked(children))
    return children


def _forked(earlier: list[Child]) -> Child:
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid:
        theirs.close()
        child = Child(pid, ours.makefile("wb"), ours.makefile("rb"))
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


def started() -> Child:
    """A worker that is a new interpreter. Raises `OSError` where none can be started."""
    here = "from rushes.adapters.child import serve; serve()"
    # Not `**os.environ`, which fails where another thread takes a name away meanwhile.
    environment = {name: os.environ.get(name, "") for name in os.environ}
    started = subprocess.Popen(
        [sys.executable, "-c", here],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**environment, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert started.stdin is not None
    assert started.stdout is not None
    return Child(started.pid, started.stdin, started.stdout, started)


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
        while (message := received(to)) is not None:
            send(back, errand.done(message))
