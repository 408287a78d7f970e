"""`rushes changes`: what two scans do not agree on."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rushes import bootstrap
from rushes.cli import changes_sheet, exits, face, show
from rushes.cli.changes_sheet import Sums
from rushes.cli.face import command
from rushes.cli.session import Session
from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape, unescape
from rushes.core.units import human_bytes
from rushes.scan.changes import (
    Span,
    differences,
    finished_scans,
    is_recorded,
    known_scans,
    span,
)
from rushes.scan.known import recorded
from rushes.scan.roots import Root

if TYPE_CHECKING:
    from rushes.ports.records import Records


@command
@click.argument("path", required=False, type=face.GivenPath(), metavar="[PATH]")
@click.option(
    "--since",
    metavar="WHEN",
    help="Compare with this scan: its number, a date (2026-11-20, 2026-11-20T18:00, in UTC), or"
    " a time ago (12h, 7d).",
)
@click.option(
    "--until", metavar="WHEN", help="Take this scan for the later one, instead of the last."
)
@click.option("--scans", is_flag=True, help="List the scans there are instead.")
@click.option("--fail-on-change", is_flag=True, help="Exit 1 when anything differs.")
def changes(
    session: Session,
    *,
    path: Path | None,
    since: str | None,
    until: str | None,
    scans: bool,
    fail_on_change: bool,
) -> int:
    """Tell what changed below PATH between its last scan and the one before.

    Storage itself is not looked at: `rushes scan` does that. Without PATH, it is the folder of
    all shows, or where none is set what was scanned last. Exits 2 when there are no two scans to
    compare; with --fail-on-change 3 when nothing differs but a scan could not read every folder.
    """
    if scans and (since or until or fail_on_change):
        raise click.UsageError("--scans only lists; it takes no other option but PATH.")
    settings = session.settings
    if not bootstrap.database_known(settings):
        raise RushesError(
            Code.RECORD_NOT_FOUND,
            "No scan is recorded: there is no database yet.",
            hint="rushes scan PATH makes it and remembers what is there.",
        )
    with closing(bootstrap.records(settings)) as records:
        asked = path if path is not None else settings.shows_root
        root = recorded(bootstrap.root(asked, settings), records) if asked is not None else None
        if scans:
            return _list(session, records, root)
        root = root or _last(records)
        known = finished_scans(records, root)
        between = span(known, root, since=since, until=until, now=clock.now())
        sums = _told(session, records, root, between)
    unread = any(one.totals.unread_folders for one in (between.since, between.until))
    if not fail_on_change:
        return exits.OK
    return exits.FOUND if sums.any else exits.UNAVAILABLE if unread else exits.OK


def _told(session: Session, records: Records, root: Root, between: Span) -> Sums:
    sums, rows, told = Sums(), [], False
    for one in differences(records, root, between):
        if not told and not session.as_json:
            show.text(changes_sheet.title(root, between), bold=True)
        told = True
        sums.take(one)
        if session.as_json:
            rows.append(changes_sheet.change_row(one))
        else:
            show.text(changes_sheet.line(one))
    if not told:
        _refuse_unknown(records, root)
    if session.as_json:
        show.json("rushes.changes/1", changes_sheet.document(root, between, rows, sums))
        return sums
    if not told:
        show.text(changes_sheet.title(root, between), bold=True)
    show.text(sums.line())
    _warn(between, sums)
    return sums


def _warn(between: Span, sums: Sums) -> None:
    if between.oldest:
        show.note(f"No scan is as old as asked for: scan {between.since.id} is the oldest.")
    if sums.first_seen:
        show.note(
            f"Up to scan {between.since.id} only a part had been scanned: {sums.first_seen:,} in"
            f" the rest ({human_bytes(sums.first_seen_size)}, marked ?) may be new or old."
        )
    for scan in (between.since, between.until):
        if scan.totals.unread_folders:
            folders = show.counted(scan.totals.unread_folders, "folder")
            show.note(f"Scan {scan.id} could not read {folders}: changes there are not known.")


def _refuse_unknown(records: Records, root: Root) -> None:
    """A folder that is neither there nor on record has not "not changed": it is a slip."""
    there = bootstrap.storage().stamp(f"{root.path}/.") is not None
    if not there and not is_recorded(records, root):
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"{escape(str(root.path))} is no folder, and nothing below it is recorded.",
            hint="Check the spelling; rushes changes --scans lists what was scanned.",
        )


def _last(records: Records) -> Root:
    known = finished_scans(records, None)
    if not known:
        raise _none()
    return Root(unescape(known[-1].root.mount), known[-1].below)


def _list(session: Session, records: Records, root: Root | None) -> int:
    known = known_scans(records, root)
    if not known:
        raise _none(root)
    if session.as_json:
        show.json("rushes.scans/1", {"scans": [changes_sheet.scan_row(one) for one in known]})
    else:
        lines = [changes_sheet.scan_line(one) for one in known]
        show.table([changes_sheet.SCAN_TITLES, *lines], right=(0, 4, 5, 6))
    return exits.OK


def _none(root: Root | None = None) -> RushesError:
    of = f" of {escape(str(root.path))}" if root is not None else ""
    return RushesError(
        Code.RECORD_NOT_FOUND,
        f"No finished scan{of} is recorded.",
        hint="rushes scan PATH remembers what is there.",
    )
