"""Whether a data folder has a PostgreSQL at work in it, without asking the server."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` says; `alive` is whether that process still is our server."""

    pid: int
    alive: bool


def read_postmaster(data: Path) -> Postmaster | None:
    """The server that last started in `data`; None where it was stopped or never started."""
    try:
        first = (data / "postmaster.pid").read_text("utf-8", "replace").split("\n", 1)[0]
        pid = int(first)
    except (OSError, ValueError):
        return None
    return Postmaster(pid, _alive(pid, data))


def _alive(pid: int, data: Path) -> bool:
    """True for a living process that is no stranger who was given the number of a dead server."""
    if sys.platform == "win32":
        listed = subprocess.run(
            ["tasklist", "/FI", f"PID eq {pid}", "/NH"], capture_output=True, text=True, check=False
        )
        return "postgres" in listed.stdout.lower()
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        # Whoever may read the folder runs the server, so another account's process is a stranger.
        return False
    if Path("/proc/self/stat").exists():
        return _works_in(pid, data)
    named = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "postgres" in named.stdout


def _works_in(pid: int, data: Path) -> bool:
    """Linux: whether a process has `data` as its working folder, as a server has."""
    process = Path("/proc", str(pid))
    try:
        state = (process / "stat").read_text("utf-8", "replace").rsplit(")", 1)[1].split()[0]
        # A dead process stays as a zombie until its parent looks.
        return state not in "ZX" and os.path.samefile(process / "cwd", data)
    except OSError:
        return False
