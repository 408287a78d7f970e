"""Taking a backup: one moment of the database, written beside, read back, then given its name."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import psycopg

from rushes import __version__
from rushes.core import clock
from rushes.core.atomic import writing
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.db.backup.archive import (
    check_digest,
    damaged,
    dump_of,
    read_backup,
    write_dump,
    write_manifest,
)
from rushes.db.backup.contents import contents, version
from rushes.db.backup.programs import Client, arguments_of, client
from rushes.db.backup.reaching import reached
from rushes.db.driving import Driver
from rushes.model.backup import Backup, Written
from rushes.ports.progress import Progress


def back_up(url: str, path: Path, *, replace: bool, progress: Progress) -> Written:
    """Write all of the database at `url` to `path`, and read it back.

    Raises `write.failed`, also where something is there already and `replace` is not wanted;
    `database.unavailable`; `dependency.missing` where no program of ours fits the server.
    """
    if not replace and os.path.lexists(path):
        raise RushesError(
            Code.WRITE_FAILED,
            f"There is already a {escape(str(path))}; it was left as it is.",
            hint="Replace it with --force, or name another.",
        )
    with reached(url) as driver, writing(path, replace=replace) as out:
        part = Path(out.name)
        part.chmod(0o600)
        backup = _taken(url, driver, out, progress)
        _read_back(part, client(url, backup.contents.postgresql), progress=progress)
    return Written(path, backup)


def _taken(url: str, driver: Driver, out: IO[bytes], progress: Progress) -> Backup:
    """Dump and count in one moment, which a snapshot holds for both."""
    made = clock.iso(clock.now())
    driver.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    driver.read_only = True
    with driver.transaction():
        found = driver.execute("SELECT pg_export_snapshot()").fetchone()
        assert found is not None
        tools = client(url, version(driver))
        held = contents(driver)
        with closing(tools.chunks("pg_dump", *arguments_of(str(found[0])))) as dump:
            size, digest = write_dump(out, _watched(dump, progress))
    backup = Backup(made, __version__, held, size, digest)
    write_manifest(out, backup)
    return backup


def _watched(chunks: Iterable[bytes], progress: Progress) -> Iterator[bytes]:
    done = 0
    for chunk in chunks:
        done += len(chunk)
        progress.report(done >> 20, None, "MiB written")
        yield chunk


def _read_back(part: Path, tools: Client, *, progress: Progress) -> None:
    """See that what was written can be read, with as many rows as were there."""
    backup, begins = read_backup(part)
    check_digest(part, backup, begins, progress=progress)
    held = rows_of(part, tools, begins)
    if held != dict(backup.contents.rows):
        raise damaged(part, "it does not hold all rows")


def rows_of(path: Path, tools: Client, begins: int) -> dict[str, int]:
    """How many rows a dump holds, by table: as SQL, each row of a COPY is a line."""
    rows: dict[str, int] = {}
    table = ""
    with (
        dump_of(path, begins) as dump,
        tools.reading("pg_restore", "--data-only", "--file=-", source=dump) as script,
    ):
        for line in script:
            if table:
                if line == b"\\.\n":
                    table = ""
                else:
                    rows[table] += 1
            elif line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
                table = line[5:].split(b" (", 1)[0].decode().replace('"', "")
                rows[table] = 0
    return rows
