"""A spreadsheet of shots, read: tolerant of headings, strict about what its cells hold."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.model.finding import Finding, Severity
from rushes.tracking.refusing import shown
from rushes.tracking.shows.asked import Asked, Key, RecordAsked, TaskAsked, spoken
from rushes.tracking.shows.clip_names import ShotNames
from rushes.tracking.shows.columns import PARENTS, TASKS, Column, column_of, letters, nearest
from rushes.tracking.shows.refusing import Wrong, refuse
from rushes.tracking.shows.text import decoded

_DELIMITERS = (",", ";", "\t", "|")
_HINT = "The first line names the columns: sequence, shot, frame_in, frame_out, description …"


class _Row(NamedTuple):
    line: int
    cells: list[str]


class _Head(NamedTuple):
    """The columns that are read, by place, and the headings of all."""

    columns: Mapping[int, Column]
    headings: Sequence[str]

    def place(self, at: int, line: int) -> str:
        """A cell as people find it."""
        return f"line {line}, column {shown(self.headings[at].strip())} ({letters(at)})"


def read_sheet(data: bytes, *, name: str, names: ShotNames, handles: int) -> Asked:
    """The shots of a spreadsheet as CSV; `name` is the file's, for messages.

    A shot without a sequence is taken apart by the show's grammar. `handles` are the show's, for
    frame ranges that follow from cuts. Raises `field.invalid` with line and column of all that
    makes no sense.
    """
    text, findings = decoded(data, name)
    rows = _rows(text, name)
    head, odd = _head(rows, name)
    findings += odd
    reader = _Reader(head, names, handles)
    for row in rows:
        if any(cell.strip() for cell in row.cells):
            reader.take(row)
    refuse(name, reader.wrong)
    if not reader.asked:
        raise RushesError(Code.NOTHING_FOUND, f"{name} holds no shots.", hint=_HINT)
    return Asked(reader.asked, findings, loose=True)


def _rows(text: str, name: str) -> Iterator[_Row]:
    """Rows with the number of their first line."""
    first, _, rest = text.partition("\n")
    skipped, told = 0, ""
    if first.strip().casefold().startswith("sep=") and len(first.strip()) == 5:
        text, skipped, told = rest, 1, first.strip()[4]
    delimiter = told or _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1 + skipped
    try:
        for cells in reader:
            yield _Row(line, cells)
            line = reader.line_num + 1 + skipped
    except csv.Error as error:
        refuse(name, [Wrong(f"line {line}", f"it is no CSV: {error}")])


def _delimiter(text: str) -> str:
    """The sign by which the heading falls into the most columns that are known."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(_DELIMITERS, key=lambda sign: _known(first.split(sign)))


def _known(cells: Sequence[str]) -> int:
    return sum(column_of(one) is not None for one in cells)


def _head(rows: Iterator[_Row], name: str) -> tuple[_Head, list[Finding]]:
    found = next((one for one in rows if any(cell.strip() for cell in one.cells)), None)
    if found is None:
        raise RushesError(Code.NOTHING_FOUND, f"{name} is empty.", hint=_HINT)
    columns: dict[int, Column] = {}
    findings, wrong = [], []
    for at, heading in enumerate(found.cells):
        column = column_of(heading)
        if column is not None and column in columns.values():
            why = f"a second column for {column.name}"
            wrong.append(Wrong(f"line {found.line}, column {shown(heading)} ({letters(at)})", why))
        elif column is not None:
            columns[at] = column
        elif heading.strip():
            findings.append(_unread(heading, name, nearest(heading)))
    if not any(one.name == "shot" for one in columns.values()):
        wrong.append(Wrong(f"line {found.line}", "there is no column for shots"))
    refuse(name, wrong, hint=_HINT)
    return _Head(columns, found.cells), findings


def _unread(heading: str, name: str, near: Column | None) -> Finding:
    told = f"The column {shown(heading.strip())} is not known, and was not read."
    if near is None:
        return Finding("column.unknown", Severity.NOTE, name, told)
    fix = f"Did you mean {near.name}?"
    return Finding("column.unknown", Severity.WARNING, name, told, fix=fix)


class _Reader:
    def __init__(self, head: _Head, names: ShotNames, handles: int) -> None:
        self._head = head
        self._names = names
        self._handles = handles
        self._lines: dict[Key, int] = {}
        self.asked: list[RecordAsked] = []
        self.wrong: list[Wrong] = []

    def take(self, row: _Row) -> None:
        """One line that is not empty."""
        extra = [at for at, cell in enumerate(row.cells) if at >= len(self._head.headings)
                 and cell.strip()]  # fmt: skip
        if extra:
            why = f"{shown(row.cells[extra[0]])} stands beyond the last column"
            self.wrong.append(Wrong(f"line {row.line}, column {letters(extra[0])}", why))
            return
        values = self._values(row)
        key = self._key(row, values) if values is not None else None
        if values is None or key is None:
            return
        if key in self._lines:
            why = f"shot {spoken(key)} stands on line {self._lines[key]} already"
            self.wrong.append(Wrong(f"line {row.line}", why))
            return
        self._lines[key] = row.line
        tasks = [TaskAsked(one) for one in dict.fromkeys(values.pop(TASKS, ()))]
        at = f"line {row.line}"
        new = _framed(values, self._handles)
        self.asked.append(RecordAsked("shot", key, values, tasks, at=at, new=new))

    def _values(self, row: _Row) -> dict[str, Any] | None:
        """What the cells of a line hold, but for empty ones; None where one makes no sense."""
        values: dict[str, Any] = {}
        sound = True
        for at, column in self._head.columns.items():
            cell = row.cells[at] if at < len(row.cells) else ""
            if not cell.strip() and (column.name != "description" or not cell):
                continue
            try:
                values[column.name] = column.read(cell)
            except ValueError as error:
                self.wrong.append(Wrong(self._head.place(at, row.line), str(error)))
                sound = False
        return values if sound else None

    def _key(self, row: _Row, values: dict[str, Any]) -> Key | None:
        episode, sequence = (values.pop(one, None) or None for one in PARENTS)
        shot = values.pop("shot", "")
        if not shot:
            self.wrong.append(Wrong(f"line {row.line}", "it names no shot"))
            return None
        if sequence is not None:
            return episode, sequence, shot
        known = self._names.key(shot)
        if known is None:
            why = f"shot {shown(shot)} has no sequence, and no grammar of the show tells it"
            self.wrong.append(Wrong(f"line {row.line}", why))
            return None
        return (episode or known[0], *known[1:])


def _framed(values: Mapping[str, Any], handles: int) -> dict[str, Any]:
    """The frames of a new shot of which the cut alone is told."""
    first, last = values.get("cut_in"), values.get("cut_out")
    if first is None or last is None or {"frame_in", "frame_out"} & set(values):
        return {}
    own = values.get("handles")
    more = handles if own is None else own
    return {"frame_in": first - more, "frame_out": last + more}
