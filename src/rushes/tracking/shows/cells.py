"""Cells of a spreadsheet: numbers as programs write them, and text that is no formula."""

from __future__ import annotations

import csv
import io
import re

from rushes.core.spreadsheet import FORMULA, QUOTE
from rushes.tracking.refusing import shown

NONE = "none"  # no value at all, where an empty cell would leave the value as it is
# What spreadsheets leave at the edges of a cell; other spaces may belong to a name.
EDGE = " \t\r\n"
_WHOLE = re.compile(r"([+-]?[0-9]{1,18})(?:[.,]0{1,6})?")
_SPECIAL = frozenset(',;|"\r\n')


def guarded(text: str) -> str:
    """The text as a cell that is no formula; `plain` gives it back."""
    return f"{QUOTE}{text}" if text.startswith((*FORMULA, QUOTE)) else text


def plain(cell: str) -> str:
    """The text of a cell, without the quote that `guarded` put before it."""
    return cell[1:] if cell[:1] == QUOTE and cell[1:2] in (*FORMULA, QUOTE) else cell


def whole(cell: str) -> int:
    """A whole number, `1001.0` and `1001,0` being one. Raises `ValueError`, telling why."""
    found = _WHOLE.fullmatch(cell)
    if found is None:
        raise ValueError(f"{shown(cell)} is no whole number")
    return int(found[1])


def listed(texts: list[str]) -> str:
    """Several words as one cell, as in `anim,comp`."""
    return ",".join(
        '"' + one.replace('"', '""') + '"' if _SPECIAL & set(one) else one for one in texts
    )


def words(cell: str) -> list[str]:
    """The words of a cell, parted by commas, semicolons or bars. Raises `ValueError`."""
    if '"' not in cell:
        return [one for part in re.split(r"[,;|]", cell) if (one := part.strip(EDGE))]
    try:
        rows = list(csv.reader(io.StringIO(cell, newline=""), strict=True))
    except csv.Error as error:
        raise ValueError(f"{shown(cell)} is no list of words: {error}") from None
    return [one for row in rows for one in row if one]
