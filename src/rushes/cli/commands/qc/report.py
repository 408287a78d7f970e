"""`rushes qc report`: what the records of a tree say, as a page, a print or a table."""

from __future__ import annotations

from pathlib import Path

import click

from rushes.cli import face
from rushes.cli.face import GivenPath, command
from rushes.cli.qc.options import sidecar_root
from rushes.cli.session import Session
from rushes.model.signoff import Result


@command
@face.paths()
@click.option("--html", type=GivenPath(dir_okay=False), metavar="FILE", help="Write one HTML page.")
@click.option(
    "--pdf", type=GivenPath(dir_okay=False), metavar="FILE", help="Write a PDF to print or send."
)
@click.option(
    "--csv", type=GivenPath(dir_okay=False), metavar="FILE", help="Write a table: all assets."
)
@click.option(
    "--result",
    type=click.Choice([one.value for one in Result]),
    help="Tell only of assets with this result.",
)
@click.option(
    "--since",
    metavar="WHEN",
    help="Tell only of records from then on: a date (2026-11-20, 2026-11-20T18:00, in UTC), or a"
    " time ago (12h, 7d).",
)
@click.option("--no-thumbnails", is_flag=True, help="Show no frames on their own.")
@click.option(
    "--contact-sheets/--no-contact-sheets",
    default=None,
    help="Show many frames of each sequence that failed or is pending, at most 40 sheets (default:"
    " yes, unless there are no thumbnails).",
)
@sidecar_root
def report(
    session: Session,
    *,
    paths: tuple[Path, ...],
    html: Path | None,
    pdf: Path | None,
    csv: Path | None,
    result: str | None,
    since: str | None,
    no_thumbnails: bool,
    contact_sheets: bool | None,
) -> int:
    """Tell what the records below each PATH say: how many assets passed, failed or are pending.

    Signatures are not checked, and media is read for pictures only: `rushes qc verify` checks
    both. Exits 1 when a record makes no sense, 2 when there is none at all, 3 when a part could
    not be read, 4 when a report could not be written.
    """
    from rushes.cli.qc.report_files import Wanted, told
    from rushes.cli.qc.report_records import Asked, only

    wanted = Wanted(html, pdf, csv, thumbnails=not no_thumbnails, contact_sheets=contact_sheets)
    asked = Asked(paths, only(result, since))
    return told(session, asked, wanted)
