"""Where a report may be written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape

if TYPE_CHECKING:
    from rushes.scan.roots import Root

_HEAD = 4096


class Form(NamedTuple):
    """One form of report: the option that asks for it, what it may be called, and what stands in
    the first bytes of every report of that form and of nothing else.
    """

    option: str
    example: str
    mark: bytes


PAGE = Form("--report", "report.html", b'<meta name="generator" content="Rushes ')


def outside(report: Path, asked: Sequence[Root], *, form: Form = PAGE) -> None:
    """Refuse a report that would lie in a scanned folder, has no folder to lie in, or would take
    the place of anything but an earlier report.
    """
    place = Path(os.path.realpath(report))
    for root in asked:
        if PurePosixPath(place).is_relative_to(os.path.realpath(str(root.path))):
            raise RushesError(
                Code.USAGE,
                f"The report {escape(str(report))} would lie in the scanned folder"
                f" {escape(str(root.path))}, and Rushes writes nothing there.",
                hint=f"Name a place outside of it, as in {form.option} ~/{form.example}.",
            )
    if not place.parent.is_dir():
        raise RushesError(
            Code.WRITE_FAILED,
            f"There is no folder {escape(str(place.parent))} for the report.",
            hint="Make it first, or name another place.",
        )
    if report.name == "-" or (os.path.lexists(place) and not _is_report(place, form)):
        raise RushesError(
            Code.USAGE,
            f"{escape(str(report))} is there and is no report of Rushes; it was left alone."
            if report.name != "-"
            else "A report is a file; it is not written to stdout.",
            hint=f"Name another place, as in {form.option} {form.example}.",
        )


def _is_report(place: Path, form: Form) -> bool:
    """Whether a file there may be replaced: an empty one, or a report."""
    if not place.is_file():
        return False
    with suppress(OSError), place.open("rb") as file:
        start = file.read(_HEAD)
        return not start or form.mark in start
    return False
