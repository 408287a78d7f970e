"""Putting a backup back: beside the present database, looked through there, then swapped for it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from pkgutil import iter_modules

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.db import migrations
from rushes.db.backup.archive import check_digest, damaged, dump_of, read_backup
from rushes.db.backup.contents import contents, is_empty, version
from rushes.db.backup.programs import Client, client
from rushes.db.backup.reaching import name_of, reached
from rushes.db.backup.swapping import Beside, beside_of, refuse_others, swap
from rushes.db.driving import Driver
from rushes.db.opening import open_audit
from rushes.model.backup import Backup, Contents, Restored
from rushes.model.event import EventAudit
from rushes.ports.progress import Progress


def restore(url: str, path: Path, *, replace: bool, progress: Progress) -> Restored:
    """Make the backup at `path` the database at `url`.

    Whatever goes wrong, the present database stays as it is. Raises `usage` where it holds
    anything and `replace` is not wanted, `database.newer` where a later Rushes or PostgreSQL wrote
    the backup, `backup.invalid`, `lock.unavailable`, `access.denied`, `database.unavailable`.
    """
    backup, begins = read_backup(path)
    _known(path, backup)
    with reached(url) as driver:
        server = version(driver)
        _fits(path, backup, server)
        _extended(path, backup, driver)
        _room(driver, name_of(url), replace=replace)
    check_digest(path, backup, begins, progress=progress)
    with beside_of(url) as two:
        _fill(client(two.url, server), path, begins)
        with reached(two.url) as driver:
            _compare(path, backup, contents(driver))
        audit = _brought_up(two, backup, progress)
        with reached(two.url) as driver:
            leaf = contents(driver).leaf
        swap(two)
    return Restored(backup, leaf, audit)


def _known(path: Path, backup: Backup) -> None:
    """Refuse what was migrated further than we know."""
    ours = {f"rushes.{module.name}" for module in iter_modules(migrations.__path__)}
    newer = [
        one for one in backup.contents.migrations if one.startswith("rushes.") and one not in ours
    ]
    if newer:
        raise RushesError(
            Code.DATABASE_NEWER,
            f"{escape(str(path))} was taken by Rushes {backup.rushes}, whose database is newer than"
            f" this one's ({', '.join(newer)}).",
            hint="Update Rushes to that version.",
        )


def _fits(path: Path, backup: Backup, server: str) -> None:
    if int(server.split(".")[0]) < int(backup.contents.postgresql.split(".")[0]):
        raise RushesError(
            Code.DATABASE_NEWER,
            f"{escape(str(path))} is of PostgreSQL {backup.contents.postgresql}; this server is"
            f" {server}, and older ones do not read what later ones wrote.",
            hint="Restore it on a server of that version or a later one.",
        )


def _extended(path: Path, backup: Backup, driver: Driver) -> None:
    known = {name for (name,) in driver.execute("SELECT name FROM pg_available_extensions")}
    lacking = [name for name in backup.contents.extensions if name not in known]
    if lacking:
        raise RushesError(
            Code.DEPENDENCY_MISSING,
            f"{escape(str(path))} needs what this server lacks: the extension"
            f" {', '.join(lacking)}.",
            hint="Install it on the server (vector is the package pgvector), then try again.",
        )


def _room(driver: Driver, name: str, *, replace: bool) -> None:
    present = contents(driver)
    if not is_empty(present) and not replace:
        raise RushesError(
            Code.USAGE,
            f"The database {escape(name)} holds {present.total:,} rows; nothing was changed.",
            hint="Have them replaced with --yes. `rushes db backup` keeps them first.",
        )
    refuse_others(driver, name)


def _fill(tools: Client, path: Path, begins: int) -> None:
    with dump_of(path, begins) as dump:
        tools.run(
            "pg_restore",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            "--no-password",
            f"--dbname={name_of(tools.url)}",
            source=dump,
        )


def _compare(path: Path, backup: Backup, made: Contents) -> None:
    wanted = dict(backup.contents.rows)
    if dict(made.rows) != wanted:
        wrong = [name for name in wanted if made.rows.get(name) != wanted[name]]
        raise damaged(path, f"other rows came out than went in ({', '.join(wrong[:5])})")


def _brought_up(two: Beside, backup: Backup, progress: Progress) -> EventAudit:
    """Apply the migrations since, and go through the events."""
    with closing(open_audit(two.url, data_dir=Path())) as audit:
        return audit.verify(backup.contents.head, progress=progress)
