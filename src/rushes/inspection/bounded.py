"""Has files read in processes that a bad file can crash or hold up, but no more."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from rushes.core.errors import Code, RushesError
from rushes.core.framing import received, send
from rushes.inspection.bounded_worker import MADE, READY, REFUSED, refusal
from rushes.ports.progress import Progress

Key = TypeVar("Key")

_START_S = 60.0
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer came: the worker crashed, took too long, or failed, for that reason."""

    reason: str


Outcome = bytes | RushesError | Lost


@dataclass(frozen=True, slots=True)
class Work:
    """Which module is run as a worker, what the work is called, and how many seconds one takes."""

    module: str
    note: str
    timeout: float
    workers: int | None = None  # one per core


def answered(
    requests: Iterable[tuple[Key, bytes]], work: Work, progress: Progress
) -> Iterator[tuple[Key, Outcome]]:
    """What became of each request, in the order of being done.

    A request that takes longer than it may, or that crashes the worker, is given up; the worker is
    replaced. Raises `cancelled`. Whoever leaves off early ends the workers, too.
    """
    queue = deque(requests)
    total, done = len(queue), 0
    if not queue:
        return
    answers: SimpleQueue[tuple[Key, Outcome]] = SimpleQueue()
    minders = [_Minder(queue, answers, work) for _ in range(min(work.workers or _cores(), total))]
    try:
        for minder in minders:
            minder.start()
        while done < total:
            with suppress(Empty):
                yield answers.get(timeout=_LOOK_S)
                done += 1
            progress.report(done, total, note=work.note)
            if progress.cancelled():
                raise RushesError(Code.CANCELLED, f"The {work.note} were cancelled.")
    finally:
        queue.clear()
        for minder in minders:
            minder.end()
        for minder in minders:
            minder.join()


class _Minder(threading.Thread, Generic[Key]):
    """Gives one worker request after request, and replaces a worker that was lost."""

    def __init__(
        self,
        queue: deque[tuple[Key, bytes]],
        answers: SimpleQueue[tuple[Key, Outcome]],
        work: Work,
    ) -> None:
        super().__init__(daemon=True)
        self._queue, self._answers, self._work = queue, answers, work
        self._ended = False
        self._worker: _Worker | None = None

    def run(self) -> None:
        """Work until nothing is left."""
        with suppress(IndexError):
            while not self._ended:
                key, request = self._queue.popleft()
                self._answers.put((key, self._one(request)))
        self._bury()

    def end(self) -> None:
        """Stop now; what is being read is lost."""
        self._ended = True
        if self._worker is not None:
            self._worker.kill()

    def _one(self, request: bytes) -> Outcome:
        try:
            if self._worker is None:
                self._worker = _Worker(self._work.module)
            self._worker.ready()
            mark, payload = self._worker.ask(request, self._work.timeout)
            if mark == MADE:
                return payload
            if mark == REFUSED:
                return refusal(payload)
        except _LostError as lost:
            self._bury()
            return Lost(str(lost))
        except Exception as error:  # noqa: BLE001 (without an answer the caller waits for ever)
            self._bury()
            return Lost(f"{type(error).__name__}: {error}")
        return Lost(payload.decode("utf-8", "replace"))

    def _bury(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None


class _LostError(Exception):
    """The worker is no more; the message says what happened to it."""


class _Worker:
    """A worker process and the line to it."""

    def __init__(self, module: str) -> None:
        path = os.pathsep.join(one for one in sys.path if one)
        threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **threads, "PYTHONPATH": path},
            )
        except OSError as error:
            raise _LostError(f"no process could be started to read it: {error}") from error
        self._ready = False

    def ready(self) -> None:
        """Wait until it has loaded what it needs, the first time."""
        if not self._ready:
            mark, _ = self._answer(_START_S)
            self._ready = mark == READY

    def ask(self, request: bytes, timeout: float) -> tuple[bytes, bytes]:
        """Mark and payload of the answer. Raises `_LostError`."""
        assert self._process.stdin is not None
        try:
            send(self._process.stdin, request)
        except OSError as error:
            raise _LostError("the process that was to read it has ended") from error
        return self._answer(timeout)

    def kill(self) -> None:
        """End the process, which has nothing to lose."""
        with suppress(OSError):
            self._process.kill()

    def close(self) -> None:
        """End the process and see it off."""
        self.kill()
        for end in (self._process.stdin, self._process.stdout):
            if end is not None:
                with suppress(OSError):
                    end.close()
        self._process.wait()

    def _answer(self, timeout: float) -> tuple[bytes, bytes]:
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self.kill()

        timer = threading.Timer(timeout, give_up)
        timer.daemon = True
        timer.start()
        assert self._process.stdout is not None
        try:
            mark = self._process.stdout.read(1)
            payload = received(self._process.stdout) if mark else None
        finally:
            timer.cancel()
        if payload is not None:
            return mark, payload
        if late.is_set():
            raise _LostError(f"reading it took longer than {timeout:g} s")
        code = self._process.wait()
        raise _LostError(f"reading it ended the process that did so ({_ending(code)})")


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
