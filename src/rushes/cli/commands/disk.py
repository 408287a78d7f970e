"""`rushes disk`: who fills the disk, and what is too full."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from rushes import bootstrap
from rushes.cli import exits, face, show
from rushes.cli.disk_sheet import DiskSheet, disk_row, show_disk
from rushes.cli.face import command
from rushes.cli.progress import progress
from rushes.cli.renders_listing import RendersLimit, near, renders_row, show_renders
from rushes.cli.session import Session
from rushes.cli.surveying import folders, shows_root
from rushes.core.errors import RushesError
from rushes.core.settings import Settings
from rushes.scan.growth import Before, before
from rushes.scan.layout import LEVELS
from rushes.scan.renders import Renders, ShotRenders
from rushes.scan.roots import Root
from rushes.scan.thresholds import Fullness, fills, worst
from rushes.scan.usage import Usage


@command
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="[PATH|SHOW]")
@click.option(
    "--by",
    type=click.Choice([*LEVELS, "folder"]),
    help="Tell use down to this level of the studio's work, or by folder.  [default: shot]",
)
@click.option(
    "--depth",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="With --by folder, how many levels of folders to tell apart.",
)
@click.option("--largest-first", is_flag=True, help="With --by folder, sort by size.")
@click.option(
    "--fail-on",
    type=click.Choice(["warn", "critical"]),
    help="Exit 1 when something is as full as this, or fuller.",
)
@face.no_db
@face.full
@face.walking
def disk(
    session: Session,
    *,
    path: Path | None,
    by: str | None,
    depth: int,
    largest_first: bool,
    fail_on: str | None,
    no_db: bool,
    full: bool,
) -> int:
    """Tell disk use below PATH, of a SHOW, or of all shows: bytes, bytes on disk, files, growth.

    Limits come from [disk] in the settings; one that is met counts. Growth is told since the
    last recorded scan. Where shows keep shots as show/shots/shot/renders, and neither PATH nor
    --by is given, each shot's renders are listed instead, against thresholds.disk_warning_mb.
    Exits 2 when there is no such folder or no file in it, 3 when a part could not be read.
    """
    settings = session.settings
    root = _root(path, settings)
    layout = bootstrap.layout(settings)
    usage = Usage(layout, below=root.below, depth=depth)
    renders = Renders(layout, settings.layout.renders)
    unread = 0
    with closing(bootstrap.executor(settings)) as executor, progress("measuring") as watched:
        for folder in folders(root, settings, executor=executor, progress=watched, full=full):
            usage.take(folder)
            renders.take(folder)
            unread += folder.unread
    full_of = fills(usage, settings.disk, bootstrap.storage().room(str(root.path)))
    past, why = (None, "--no-db") if no_db else _before(root, settings, depth=depth)
    sheet = DiskSheet(root, usage, full_of, past, why, unread)
    limit = RendersLimit(settings.thresholds.disk_warning_mb)
    shots = _flat(renders.shots()) if path is None and by is None else []
    lines = sheet.lines(by or "shot", largest_first=largest_first)
    if session.as_json:
        told: dict[str, Any] = {"renders": [renders_row(one, limit) for one in shots]}
        show.json("rushes.disk/1", {**disk_row(sheet, lines), **told})
    elif shots:
        show.text(f"Disk usage under: {near(Path(root.path))}")
        show_renders(shots, limit, folder=settings.layout.renders)
    else:
        show_disk(sheet, lines)
    return _exit_code(sheet, fail_on, warned=any(map(limit.met, shots)))


def _exit_code(sheet: DiskSheet, fail_on: str | None, *, warned: bool) -> int:
    if not sheet.usage.total.files:
        show.note("There is no file here.")
        return exits.UNAVAILABLE if sheet.unread else exits.NOT_THERE
    state = worst(sheet.fills)
    warned = warned or state is not Fullness.OK
    if fail_on and (warned if fail_on == "warn" else state is Fullness.CRITICAL):
        return exits.FOUND
    return exits.UNAVAILABLE if sheet.unread else exits.OK


def _root(path: Path | None, settings: Settings) -> Root:
    """PATH itself, else the show of that name, else all shows."""
    if path is None:
        return bootstrap.root(shows_root(settings), settings)
    shows = settings.shows_root
    named = shows is not None and len(path.parts) == 1 and not path.exists()
    return bootstrap.root(shows / path if named and shows else path, settings)


def _before(root: Root, settings: Settings, *, depth: int) -> tuple[Before | None, str]:
    if not bootstrap.database_known(settings):
        return None, "nothing was ever scanned into the records"
    try:
        with closing(bootstrap.records(settings)) as records:
            past = before(records, root, bootstrap.layout(settings), depth=depth)
    except RushesError as error:
        return None, error.message.rstrip(".")
    return past, "" if past is not None else "no recorded scan has covered all of this"


def _flat(shots: list[ShotRenders]) -> list[ShotRenders]:
    """The shots, where a show keeps them without sequences and any has renders."""
    flat = [one for one in shots if not one.place.sequence]
    return flat if any(one.there for one in flat) else []
