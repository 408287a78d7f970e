"""Reports of an ingest: where they may be written, and writing them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from rushes.cli.report_place import Form, outside
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.reports import (
    check_report,
    write_problems,
    write_report,
)
from rushes.exchange.tables import files_mark, problems_mark
from rushes.exchange.telling import Story
from rushes.scan.roots import Root

_REPORT, _PROBLEMS = "rushes.ingest-report/1", "rushes.ingest-problems/1"
_PAGE = b'<meta name="generator" content="Rushes '


def check_reports(reports: Sequence[Path], vendor: Sequence[Path], drop: str) -> None:
    """Refuse reports that could not be written, or would lie in the drop, before anything is done.

    Raises `usage` and `write.failed`.
    """
    places = [os.path.realpath(one) for one in (*reports, *vendor)]
    twice = next((one for one in places if places.count(one) > 1), "")
    if twice:
        raise RushesError(
            Code.USAGE,
            f"Two reports would be written to {escape(twice)}.",
            hint="Name a file of its own for each.",
        )
    asked = [] if "://" in drop else [Root(str(Path(drop).expanduser().absolute()))]
    for paths, option, schema, columns in (
        (reports, "--report", _REPORT, files_mark()),
        (vendor, "--vendor-report", _PROBLEMS, problems_mark()),
    ):
        for path in paths:
            check_report(path)
            ending = PurePosixPath(path.name.lower()).suffix
            mark = {".csv": columns, ".json": f'"{schema}"'.encode()}.get(ending, _PAGE)
            outside(path, asked, form=Form(option, f"ingest{ending}", mark))


def write_reports(story: Story, reports: Sequence[Path], vendor: Sequence[Path]) -> None:
    """Write all of them. Raises `write.failed`."""
    for path in reports:
        write_report(path, story, schema=_REPORT)
    for path in vendor:
        write_problems(path, story, schema=_PROBLEMS)
