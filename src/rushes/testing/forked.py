"""Command lines run in processes of their own that can be killed, stopped or kept from writing.

One process loads everything once and forks for each run, which takes a few milliseconds.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# What changes something on storage, as `sys.addaudithook` tells of it before it happens.
_STEPS = {"open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.scandir"}
STEP = "rushes.step"  # what the code under test tells of itself
_ANYWHERE = {"fcntl.flock", STEP}


@dataclass(frozen=True)
class Ended:
    """What came of a run; `code` is the negative number of the signal that ended it."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Running:
    """A run under way."""

    forks: Forks
    pid: int
    at: int

    def ended(self) -> Ended:
        """Wait for its end."""
        code = self.forks.ask({"wait": self.pid})
        out, err = (self.forks.folder / f"{self.at}.{end}" for end in ("out", "err"))
        told = Ended(int(code), out.read_text("utf-8"), err.read_text("utf-8"))
        out.unlink()
        err.unlink()
        return told

    def kill(self) -> Ended:
        """Kill it, if it is still there, and wait for its end."""
        # It is not waited for until then, so that the number is its own.
        os.kill(self.pid, signal.SIGKILL)
        return self.ended()


@dataclass
class Forks:
    """Runs of `entry` (`module:function`, which takes arguments and gives an exit code).

    To be used as a context.
    """

    entry: str
    folder: Path = Path()
    _process: subprocess.Popen[str] | None = None
    _made: TemporaryDirectory[str] | None = None
    _count: int = field(default=0)

    def __enter__(self) -> Forks:
        """Load everything."""
        self._made = TemporaryDirectory(prefix="rushes-forked-")
        self.folder = Path(self._made.name)
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, self.entry],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        assert self._process is not None
        assert self._made is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._made.cleanup()

    def start(
        self,
        *args: str | os.PathLike[str],
        user: int | None = None,
        largest_file: int | None = None,
        open_files: int | None = None,
        killed_at: tuple[int, Path] | None = None,
        opened_below: Path | None = None,
        env: dict[str, str] | None = None,
        learn: bool = False,
    ) -> Running:
        """Begin a run: as `user`, with files of `largest_file` bytes at most, of
        which `open_files` may be open, in this environment.

        `killed_at` (count, folder) ends it before so many steps on files below the folder, and
        others that are told by `sys.audit(STEP)`. With
        `opened_below`, stderr tells every file below that folder that is opened. With `learn`, what
        it loads is loaded beforehand for all runs after it: other users may not read it.
        """
        self._count += 1
        for end in ("out", "err"):
            (self.folder / f"{self._count}.{end}").touch()
            (self.folder / f"{self._count}.{end}").chmod(0o666)
        pid = self.ask(
            {
                "args": [os.fsencode(arg).hex() for arg in args],
                "told": str(self.folder / str(self._count)),
                "user": user,
                "largest_file": largest_file,
                "open_files": open_files,
                "killed_at": killed_at and [killed_at[0], str(killed_at[1])],
                "opened_below": opened_below and str(opened_below),
                "env": {**os.environ, **(env or {})},
                "learn": learn,
            }
        )
        return Running(self, int(pid), self._count)

    def __call__(self, *args: str | os.PathLike[str], **how: Any) -> Ended:
        """A whole run; see `start`."""
        return self.start(*args, **how).ended()

    def ask(self, what: dict[str, Any]) -> str:
        """One question to the process that forks."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the process that forks is gone")
        return answer


def _serve(entry: str) -> None:
    module, _, name = entry.partition(":")
    run = getattr(import_module(module), name)
    learnt: dict[int, str] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            _, status = os.waitpid(asked["wait"], 0)
            _load(learnt.pop(asked["wait"], ""))
            _answer(os.waitstatus_to_exitcode(status))
            continue
        pid = os.fork()
        if not pid:
            _child(run, asked)
        if asked["learn"]:
            learnt[pid] = f"{asked['told']}.modules"
        _answer(pid)


def _load(names: str) -> None:
    if not names:
        return
    with open(names, encoding="utf-8") as file:
        for name in file.read().split():
            with suppress(Exception):
                import_module(name)


def _answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _child(run: Callable[[list[str]], int], asked: dict[str, Any]) -> None:
    code = 99
    try:
        for end, handle in (("out", 1), ("err", 2)):
            file = os.open(f"{asked['told']}.{end}", os.O_WRONLY)
            os.dup2(file, handle)
            os.close(file)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.environ.clear()
        os.environ.update(asked["env"])
        _bind(asked)
        code = run([os.fsdecode(bytes.fromhex(arg)) for arg in asked["args"]])
    finally:
        if asked["learn"]:
            Path(f"{asked['told']}.modules").write_text(" ".join(sorted(sys.modules)), "utf-8")
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _bind(asked: dict[str, Any]) -> None:
    if asked["largest_file"] is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["largest_file"], resource.RLIM_INFINITY))
    if asked["open_files"] is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_NOFILE, (asked["open_files"], asked["open_files"]))
    if asked["user"] is not None and os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(asked["user"], asked["user"], asked["user"])
        os.setresuid(asked["user"], asked["user"], asked["user"])
    if asked["killed_at"]:
        _kill_at(*asked["killed_at"])
    if asked["opened_below"]:
        _tell_opened(asked["opened_below"])


def _kill_at(count: int, folder: str) -> None:
    left = count

    def hook(event: str, args: tuple[Any, ...]) -> None:
        nonlocal left
        if event not in _ANYWHERE and not (event in _STEPS and _below(args[0], folder)):
            return
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def _tell_opened(folder: str) -> None:
    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and _below(args[0], folder):
            os.write(2, f"opened {os.fsdecode(args[0])!r}\n".encode())

    sys.addaudithook(hook)


def _below(path: object, folder: str) -> bool:
    if not isinstance(path, str | bytes | os.PathLike):
        return False
    # What is called by its name alone lies in a folder that is held open.
    return os.fsdecode(path).startswith(folder) or not os.path.isabs(path)


if __name__ == "__main__":
    _serve(sys.argv[1])
