"""Manifests as tables of text: CSV as spreadsheets write it, in any of their ways."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from rushes.exchange.manifest import FIELDS, Manifest, told
from rushes.exchange.manifest_cells import take_row
from rushes.exchange.manifest_refused import MOST_ENTRIES, refused, too_many
from rushes.model.finding import Severity

_DELIMITERS = (",", ";", "\t")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MOST_LINE = 1 << 20  # characters; the longest row is far below
_NEEDED = "delivery_path"


def read_csv(raw: BinaryIO, name: str) -> Manifest:
    """The manifest in an open file, read row by row.

    A byte-order mark, CRLF, quotes, `;` or tabs, and Excel's `sep=` line make no difference. Raises
    `manifest.invalid` where it is no table, or has no column `delivery_path`.
    """
    manifest = Manifest(name)
    rows = _rows(_text(raw), name)
    line, header = next(rows, (1, []))
    columns = _columns(manifest, header, line)
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(manifest.entries) >= MOST_ENTRIES:
            raise too_many(name)
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            manifest.findings.append(
                told(
                    "row",
                    f"{name}:{line}",
                    f"This row has {len(cells)} cells, the header {len(header)}. It is left out.",
                    fix="Put text that holds the delimiter into quotation marks.",
                )
            )
            continue
        row = {field: cells[at] for field, at in columns.items() if at < len(cells)}
        take_row(manifest, row, line)
    return manifest


def _text(raw: BinaryIO) -> Iterator[str]:
    """The lines, however they are encoded; bytes that are no text are told by row."""
    start = raw.read(2)
    raw.seek(0)
    encoding = "utf-16" if start in _UTF16 else "utf-8-sig"
    errors = "replace" if start in _UTF16 else "surrogateescape"
    text = io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="")
    try:
        while line := text.readline(_MOST_LINE):
            yield line
    finally:
        if not raw.closed:
            text.detach()  # whoever opened the file closes it


def _rows(lines: Iterator[str], name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line that each begins in, the header first."""
    first = next(lines, "")
    skipped = 0
    if first.lower().startswith("sep="):
        first, skipped = next(lines, ""), 1

    def all_of_them() -> Iterator[str]:
        yield first
        yield from lines

    reader = csv.reader(all_of_them(), delimiter=_delimiter(first), strict=True)
    line = 1 + skipped
    try:
        for cells in reader:
            yield line, cells
            line = 1 + skipped + reader.line_num
    except csv.Error as error:
        raise refused(name, f"line {line}: {error}") from error


def _delimiter(header: str) -> str:
    """What parts the names of the columns."""
    outside = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def _columns(manifest: Manifest, header: list[str], line: int) -> dict[str, int]:
    """Where each field stands; columns that nobody knows are told, and passed over."""
    columns: dict[str, int] = {}
    for at, title in enumerate(header):
        field = "_".join(title.strip().lower().replace("-", " ").replace("_", " ").split())
        if field in columns:
            raise refused(manifest.name, f"line {line}: there are two columns {field!r}")
        if field in FIELDS:
            columns[field] = at
        elif field:
            manifest.findings.append(
                told(
                    "column",
                    f"{manifest.name}:{line}",
                    f"Nothing is made of the column {title.strip()[:60]!r}.",
                    severity=Severity.NOTE,
                )
            )
    if _NEEDED not in columns:
        raise refused(manifest.name, f"line {line}: there is no column {_NEEDED!r}")
    return columns
