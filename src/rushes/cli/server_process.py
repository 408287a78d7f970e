"""The server that `rushes up` started: found again by its number and the moment it began."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rushes.core import atomic, folders

_NAME = "server.json"
_PATIENCE_S = 20.0
_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Server:
    """A server in the background. `began` is when the system says that its process began.

    `database` says whether the bundled PostgreSQL was started for it, and so ends with it.
    `kind` and `place` are those of its database as `DatabaseState` has them, and `options` are
    what it listens with; they are empty where a Rushes before these started it.
    """

    pid: int
    began: str
    url: str
    log: str
    database: bool
    kind: str = ""
    place: str = ""
    options: Mapping[str, str | int | None] = field(default_factory=dict)


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """One command at a time that starts or ends the server; the others wait for it."""
    path = folders.made(data_dir) / f"{_NAME}.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with suppress(ModuleNotFoundError):  # Windows
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def remember(data_dir: Path, server: Server) -> None:
    """Note the server, so that later commands find it."""
    text = json.dumps(asdict(server), indent=2)
    atomic.write_bytes(folders.made(data_dir) / _NAME, text.encode("utf-8"))


def recall(data_dir: Path) -> Server | None:
    """The server that was started last, whether or not it lives; None where there was none."""
    try:
        return Server(**json.loads((data_dir / _NAME).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def forget(data_dir: Path) -> None:
    """The server is gone."""
    with suppress(OSError):
        (data_dir / _NAME).unlink()


def began(pid: int) -> str:
    """When a process began, in the system's own words; empty where there is none."""
    stat = Path("/proc", str(pid), "stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text("utf-8", "replace").rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            return ""
        # A dead process stays as a zombie until its parent looks.
        return "" if fields[0] in "ZX" else fields[19]
    if sys.platform == "win32":
        return ""
    told = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return told.stdout.strip()


def alive(server: Server) -> bool:
    """Whether it is still that process, and no stranger who was given its number."""
    return bool(server.began) and began(server.pid) == server.began


def end(server: Server) -> bool:
    """Ask it to end, and end it and its workers where it does not; False where it was gone."""
    if not alive(server):
        return False
    with suppress(ProcessLookupError):
        os.kill(server.pid, signal.SIGTERM)
    until = time.monotonic() + _PATIENCE_S
    while alive(server):
        if time.monotonic() > until:
            # It leads a process group of its own, with its workers in it and nobody else.
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
        time.sleep(_PAUSE_S)
    return True


def answers(url: str, path: str = "/readyz", *, timeout_s: float = 5.0) -> int:
    """The status of an answer of the server at `url`; 0 where there is none."""
    from http.client import HTTPConnection, HTTPException
    from urllib.parse import urlsplit

    where = urlsplit(url)
    connection = HTTPConnection(where.hostname or "", where.port, timeout=timeout_s)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
