"""A list of names, paths or uses of assets in a file: CSV or JSON, row by row with their lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from rushes.core import outside
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.tracking.shows.text import content, decoded

_DELIMITERS = (",", ";", "\t", "|")
_LISTS = ("names", "files", "paths", "rows", "uses")
_HINT = (
    "It is CSV whose first line names the columns, or JSON with a list of texts or objects;"
    " a column `name` holds the names."
)


class Row(NamedTuple):
    """One row: where it stands, for people, and its cells by column, empty ones left out."""

    where: str
    cells: Mapping[str, str]


def read_rows(path: Path, *, column: str) -> list[Row]:
    """All rows of the file. Texts by themselves are the cells of `column`.

    Raises `path.not_found`, `path.unreadable`, `manifest.invalid`, and `nothing.found`.
    """
    name = escape(path.name)
    text, _ = decoded(content(path), name)
    is_json = path.suffix.lower() == ".json" or text.lstrip()[:1] in ("{", "[")
    rows = list(_of_json(text, name, column) if is_json else _of_csv(text, name, column))
    if not rows:
        raise RushesError(Code.NOTHING_FOUND, f"{name} holds no rows.", hint=_HINT)
    return rows


def _of_csv(text: str, name: str, column: str) -> Iterator[Row]:
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    line = 1
    try:
        for cells in reader:
            if any(one.strip() for one in cells):
                if not columns:
                    columns = _columns(cells, name, line)
                else:
                    yield _row(f"{name}:{line}", columns, cells, name)
            line = reader.line_num + 1
    except csv.Error as error:
        raise _refused(name, f"line {line}: {error}") from error
    if columns and not set(columns) & {column, *_TITLES.get(column, ())}:
        raise _refused(name, f"there is no column {column!r}")


def _columns(cells: list[str], name: str, line: int) -> list[str]:
    columns = [_column(one) for one in cells]
    named = [one for one in columns if one]
    if len(set(named)) < len(named):
        raise _refused(name, f"line {line}: two columns have one name")
    return columns


def _row(where: str, columns: list[str], cells: list[str], name: str) -> Row:
    if len(cells) > len(columns) and any(one.strip() for one in cells[len(columns) :]):
        raise _refused(name, f"{where.rpartition(':')[2]}: the row is longer than the header")
    pairs = zip(columns, (one.strip() for one in cells), strict=False)
    return Row(where, _named({title: one for title, one in pairs if title and one}))


def _of_json(text: str, name: str, column: str) -> Iterator[Row]:
    try:
        value = outside.parsed(text)
    except (ValueError, RecursionError) as error:
        raise _refused(name, f"it is no JSON: {error}") from error
    if isinstance(value, dict):
        value = next((value[one] for one in _LISTS if isinstance(value.get(one), list)), None)
    if not isinstance(value, list):
        raise _refused(name, f"it has no list called {' or '.join(_LISTS)}")
    for at, one in enumerate(value, 1):
        where = f"{name}, entry {at}"
        if isinstance(one, str):
            yield Row(where, {column: one})
        elif isinstance(one, dict):
            columns = [_column(key) for key in one]
            if len(set(columns)) < len(columns):
                raise _refused(name, f"entry {at}: two fields have one name")
            cells = zip(columns, map(_text, one.values()), strict=True)
            yield Row(where, _named(dict(cells)))
        else:
            raise _refused(name, f"entry {at} is neither text nor an object")


def _text(cell: Any) -> str:
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        return ""
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip()


# What people call the column of names, the first that a file has counting.
_TITLES = {
    "name": ("filename", "file", "path", "delivery_path", "code"),
    "asset": ("asset_name",),
}


def _named(cells: dict[str, str]) -> dict[str, str]:
    """The cells with `name` and `asset` under these titles, whatever the file calls them."""
    kept = {title: one for title, one in cells.items() if one}
    for title, others in _TITLES.items():
        other = next((one for one in others if kept.get(one)), None)
        if title not in kept and other is not None:
            kept[title] = kept[other]
    return kept


def _column(title: str) -> str:
    return "_".join(str(title).strip().lower().replace("-", " ").replace("_", " ").split())


def _refused(name: str, why: str) -> RushesError:
    return RushesError(Code.MANIFEST_INVALID, f"{name} cannot be read: {escape(why)}.", hint=_HINT)
