"""The HTML report of some scans, put where it was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rushes.cli import show
from rushes.cli.progress import progress
from rushes.cli.scan_sheet import Sheet
from rushes.core import logs
from rushes.core.errors import RushesError
from rushes.core.settings import Settings
from rushes.inspection.thumbnails import thumbnails
from rushes.report.assemble import Scanned, assembled, pictures
from rushes.report.render import write_report

_MOST_TOLD = 3
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
        why = {key: show.printable(error.message) for key, error in made.failed.items()}
        content = replace(content, thumbnails=made, unpictured=why)
        _tell(list(why.values()))
    try:
        write_report(report, content)
    except RushesError as error:
        return error
    return None


def _tell(failed: Sequence[str]) -> None:
    """The first files without a thumbnail, and why; the report has each beside its sequence."""
    if not failed:
        return
    for told in failed:
        logs.info(f"no thumbnail: {told}")
    show.note(f"The report lacks {show.counted(len(failed), 'thumbnail')}:")
    for told in failed[:_MOST_TOLD]:
        show.note(f"  {told}")
    if len(failed) > _MOST_TOLD:
        more = len(failed) - _MOST_TOLD
        show.note(f"  … and {more:,} more, which the report tells beside their sequences.")


def _scanned(sheet: Sheet, *, full: bool) -> Scanned:
    notes = sheet.notes
    assert notes.usage is not None  # a report is wanted, and a walk meets one folder at least
    remarks = () if full else (_UNCHANGED,)
    return Scanned(sheet.survey, notes.folders, notes.usage, notes.fills, remarks)
