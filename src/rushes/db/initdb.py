"""Making the data folder of a bundled PostgreSQL: whole, or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.db.account import hand_over
from rushes.db.binaries import MAJOR, Programs
from rushes.db.place import USER, Place

_UNFINISHED = "unfinished-"

# Modest: a studio's own server is tuned by the studio, this one lives beside the artist's work.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_directories": "../socket",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    # Only what is used is taken; headers of 100,000 structures are searched from this.
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",  # of disks without heads
    "maintenance_work_mem": "64MB",
    "max_wal_size": "1GB",
    "huge_pages": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "on",
    "log_timezone": "UTC",
    "timezone": "UTC",
    # Statements hold paths and names of clients' shows.
    "log_min_error_statement": "panic",
}


def make_data(place: Place, programs: Programs) -> None:
    """See to it that `place.data` is a whole data folder of this PostgreSQL.

    Made beside and renamed, so that a killed initdb leaves nothing to be mistaken for data. To be
    called with the place's lock held. Raises `database.unavailable`.
    """
    for left in place.folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)
    if place.data.is_dir() and any(place.data.iterdir()):
        _judge(place)
        return
    password = _password(place)
    part = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=place.folder))
    try:
        _initdb(part, programs, password)
        if place.data.is_dir():
            place.data.rmdir()
        (part / "data").rename(place.data)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _initdb(part: Path, programs: Programs, password: str) -> None:
    data, handed = part / "data", part / "password"
    data.mkdir(mode=0o700)
    handed.touch(mode=0o600)
    handed.write_text(password, encoding="ascii")
    for path in (part, data, handed):
        hand_over(path, programs.account)
    made = programs.run(
        "initdb",
        "--pgdata=data",
        f"--username={USER}",
        "--pwfile=password",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-instructions",
        *(f"--set={name}={value}" for name, value in _SETTINGS.items()),
        cwd=part,
        timeout_s=120,
    )
    if made.returncode:
        raise RushesError(
            Code.DATABASE_UNAVAILABLE,
            f"PostgreSQL could not set up its data in {part.parent}: {_last_line(made.stderr)}",
            hint="Check that the disk has room, or choose another folder in the setting"
            " database.data_dir.",
        )


def _judge(place: Place) -> None:
    """Data that is there is never thrown away, so it has to be ours and of this version."""
    try:
        version = (place.data / "PG_VERSION").read_text("ascii").strip()
        whole = (place.data / "global" / "pg_control").is_file() and place.password.is_file()
    except OSError:
        version, whole = "", False
    if not whole:
        raise RushesError(
            Code.DATABASE_UNAVAILABLE,
            f"{place.folder} holds files, but no whole database.",
            hint="Put its backup back, or move the folder away: the next command makes a new one.",
        )
    if version != MAJOR:
        raise RushesError(
            Code.DATABASE_UNAVAILABLE,
            f"The data in {place.data} are of PostgreSQL {version}; this is {MAJOR}.",
            hint=f"Use a Rushes that brings PostgreSQL {version}, or move the folder away: the"
            " next command makes a new database.",
        )


def _password(place: Place) -> str:
    """The password, made when there is none yet."""
    try:
        known = place.password.read_text("ascii").strip()
    except FileNotFoundError:
        known = ""
    if known:
        return known
    made = secrets.token_urlsafe(32)
    place.password.unlink(missing_ok=True)
    handle = os.open(place.password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="ascii") as out:
        out.write(made)
        out.flush()
        os.fsync(out.fileno())
    return made


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
