"""Where a report may be written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.scan.roots import Root


def outside(report: Path, asked: Sequence[Root]) -> None:
    """Refuse a report that would lie in a scanned folder, or has no folder to lie in."""
    place = Path(os.path.abspath(report))
    for root in asked:
        if PurePosixPath(place).is_relative_to(root.path):
            raise RushesError(
                Code.USAGE,
                f"The report {escape(str(report))} would lie in the scanned folder"
                f" {escape(str(root.path))}, and Rushes writes nothing there.",
                hint="Name a place outside of it, as in --report ~/report.html.",
            )
    if not place.parent.is_dir():
        raise RushesError(
            Code.WRITE_FAILED,
            f"There is no folder {escape(str(place.parent))} for the report.",
            hint="Make it first, or name another place.",
        )
