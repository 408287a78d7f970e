"""The bundled PostgreSQL: started on first need, found again by every later process."""

from __future__ import annotations

import os
import re
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.db.account import hand_over, reaches, server_account
from rushes.db.binaries import Programs, programs
from rushes.db.exclusive import exclusive
from rushes.db.initdb import make_data
from rushes.db.place import DATABASE, Place
from rushes.db.postmaster import Postmaster, read_postmaster

_WAIT_S = 90.0
_DYING_S = 10.0
_LOG_LIMIT = 5 * 1024**2
_NO_DB = "Set RUSHES_DATABASE_URL to a running server, or scan with --no-db."


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """How the bundled PostgreSQL in `folder` stands. `pid` is None while it does not run."""

    folder: Path
    log: Path
    made: bool
    pid: int | None


def start(folder: Path) -> str:
    """Have the server of `folder` running and answering, and return its URL, password included.

    Safe from any number of processes at once; the server outlives whoever started it. Raises
    `database.unavailable`.
    """
    place = Place(folder)
    try:
        _make_folder(place)
        with exclusive(place.lock, wait_s=_WAIT_S):
            _furnish(place)
            return _running_url(place)
    except OSError as error:
        raise RushesError(
            Code.DATABASE_UNAVAILABLE,
            f"The database could not be set up in {folder}: {error.strerror or error}.",
            hint=f"Choose another folder in the setting database.data_dir. {_NO_DB}",
        ) from error


def stop(folder: Path) -> bool:
    """Stop the server; False when it was not running. Raises `database.unavailable`."""
    place = Place(folder)
    if not place.data.is_dir():
        return False
    with exclusive(place.lock, wait_s=_WAIT_S):
        if _running(place) is None:
            return False
        tools = programs(server_account(place.data), copies=folder)
        ended = tools.run(
            "pg_ctl", "stop", "-D", "data", "-m", "fast", "-w", "-t", "60", cwd=folder, timeout_s=90
        )
        # One that was being killed meanwhile is as gone as one that was asked to go.
        stopped = ended.returncode == 0 or _running(place) is None
    if not stopped:
        raise RushesError(
            Code.DATABASE_UNAVAILABLE,
            f"PostgreSQL did not stop: {ended.stderr}",
            hint=f"Its own words are in {place.log}.",
        )
    return True


def status(folder: Path) -> ClusterStatus:
    """Whether the server of `folder` runs."""
    place = Place(folder)
    running = _running(place) if place.made else None
    return ClusterStatus(
        folder, place.log, place.made, running.pid if running is not None else None
    )


def _make_folder(place: Place) -> None:
    account = server_account(place.data)
    # A folder that is there already keeps its mode: it may be shared, and what is secret in it
    # is closed by itself.
    for folder in (*reversed(place.folder.parents), place.folder):
        if not folder.is_dir():
            folder.mkdir(exist_ok=True)
            if account is not None:
                folder.chmod(0o711)
    if not reaches(account, place.data):
        raise RushesError(
            Code.DATABASE_UNAVAILABLE,
            f"PostgreSQL would run as {account.name if account else 'you'}, who may not enter"
            f" {place.folder}.",
            hint="Choose a folder that lies behind no closed one in the setting"
            " database.data_dir, or run Rushes as an ordinary user.",
        )


def _furnish(place: Place) -> None:
    """What the server needs in its folder beside the data; one process at a time."""
    account = server_account(place.data)
    if not place.socket.is_dir():
        place.socket.mkdir(mode=0o700)
        hand_over(place.socket, account)
    if place.log.exists() and place.log.stat().st_size > _LOG_LIMIT:
        place.log.replace(place.log.with_name("log.old"))
    if not place.log.exists():
        place.log.touch(mode=0o600)
        hand_over(place.log, account)


def _running(place: Place) -> Postmaster | None:
    """The server at work here; None after clearing away what a killed one left."""
    found = read_postmaster(place.data)
    if found is None:
        return None
    started_on = place.host.read_text("utf-8") if place.host.exists() else socket.gethostname()
    if started_on != socket.gethostname():
        raise RushesError(
            Code.DATABASE_UNAVAILABLE,
            f"The database in {place.folder} runs on {started_on}, or was left there.",
            hint=f"Run `rushes db stop` on {started_on}. If that machine is gone, delete"
            f" {place.data / 'postmaster.pid'}. Better: keep it on a local disk"
            " (setting database.data_dir), or use one server for all (RUSHES_DATABASE_URL).",
        )
    return found if found.alive else None


def _start(place: Place, tools: Programs) -> None:
    _clear(place)
    place.host.write_text(socket.gethostname(), encoding="utf-8")
    options: list[str] = []
    if not place.uses_socket:
        port = _free_port()
        place.port.write_text(str(port), encoding="ascii")
        options = [
            "-o",
            f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories=",
        ]
    until = time.monotonic() + 30
    while True:
        said_before = place.log.stat().st_size
        begun = tools.run(
            "pg_ctl", "start", "-D", "data", "-l", "log", "-w", "-t", "60", "-s", *options,
            cwd=place.folder, timeout_s=90,
        )  # fmt: skip
        if begun.returncode == 0:
            return
        words = _tail(place.log, said_before) or begun.stderr
        # Children of a killed server let go of its memory a moment after it.
        if "shared memory block" not in words or time.monotonic() > until:
            raise RushesError(
                Code.DATABASE_UNAVAILABLE,
                f"PostgreSQL did not start: {words}",
                hint=f"The whole story is in {place.log}. {_NO_DB}",
            )
        time.sleep(0.1)


def _running_url(place: Place) -> str:
    """Start the server if need be, and ask it until it answers."""
    began = time.monotonic()
    while True:
        if _running(place) is None:
            tools = programs(server_account(place.data), copies=place.folder)
            make_data(place, tools)
            _start(place, tools)
        words = _ensure_database(place)
        if words is None:
            return place.url()
        # After a crash of one of its processes a server mends itself, and says so meanwhile;
        # one that was just killed is still to be seen for a moment. On a busy machine a question
        # may run out of time.
        busy = "the database system is" in words or "timeout expired" in words
        patience = _WAIT_S if busy else _DYING_S
        if time.monotonic() - began > patience:
            raise RushesError(
                Code.DATABASE_UNAVAILABLE,
                f"PostgreSQL in {place.folder} does not answer: {words}",
                hint=f"See {place.log}; `rushes db stop` and `rushes db start` begin anew.",
            )
        time.sleep(0.05)


def _ensure_database(place: Place) -> str | None:
    """Have our database there; None when it is, else what the driver says went wrong."""
    import psycopg

    try:
        with psycopg.connect(
            place.url("postgres"), autocommit=True, connect_timeout=20
        ) as connection:
            known = connection.execute(
                "SELECT FROM pg_database WHERE datname = %s", (DATABASE,)
            ).fetchone()
            if known is None:
                connection.execute(f'CREATE DATABASE "{DATABASE}"')
    except psycopg.Error as error:
        return " ".join(str(error).split())
    return None


def _clear(place: Place) -> None:
    """Take a dead server's marks away where PostgreSQL itself would think that it lives.

    It looks whether there is any process of that number: a zombie, or a stranger since. That no
    orphan of the dead server is at work any more it finds out by shared memory.
    """
    if sys.platform == "win32":
        return
    for mark in (place.data / "postmaster.pid", *place.socket.glob(".s.PGSQL.*.lock")):
        try:
            os.kill(int(mark.read_text("utf-8", "replace").split("\n", 1)[0]), 0)
        except (OSError, ValueError):
            continue
        mark.unlink()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tail(log: Path, since: int) -> str:
    """The last lines that the server wrote after byte `since`, as one, without their times."""
    with open(log, "rb") as words:
        words.seek(min(since, os.fstat(words.fileno()).st_size))
        lines = words.read().decode("utf-8", "replace").splitlines()
    told = [re.sub(r"^\S+ \S+ \S+ \[\d+\] ", "", line).strip() for line in lines]
    return "; ".join([line for line in told if line][-3:])
