"""Reports as CSV for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from rushes.core.spreadsheet import guarded
from rushes.report.render import plain

_BOM = "\ufeff"  # without it, Excel takes UTF-8 for the machine's old encoding


def mark(columns: Sequence[str]) -> bytes:
    """What every table of these columns begins with."""
    return (_BOM + ",".join(columns)).encode("utf-8")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The whole file: UTF-8 with a byte order mark, lines ended as RFC 4180 has them.

    No text in it can become a formula, and none that cannot be written breaks it.
    """
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return (_BOM + out.getvalue()).encode("utf-8")


def _cell(value: object) -> object:
    return guarded(str(plain(value))) if isinstance(value, str) else value
