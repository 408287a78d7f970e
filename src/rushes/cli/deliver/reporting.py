"""What a delivery writes for the house: where that may lie, and writing it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rushes.bootstrap.deliveries import MANIFEST
from rushes.cli.report_place import PAGE, Form, outside
from rushes.exchange.delivery.manifest import csv_mark
from rushes.exchange.delivery.reports import files_mark, write_report
from rushes.exchange.delivery.telling import Story
from rushes.exchange.reports import check_report

_REPORT = "rushes.delivery-report/1"


def check_places(reports: Sequence[Path], manifest: Path | None) -> None:
    """Refuse what could not be written, or would take the place of something else, before anything
    is done. Raises `usage` and `write.failed`.
    """
    marks = {".csv": files_mark(), ".json": f'"{_REPORT}"'.encode()}
    for path in reports:
        check_report(path)
        ending = path.suffix.lower()
        form = Form("--report", f"delivery{ending}", marks.get(ending, PAGE.mark))
        outside(path, (), form=form)
    if manifest is not None:
        for ending, told in ((".csv", csv_mark()), (".json", f'"{MANIFEST}"'.encode())):
            place = manifest.with_name(f"{manifest.name}{ending}")
            outside(place, (), form=Form("--manifest", "delivery", told))


def write_reports(story: Story, reports: Sequence[Path]) -> None:
    """Write all of them. Raises `write.failed`."""
    for path in reports:
        write_report(path, story, schema=_REPORT)
