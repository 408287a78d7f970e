"""`rushes qc rebuild`: the database's mirror of sidecars, from the sidecars."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath

import click

from rushes import bootstrap
from rushes.cli import exits, face, show
from rushes.cli.face import command
from rushes.cli.progress import progress
from rushes.cli.qc import rebuild_sheet
from rushes.cli.qc.options import absolute_sidecar_root, sidecar_root
from rushes.cli.session import Session
from rushes.cli.surveying import roots
from rushes.core.settings import Settings
from rushes.ports.signoffs import SignOffs
from rushes.qc.order import records_place
from rushes.qc.places import Mode
from rushes.qc.rebuild import Task
from rushes.qc.rebuild import rebuild as rebuilt
from rushes.scan.roots import Root


@command
@face.paths()
@click.option("--forget", is_flag=True, help="Drop records that are in no sidecar any more.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@sidecar_root
def rebuild(session: Session, *, paths: tuple[Path, ...], forget: bool, dry_run: bool) -> int:
    """Restore the database's record of quality checks from the sidecars below each PATH.

    The sidecars are the truth, and the database is their mirror: what it has not got is added.
    Records that only the database knows, because a sidecar was deleted, set back or edited, are
    told and kept, unless with --forget. Where a folder is empty nothing is noted or forgotten: its
    storage may not be mounted. Exits 1 when there are such records, or sidecars that make no
    sense (those are not mirrored); 2 when there is no such folder or no sidecar in it; 3 when a
    part could not be read, is empty though it was not, or the database is out of reach.
    """
    settings = session.settings
    told = []
    with _mirror(settings, dry_run=dry_run) as signoffs, progress("reading sidecars") as watched:
        for root in roots(paths, settings):
            task = _task(session, root, forget=forget, dry_run=dry_run)
            told.append(rebuild_sheet.Told(task, rebuilt(signoffs, task, progress=watched)))
    if session.as_json:
        show.json("rushes.qc-rebuild/1", rebuild_sheet.document(told, dry_run=dry_run))
    else:
        rebuild_sheet.tell(told)
    return exits.gravest(one.code for one in told)


@contextmanager
def _mirror(settings: Settings, *, dry_run: bool) -> Iterator[SignOffs | None]:
    """The mirror; a dry run makes no database where there is none yet."""
    if dry_run and not bootstrap.database_known(settings):
        yield None
        return
    with closing(bootstrap.sign_offs(settings)) as signoffs:
        yield signoffs


def _task(session: Session, root: Root, *, forget: bool, dry_run: bool) -> Task:
    settings = session.settings
    return Task(
        root,
        records_place(root, PurePosixPath("."), absolute_sidecar_root(session)),
        session.actor,
        Mode(settings.qc.sidecar_mode),
        forget=forget,
        dry_run=dry_run,
    )
