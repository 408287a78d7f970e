"""Reports of an ingest as tables for spreadsheets, in which no cell can become a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from rushes.exchange.telling import FileRow, Story
from rushes.report.render import plain

_BOM = "\ufeff"  # without it, Excel takes UTF-8 for the machine's old encoding
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PROBLEMS = ("severity", "version", "subject", "message", "found", "wanted", "fix", "rule")


def files_mark() -> bytes:
    """What every table of files begins with."""
    return (_BOM + ",".join(FileRow._fields)).encode("utf-8")


def problems_mark() -> bytes:
    """What every table of problems begins with."""
    return (_BOM + ",".join(_PROBLEMS)).encode("utf-8")


def files_table(story: Story) -> bytes:
    """A row for each file of the drop."""
    return _table(FileRow._fields, story.files())


def problems_table(story: Story) -> bytes:
    """A row for each problem, for whoever sent the drop."""
    rows = (
        (
            one.severity.value,
            lot,
            one.subject,
            one.message,
            one.found,
            one.wanted,
            one.fix,
            one.rule,
        )
        for lot, one in story.problems()
    )
    return _table(_PROBLEMS, rows)


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The whole file: UTF-8 with a byte order mark, lines ended as RFC 4180 has them."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return (_BOM + out.getvalue()).encode("utf-8")


def _cell(value: object) -> object:
    if isinstance(value, str):
        text = str(plain(value))
        return f"'{text}" if text.startswith(_FORMULA) else text
    return value
