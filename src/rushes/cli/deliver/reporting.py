"""What a delivery writes for the house: where that may lie, and writing it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rushes.cli.deliver.running import MANIFEST
from rushes.cli.report_place import Form, outside
from rushes.core import atomic
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.delivery.manifest import csv_mark
from rushes.exchange.delivery.telling import FileRow, Story
from rushes.report.table import mark, table

_REPORT = "rushes.delivery-report/1"
_ENDINGS = (".csv", ".json")


def check_places(reports: Sequence[Path], manifest: Path | None) -> None:
    """Refuse what could not be written, or would take the place of something else, before anything
    is done. Raises `usage` and `write.failed`.
    """
    for path in reports:
        ending = path.suffix.lower()
        if ending not in _ENDINGS:
            raise RushesError(
                Code.USAGE,
                f"{escape(str(path))} tells no kind of report.",
                hint="Let its name end with .csv or .json.",
            )
        told = {".csv": mark(FileRow._fields), ".json": f'"{_REPORT}"'.encode()}[ending]
        outside(path, (), form=Form("--report", f"delivery{ending}", told))
    if manifest is not None:
        for ending, told in ((".csv", csv_mark()), (".json", f'"{MANIFEST}"'.encode())):
            place = manifest.with_name(f"{manifest.name}{ending}")
            outside(place, (), form=Form("--manifest", "delivery", told))


def write_reports(story: Story, reports: Sequence[Path]) -> None:
    """Write all of them. Raises `write.failed`."""
    import orjson

    for path in reports:
        if path.suffix.lower() == ".csv":
            atomic.write_bytes(path, table(FileRow._fields, story.files()))
        else:
            files = [one._asdict() for one in story.files()]
            row = {"schema": _REPORT, **story.row(), "files": files}
            atomic.write_bytes(path, orjson.dumps(row, option=orjson.OPT_INDENT_2) + b"\n")
