"""`rushes scan`: walk, group, measure, judge, remember."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import click

from rushes import __version__, bootstrap
from rushes.cli import exits, face, show
from rushes.cli.expected import absent, expected
from rushes.cli.face import command
from rushes.cli.progress import progress
from rushes.cli.scan_sheet import Notes, Sheet
from rushes.cli.session import Session
from rushes.cli.surveying import Opening, each_once, surveyed
from rushes.core.escape import escape
from rushes.core.settings.schema import Disk
from rushes.model.finding import Finding
from rushes.scan.gaps import Expect
from rushes.scan.roots import Root
from rushes.scan.survey import Survey
from rushes.scan.thresholds import fills, findings, limits


@command
@face.paths()
@face.expect
@click.option(
    "--report",
    type=face.GivenPath(dir_okay=False),
    metavar="FILE",
    help="Write what was found as one HTML page.",
)
@click.option(
    "--fail-on",
    type=face.OneOf("warning", "error", warn="warning"),
    help="Exit 1 when there are findings as bad as this, or worse; `warn` is `warning`.",
)
@face.no_db
@face.full
@face.walking
def scan(
    session: Session,
    *,
    paths: tuple[Path, ...],
    expect: str | None,
    report: Path | None,
    fail_on: str | None,
    no_db: bool,
    full: bool,
) -> int:
    """Find every file sequence below each PATH, say what is wrong with it, and remember it.

    Of PATHs that overlap each folder counts once. Nothing is written below PATH, unless your own
    data or log folder lies there. Exits 2 when there is no such folder or no file sequence in it, 3
    when a part of it could not be read or the database is out of reach, 4 when the report could not
    be written.
    """
    settings = session.settings
    asked = [root for _, root in each_once(paths, settings)]
    if report is not None:
        from rushes.cli.report_place import outside

        outside(report, asked)
    sheets = scanned(session, asked, expect=expect, report=report, no_db=no_db, full=full)
    problem = None
    if report is not None:
        from rushes.cli.reporting import written

        problem = written(report, sheets, settings, full=full)
    _show(session, sheets, report=report if problem is None else None)
    if problem is not None:
        show.error(problem, as_json=False)
        return exits.EXIT_CODES[problem.code]
    return exits.gravest(_exit_code(sheet.survey, fail_on) for sheet in sheets)


def scanned(
    session: Session,
    asked: list[Root],
    *,
    expect: str | None,
    report: Path | None,
    no_db: bool,
    full: bool,
) -> list[Sheet]:
    """Scan each of the roots; what a `report` needs is kept where one is wanted."""
    settings = session.settings
    judged_by = expected(expect, settings, no_db=no_db)
    sheets: list[Sheet] = []
    by_place = report is not None or bool(limits(settings.disk))
    layout = bootstrap.layout(settings) if by_place else None
    with (
        closing(bootstrap.executor(settings)) as executor,
        closing(Opening(settings)) as opening,
        progress("scanning") as watched,
    ):
        for root in asked:
            notes = Notes(json=session.as_json, report=report is not None, layout=layout)
            survey = surveyed(
                root,
                settings,
                expect=judged_by,
                executor=executor,
                sink=notes.take,
                actor=session.actor,
                progress=watched,
                full=full,
                at_end=partial(_at_end, notes, settings.disk, judged_by),
                open_records=None if no_db else opening,
            )
            sheets.append(Sheet(survey, notes))
    return sheets


def _at_end(notes: Notes, disk: Disk, expect: Expect, root: Root) -> Iterator[Finding]:
    notes.fills = fills(notes.usage, disk, bootstrap.storage().room(str(root.path)))
    yield from findings(notes.fills)
    yield from absent(expect, root)


def _show(session: Session, sheets: list[Sheet], *, report: Path | None) -> None:
    if session.as_json:
        show.json(
            "rushes.scan/1",
            {
                "tool_version": __version__,
                "report": escape(str(report)) if report is not None else None,
                "scans": [sheet.row() for sheet in sheets],
            },
        )
        return
    for sheet in sheets:
        sheet.show()
    if report is not None:
        show.text(f"Wrote {escape(str(report))}.")


def _exit_code(survey: Survey, fail_on: str | None) -> int:
    totals = survey.totals
    if totals.unread_folders:
        return exits.UNAVAILABLE
    if not totals.sequences:
        return exits.NOT_THERE
    failing = totals.errors + (totals.warnings if fail_on == "warning" else 0)
    return exits.FOUND if fail_on and failing else exits.OK
