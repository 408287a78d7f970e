"""Reports as CSV: for Excel, without formulas, and whole whatever a name holds."""

from __future__ import annotations

import csv
from io import StringIO

from rushes.report.table import mark, table

_COLUMNS = ("path", "size")


def test_a_table_is_read_back_with_its_numbers_and_begins_with_its_mark() -> None:
    made = table(_COLUMNS, [("a, b", 7), ('a "b"', None)])
    assert made.startswith(mark(_COLUMNS) + b"\r\n")
    rows = list(csv.reader(StringIO(made.decode("utf-8-sig"), newline="")))
    assert rows == [["path", "size"], ["a, b", "7"], ['a "b"', ""]]


def test_no_cell_becomes_a_formula() -> None:
    assert table(_COLUMNS, [("=1", -1)]).endswith(b"\r\n'=1,-1\r\n")


def test_names_of_any_bytes_can_be_written() -> None:
    assert b"a\\xff.exr" in table(_COLUMNS, [("a\udcff.exr", 0)])
