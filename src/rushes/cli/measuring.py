"""Measuring a tree: its use by place and folder, held against limits and the last scan."""

from __future__ import annotations

from contextlib import closing

from rushes import bootstrap
from rushes.cli import show
from rushes.cli.disk_sheet import DiskSheet
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.cli.surveying import folders
from rushes.core.errors import RushesError
from rushes.core.settings import Settings
from rushes.scan.growth import Before, before
from rushes.scan.renders import Renders, ShotRenders, renders_fills
from rushes.scan.roots import Root
from rushes.scan.thresholds import fills
from rushes.scan.usage import Usage


def measured(
    session: Session, root: Root, *, depth: int, full: bool, no_db: bool
) -> tuple[DiskSheet, list[ShotRenders]]:
    """Walk `root`; its use, and the renders of each shot."""
    settings = session.settings
    layout = bootstrap.layout(settings)
    usage = Usage(layout, below=root.below, depth=depth)
    renders = Renders(layout, settings.layout.renders)
    unread = 0
    with closing(bootstrap.executor(settings)) as executor, progress("measuring") as watched:
        for folder in folders(root, settings, executor=executor, progress=watched, full=full):
            usage.take(folder)
            renders.take(folder)
            unread += folder.unread
    shots = renders.shots()
    held = fills(usage, settings.disk, bootstrap.storage().room(str(root.path)))
    held += renders_fills(shots, settings.thresholds.disk_warning_mb, usage)
    past, why = _before(root, settings, depth=depth, no_db=no_db, unread=unread)
    shows = settings.shows_root
    in_shows = shows is not None and bootstrap.root(shows, settings).mount == root.mount
    return DiskSheet(root, usage, held, past, why, unread, in_shows), shots


def _before(
    root: Root, settings: Settings, *, depth: int, no_db: bool, unread: int
) -> tuple[Before | None, str]:
    """What was there at the last scan, or why that cannot be told or compared."""
    if unread:
        return None, f"{show.counted(unread, 'folder')} could not be read now"
    if no_db:
        return None, "--no-db"
    if not bootstrap.database_known(settings):
        return None, "nothing was ever scanned into the records"
    try:
        with closing(bootstrap.records(settings)) as records:
            past = before(records, root, bootstrap.layout(settings), depth=depth)
    except RushesError as error:
        return None, error.message.rstrip(".")
    if past is None:
        return None, "no recorded scan has covered all of this"
    if past.scan.totals.unread_folders:
        return None, f"scan {past.scan.id}, the last of all of this, could not read every folder"
    return past, ""
