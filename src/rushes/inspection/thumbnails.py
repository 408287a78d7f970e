"""Many thumbnails at once, made in processes that a bad file can crash or hold up, but no more."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.inspection.refusal import unreadable
from rushes.inspection.thumbnail import WIDTH
from rushes.inspection.thumbnail_worker import MADE, READY, received, refusal, send
from rushes.ports.progress import Progress, Silent

Key = TypeVar("Key")

TIMEOUT_S = 20.0  # an 8K picture takes two seconds
_START_S = 60.0
_LOOK_S = 0.1


class Thumbnails(dict[Key, bytes], Generic[Key]):
    """JPEGs by key; a picture that could not be made is absent, and `failed` says why."""

    def __init__(self) -> None:
        super().__init__()
        self.failed: dict[Key, RushesError] = {}


def thumbnails(
    wanted: Iterable[tuple[Key, Path]],
    *,
    width: int = WIDTH,
    workers: int | None = None,
    timeout: float = TIMEOUT_S,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Thumbnails[Key]:
    """A thumbnail of every wanted file, by its key, made by `workers` processes (one per core).

    A picture that takes longer than `timeout` seconds, or that crashes the library that reads it,
    is given up, and costs nothing but itself. Raises `cancelled`.
    """
    queue = deque(wanted)
    total = len(queue)
    made: Thumbnails[Key] = Thumbnails()
    if not queue:
        return made
    minders = [
        _Minder(queue, made, width=width, timeout=timeout)
        for _ in range(min(workers or _cores(), total))
    ]
    try:
        for minder in minders:
            minder.start()
        for minder in minders:
            while minder.is_alive():
                minder.join(_LOOK_S)
                progress.report(len(made) + len(made.failed), total, note="thumbnails")
                if progress.cancelled():
                    raise RushesError(Code.CANCELLED, "The thumbnails were cancelled.")
    finally:
        queue.clear()
        for minder in minders:
            minder.end()
        for minder in minders:
            minder.join()
    return made


class _Minder(threading.Thread, Generic[Key]):
    """Gives one worker file after file, and replaces a worker that was lost."""

    def __init__(
        self,
        queue: deque[tuple[Key, Path]],
        made: Thumbnails[Key],
        *,
        width: int,
        timeout: float,
    ) -> None:
        super().__init__(daemon=True)
        self._queue, self._made = queue, made
        self._width, self._timeout = width, timeout
        self._ended = False
        self._worker: _Worker | None = None

    def run(self) -> None:
        """Work until nothing is left."""
        with suppress(IndexError):
            while not self._ended:
                key, path = self._queue.popleft()
                try:
                    self._made[key] = self._one(path)
                except RushesError as error:
                    self._made.failed[key] = error
        self._bury()

    def end(self) -> None:
        """Stop now; what is being read is lost."""
        self._ended = True
        if self._worker is not None:
            self._worker.kill()

    def _one(self, path: Path) -> bytes:
        try:
            if self._worker is None:
                self._worker = _Worker()
            self._worker.ready()
            request = b"%d:%s" % (self._width, os.fsencode(path.absolute()))
            mark, payload = self._worker.ask(request, self._timeout)
        except _LostError as lost:
            self._bury()
            raise unreadable(escape(str(path)), str(lost)) from lost
        if mark == MADE:
            return payload
        raise refusal(payload)

    def _bury(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None


class _LostError(Exception):
    """The worker is no more; the message says what happened to it."""


class _Worker:
    """A worker process and the line to it."""

    def __init__(self) -> None:
        path = os.pathsep.join(one for one in sys.path if one)
        threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "rushes.inspection.thumbnail_worker"],
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
