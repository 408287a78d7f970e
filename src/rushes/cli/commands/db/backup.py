"""`rushes db backup`: the whole database in one file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import database_there, exits, show
from rushes.cli.database_sheet import backup_row, rows_told
from rushes.cli.face import GivenPath, command
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.core import clock
from rushes.core.escape import escape
from rushes.core.units import human_bytes


@command
@click.argument("file", type=GivenPath(), required=False, metavar="[FILE]")
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
def backup(session: Session, *, file: Path | None, force: bool) -> int:
    """Write the whole database to FILE, or to a file named after the time, here or in FILE.

    Others may go on working meanwhile: what is written is one moment. The file is for you alone to
    read, is read back before it gets its name, and is put back with `rushes db restore`. Staged
    rows of running scans are left out. Exits 2 when there is no database yet, 4 when it could not
    be written.
    """
    database_there.wanted(session.settings, "back up")
    with progress("backing up") as watched:
        written = bootstrap.back_up(session.settings, _place(file), replace=force, progress=watched)
    made = written.backup
    if session.as_json:
        row = {"file": escape(str(written.path)), "backup": backup_row(made)}
        show.json("rushes.db-backup/1", row)
        return exits.OK
    show.text(f"Wrote {escape(str(written.path))} ({human_bytes(made.size)}).")
    show.text(f"  {rows_told(made.contents)}, read back. Keep it where this disk cannot take it.")
    return exits.OK


def _place(file: Path | None) -> Path:
    name = f"rushes-{clock.now():%Y%m%dT%H%M%SZ}.tar"
    if file is None:
        return Path(name)
    return file / name if os.path.isdir(file) else file
