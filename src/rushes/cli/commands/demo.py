"""`rushes demo`: a studio to try everything on."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import exits, face, show
from rushes.cli.commands.scan import scanned
from rushes.cli.demo_records import DemoRecords, filled
from rushes.cli.demo_sheet import DemoSheet
from rushes.cli.face import command
from rushes.cli.progress import progress
from rushes.cli.reporting import written
from rushes.cli.session import Session
from rushes.cli.surveying import roots
from rushes.core.errors import Code, RushesError
from rushes.testing.demo import DemoStudio, build_demo

_FOLDER, _REPORT = "demo", "report.html"


@command
@click.option(
    "--at",
    type=face.GivenPath(),
    metavar="DIR",
    help="Make it in this folder, empty or new (default: `demo` in the data folder).",
)
@face.no_db
def demo(session: Session, *, at: Path | None, no_db: bool) -> int:
    """Make a small studio of real media with planted faults, scan it, and write the report.

    The show is put on record, too: shots, assets, people, tasks, saves, publishes, versions, a
    playlist and notes. Again, it mends what was changed in the studio's own files, scans it anew,
    and makes records that are missing. A folder that holds anything else is left alone (exit 2), so
    are a server's records. Exits 3 when the database is out of reach, 4 when the studio or the
    report could not be written.
    """
    if session.settings.server.url and not no_db:
        raise RushesError(
            Code.USAGE,
            "The demo show and its people would be put among the records of"
            f" {session.settings.server.url}; nothing was made.",
            hint="Unset server.url (RUSHES_URL), or leave the records alone with --no-db.",
        )
    # Read before the studio is there, because its own settings are the ones to go by later.
    place = (at.expanduser() if at else session.settings.data_dir / _FOLDER).absolute()
    with progress("making the demo studio") as watched:
        studio = build_demo(place, progress=watched)
    inside = Session(config=studio.settings, profile=session.profile, flags=session.flags)
    asked = roots((studio.shows,), inside.settings)
    report = Path(os.path.abspath(place / _REPORT))
    sheets = scanned(inside, asked, expect=None, report=report, no_db=no_db, full=False)
    on_record = None if no_db else _recorded(inside, studio)
    problem = written(report, sheets, inside.settings, full=False, title="The demo studio")
    sheet = DemoSheet(studio, sheets[0], report if problem is None else None, on_record)
    if session.as_json:
        show.json("rushes.demo/1", sheet.row())
    else:
        sheet.show()
    if problem is not None:
        show.error(problem, as_json=False)
        return exits.EXIT_CODES[problem.code]
    return exits.UNAVAILABLE if sheet.scan.survey.totals.unread_folders else exits.OK


def _recorded(inside: Session, studio: DemoStudio) -> DemoRecords:
    with (
        closing(bootstrap.executor(inside.settings)) as executor,
        progress("putting the show on record") as watched,
    ):
        return filled(inside, studio, executor, watched)
