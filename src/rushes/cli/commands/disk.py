"""`rushes disk`: who fills the disk, and what is too full."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from rushes import bootstrap
from rushes.cli import exits, face, show
from rushes.cli.disk_rows import disk_row
from rushes.cli.disk_sheet import DiskSheet
from rushes.cli.disk_text import note_unread, show_disk, warn_of
from rushes.cli.face import command
from rushes.cli.measuring import measured
from rushes.cli.renders_listing import listed, near, renders_row, show_renders
from rushes.cli.session import Session
from rushes.cli.surveying import shows_root
from rushes.cli.unknown_show import unknown_show
from rushes.core.escape import escape
from rushes.core.settings import Settings
from rushes.scan.layout import LEVELS
from rushes.scan.roots import Root
from rushes.scan.thresholds import Fullness, worst


@command
@click.argument("path", required=False, type=face.GivenPath(), metavar="[PATH|SHOW]")
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
    help="How many levels of folders to tell apart, where use is told by folder.",
)
@click.option("--largest-first", is_flag=True, help="Sort by size instead of by name.")
@click.option(
    "--fail-on",
    type=face.OneOf("warn", "critical", warning="warn"),
    help="Exit 1 when something is as full as this, or fuller; `warning` is `warn`.",
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
    last recorded scan. Where no place is known, use is told by folder. With a toolkit.yaml, each
    shot's renders are listed instead, unless PATH or --by is given. Exits 2 when there is no such
    folder or no file in it, 3 when a part could not be read.
    """
    settings = session.settings
    root = _root(path, settings)
    sheet, shots = measured(session, root, depth=depth, full=full, no_db=no_db)
    lines = sheet.lines(by or "shot", largest_first=largest_first)
    if not lines:
        lines = sheet.lines("folder", largest_first=largest_first)
    one_by_one = listed(shots, settings) if path is None and by is None else []
    over = {one.subject for one in sheet.fills if one.kind == "renders" and _warned(one.fullness)}
    too_full = {one.place for one in shots if escape("/".join(one.place.names)) in over}
    if session.as_json:
        told: dict[str, Any] = {"renders": [renders_row(one, too_full) for one in one_by_one]}
        show.json("rushes.disk/1", {**disk_row(sheet, lines, settings.disk), **told})
    elif one_by_one:
        show.text(f"Disk usage under: {near(Path(root.path))}")
        show_renders(one_by_one, too_full, settings)
        warn_of([one for one in sheet.fills if one.kind != "renders"])
        note_unread(sheet.unread)
    else:
        show_disk(sheet, lines, settings.disk, heaviest=by is None)
        note_unread(sheet.unread)
    return _exit_code(sheet, fail_on)


def _exit_code(sheet: DiskSheet, fail_on: str | None) -> int:
    if not sheet.usage.total.files:
        show.note("There is no file here.")
        return exits.UNAVAILABLE if sheet.unread else exits.NOT_THERE
    state = worst(sheet.fills)
    if fail_on and (_warned(state) if fail_on == "warn" else state is Fullness.CRITICAL):
        return exits.FOUND
    if fail_on and not sheet.fills:
        show.note("Nothing could be held against a limit.")
        return exits.UNAVAILABLE
    return exits.UNAVAILABLE if sheet.unread else exits.OK


def _warned(state: Fullness) -> bool:
    return state is not Fullness.OK


def _root(path: Path | None, settings: Settings) -> Root:
    """PATH itself, else the show of that name, else all shows."""
    if path is None:
        return bootstrap.root(shows_root(settings), settings)
    shows = settings.shows_root
    named = shows is not None and len(path.parts) == 1 and not path.exists()
    if named and shows and (problem := unknown_show(shows, path.name)):
        raise problem
    return bootstrap.root(shows / path if named and shows else path, settings)
