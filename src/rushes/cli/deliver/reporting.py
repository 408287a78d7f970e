"""What a delivery writes for the house: where that may lie, and writing it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from rushes.bootstrap.deliveries import MANIFEST
from rushes.cli.report_place import PAGE, Form, outside
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.delivery.manifest import csv_mark
from rushes.exchange.delivery.reports import files_mark, write_report
from rushes.exchange.delivery.telling import Story
from rushes.exchange.reports import check_report

_REPORT = "rushes.delivery-report/1"


def check_places(reports: Sequence[Path], manifest: Path | None, *, output: str = "") -> None:
    """Refuse what could not be written, or would take the place of something else, the package at
    `output` among it, before anything is done. Raises `usage` and `write.failed`.
    """
    _check_apart(reports, manifest, output)
    marks = {".csv": files_mark(), ".json": f'"{_REPORT}"'.encode()}
    for path in reports:
        check_report(path)
        ending = path.suffix.lower()
        form = Form("--report", f"delivery{ending}", marks.get(ending, PAGE.mark))
        outside(path, (), form=form)
    if manifest is not None:
        for ending, told in ((".csv", csv_mark()), (".json", f'"{MANIFEST}"'.encode())):
            place = _manifest_at(manifest, ending)
            outside(place, (), form=Form("--manifest", "delivery", told))


def _check_apart(reports: Sequence[Path], manifest: Path | None, output: str) -> None:
    """Refuse two that would be one file, of which the last one written is left.

    Reports tell where media lies in the house, and manifests are sent away: nobody may take one
    for the other.
    """
    there: dict[str, str] = {}
    asked = [(one, "--report") for one in reports]
    if manifest is not None:
        asked += [(_manifest_at(manifest, ending), "--manifest") for ending in (".csv", ".json")]
    if output and "://" not in output:
        asked.append((Path(output).expanduser(), "--output"))
    for path, option in asked:
        # Where capitals make no difference both are one file; elsewhere nobody misses the second.
        place = os.path.realpath(path).casefold()
        if place in there:
            raise RushesError(
                Code.USAGE,
                f"{there[place]} and {option} would both write {escape(str(path))}.",
                hint="Name a place of its own for each.",
            )
        there[place] = option


def _manifest_at(stem: Path, ending: str) -> Path:
    return stem.with_name(f"{stem.name}{ending}")


def write_reports(story: Story, reports: Sequence[Path]) -> None:
    """Write all of them. Raises `write.failed`."""
    for path in reports:
        write_report(path, story, schema=_REPORT)
