"""The HTML report of some scans, put where it was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rushes import bootstrap
from rushes.cli.scan_sheet import Sheet
from rushes.core.errors import RushesError
from rushes.core.settings import Settings
from rushes.report.assemble import assembled
from rushes.report.render import write_report


def written(report: Path, sheets: Sequence[Sheet], settings: Settings) -> RushesError | None:
    """Write the report; what kept it from being written, if anything did."""
    content = assembled(
        [(sheet.survey, sheet.notes.folders) for sheet in sheets],
        layout=bootstrap.layout(settings),
        limits=settings.disk,
        thumbnails=settings.report.thumbnails,
    )
    try:
        write_report(report, content)
    except RushesError as error:
        return error
    return None
