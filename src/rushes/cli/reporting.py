"""The HTML report of some scans, put where it was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rushes.cli import show
from rushes.cli.progress import progress
from rushes.cli.scan_sheet import Sheet
from rushes.core.errors import RushesError
from rushes.core.settings import Settings
from rushes.inspection.thumbnails import thumbnails
from rushes.report.assemble import Scanned, assembled, pictures
from rushes.report.render import write_report

_UNCHANGED = (
    "Folders that looked unchanged were taken from the scan before; `--full` reads everything."
)


def written(
    report: Path, sheets: Sequence[Sheet], settings: Settings, *, full: bool, title: str = ""
) -> RushesError | None:
    """Write the report; what kept it from being written, if anything did."""
    scans = [_scanned(sheet, full=full) for sheet in sheets]
    content = assembled(scans, title=title)
    if settings.report.thumbnails:
        with progress("thumbnails") as watched:
            made = thumbnails(pictures(content, scans).items(), progress=watched)
        content = replace(content, thumbnails=made)
        if made.failed:
            show.note(f"{show.counted(len(made.failed), 'thumbnail')} could not be made.")
    try:
        write_report(report, content)
    except RushesError as error:
        return error
    return None


def _scanned(sheet: Sheet, *, full: bool) -> Scanned:
    notes = sheet.notes
    assert notes.usage is not None  # a report is wanted, and a walk meets one folder at least
    remarks = () if full else (_UNCHANGED,)
    return Scanned(sheet.survey, notes.folders, notes.usage, notes.fills, remarks)
