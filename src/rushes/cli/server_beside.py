"""Processes beside the server: started with it, started anew when they die, ended with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Lock, Thread

from rushes.cli.server_process import began
from rushes.cli.server_worker import sparing
from rushes.core import logs

_STATE = "beside.state"
_ENDS_S = 10.0
_LOOK_S = 0.2
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 10.0
_AFTER_S = 15.0
_SETTLED_S = 30.0  # who lived for so long is started anew at once


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One such process, as its last start left it. `began` is as in `server_process`."""

    name: str
    pid: int
    began: str
    starts: int

    @property
    def alive(self) -> bool:
        """Whether it is still that process."""
        return bool(self.began) and began(self.pid) == self.began


class Beside:
    """Keeps commands running, each by its name. What they write goes where ours does.

    They are started once there is a file at `after`, so that nothing waits for them that people
    wait for, or after a while without it.
    """

    def __init__(self, commands: Mapping[str, Sequence[str]], folder: Path, *, after: Path) -> None:
        self._commands = commands
        self._folder = folder
        self._after = after
        self._stop = Event()
        self._lock = Lock()
        self._running: dict[str, Neighbour] = {}
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Start them all."""
        for name, command in self._commands.items():
            # Linux ends a process with the thread that started it: each has one that stays.
            one = Thread(target=self._keep, args=(name, command), name=name, daemon=True)
            one.start()
            self._threads.append(one)

    def end(self) -> None:
        """End them all, at once."""
        self._stop.set()
        for one in self._threads:
            one.join(_ENDS_S + 2 * _LOOK_S)

    def _keep(self, name: str, command: Sequence[str]) -> None:
        pause, starts = _FIRST_PAUSE_S, 0
        until = time.monotonic() + _AFTER_S
        while not self._after.exists() and time.monotonic() < until:
            if self._stop.wait(_LOOK_S / 4):
                return
        while not self._stop.is_set():
            starts += 1
            since = time.monotonic()
            try:
                process = subprocess.Popen(
                    [*command, "--parent", str(os.getpid())],
                    stdin=subprocess.DEVNULL,
                    env=sparing(),
                    # Ctrl-C is for the server, which ends them when it ends itself.
                    process_group=0 if os.name == "posix" else None,
                )
            except OSError as error:
                logs.warning(f"{name} could not be started: {error}")
                self._stop.wait(_LONGEST_PAUSE_S)
                continue
            self._note(Neighbour(name, process.pid, began(process.pid), starts))
            self._wait(process)
            if self._stop.is_set():
                return
            pause = (
                _FIRST_PAUSE_S
                if time.monotonic() - since > _SETTLED_S
                else min(2 * pause, _LONGEST_PAUSE_S)
            )
            logs.warning(f"{name} ended ({process.returncode}) and is started anew")
            self._stop.wait(pause)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Until it has ended, by itself or because all end."""
        while not self._stop.is_set():
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_S)
                return
        process.terminate()
        try:
            process.wait(_ENDS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _note(self, one: Neighbour) -> None:
        """Leave word for `rushes status`."""
        with self._lock, suppress(OSError):
            self._running[one.name] = one
            part = self._folder / f"{_STATE}.part"
            rows = [asdict(self._running[name]) for name in sorted(self._running)]
            part.write_text(json.dumps(rows), "utf-8")
            part.replace(self._folder / _STATE)


def neighbours(folder: Path) -> list[Neighbour]:
    """Those that a server has left word of in its folder."""
    try:
        return [Neighbour(**row) for row in json.loads((folder / _STATE).read_text("utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours."""
    return [sys.executable, "-m", module, *arguments]
