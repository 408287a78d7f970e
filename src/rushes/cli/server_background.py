"""The server in the background: started, waited for, and what it writes."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rushes import bootstrap
from rushes.cli import server_process
from rushes.cli.database_state import database_place
from rushes.cli.server_beside import neighbours
from rushes.cli.server_process import Server
from rushes.cli.server_running import Serving, chosen_settings, counts_of
from rushes.core import folders
from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings

if TYPE_CHECKING:
    from rushes.cli.session import Session
    from rushes.model.scan import Actor
    from rushes.ports.people import People

_READY_S = 60.0
_PAUSE_S = 0.05
_BESIDE, _BESIDE_S = 2, 5.0
_LIMIT = 5 * 1024**2
_ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class FirstLogin:
    """The first admin, and the password that nobody can look up afterwards."""

    login: str
    password: str


def log_of(settings: Settings) -> Path:
    """Where the server in the background writes."""
    return settings.log_dir / "server.log"


def start(session: Session, serving: Serving) -> Server:
    """Start the server, and wait until it answers. Raises `server.unavailable`."""
    settings = session.settings
    bundled = bootstrap.bundled_database(settings)
    ours = not settings.database.url and bundled.status().pid is None
    if ours:
        bundled.start()
    log = log_of(settings)
    process = _spawn(session, serving, log)
    server = Server(
        pid=process.pid,
        began=server_process.began(process.pid),
        url=serving.url,
        log=str(log),
        database=ours,
        kind="own" if settings.database.url else "bundled",
        place=database_place(settings),
        options=asdict(serving),
    )
    server_process.remember(settings.data_dir, server)
    until = time.monotonic() + _READY_S
    while server_process.answers(serving.url) != 200:
        if process.poll() is not None or time.monotonic() > until:
            server_process.end(server)
            if ours:
                with suppress(RushesError):  # another server may have begun to work with it
                    bootstrap.stop_database(settings)
            server_process.forget(settings.data_dir)
            raise RushesError(
                Code.SERVER_UNAVAILABLE,
                f"The server did not start: {' '.join(last_lines(log, 3)) or 'it said nothing'}",
                hint=f"The whole story is in {log}.",
            )
        time.sleep(_PAUSE_S)
    _await_neighbours(counts_of(settings.data_dir, process.pid))
    process.returncode = 0  # it is nobody's child from here on: it outlives this command
    return server


def first_login(people: People, actor: Actor) -> FirstLogin | None:
    """Make the first admin; None where there is one who can log in."""
    password = secrets.token_urlsafe(12)
    made = people.add_first_admin(_ADMIN, password=password, actor=actor)
    return FirstLogin(made.login, password) if made is not None else None


def last_lines(path: Path, count: int) -> list[str]:
    """The last lines of a log; none of one that is not there."""
    try:
        with open(path, "rb") as log:
            log.seek(max(0, os.fstat(log.fileno()).st_size - 400 * count))
            return log.read().decode("utf-8", "replace").splitlines()[-count:]
    except FileNotFoundError:
        return []


def following(path: Path) -> Iterator[str]:
    """Lines as they are written from now on, for ever."""
    with open(path, encoding="utf-8", errors="replace") as log:
        log.seek(0, os.SEEK_END)
        while True:
            if line := log.readline():
                yield line.rstrip("\n")
            else:
                time.sleep(_PAUSE_S * 4)


def _await_neighbours(folder: Path) -> None:
    """Wait for what runs beside the server, but not for ever: it answers without them."""
    until = time.monotonic() + _BESIDE_S
    while len(neighbours(folder)) < _BESIDE and time.monotonic() < until:
        time.sleep(_PAUSE_S)


def _spawn(session: Session, serving: Serving, log: Path) -> subprocess.Popen[bytes]:
    folders.made(log.parent)
    if log.exists() and log.stat().st_size > _LIMIT:
        log.replace(log.with_name(f"{log.name}.1"))
    given = chosen_settings(session)
    if serving.public:
        given += ["--public-url", serving.public]
    if serving.live:
        given += ["--live-url", serving.live]
    if serving.live_port is not None:
        given += ["--live-port", str(serving.live_port)]
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "rushes", "serve", "--host", serving.host),
                *("--port", str(serving.port), "--workers", str(serving.workers)),
                *("--threads", str(serving.threads), *given),
            ],
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=handle,
            start_new_session=True,
        )
    finally:
        os.close(handle)
