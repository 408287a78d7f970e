"""All files of a delivery in one answer, sent as they are read: as JSON, or CSV for people."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

import orjson
from django.http import StreamingHttpResponse

from rushes.client.spelling.movements import listed_row
from rushes.core.escape import escape
from rushes.core.spreadsheet import guarded
from rushes.model.movement import DeliveredFile, Movement
from rushes.ports.records import every
from rushes.report.table import mark
from rushes.web.api.parameters import invalid
from rushes.web.house import house
from rushes.web.problems import JSON

SCHEMA = "rushes.delivered-files/1"
COLUMNS = ("path", "size", "blake3", "frame", "publish", "version", "earlier", "source")
_SOME = 500  # files that are sent at once
_CSV = "text/csv; charset=utf-8"


def manifest(held: Movement, form: str) -> StreamingHttpResponse:
    """The manifest as `json` or `csv`. Raises `field.invalid` for any other form."""
    if form not in ("json", "csv"):
        raise invalid("format", "is neither json nor csv")
    parts = _json(held) if form == "json" else _csv(held)
    # The first part is made here, so that what goes wrong with it is still told as an error.
    first = next(parts)
    answer = StreamingHttpResponse(
        _after(first, parts), content_type=_CSV if form == "csv" else JSON
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="delivery-{held.id}.{form}"'
    return answer


def _after(first: bytes, parts: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from parts


def _json(held: Movement) -> Iterator[bytes]:
    head = orjson.dumps({"schema": SCHEMA, **listed_row(held)})
    yield head[:-1] + b',"files":['
    between = b""
    for some in _files(held):
        yield between + b",".join(orjson.dumps(one.row()) for one in some)
        between = b","
    yield b"]}"


def _csv(held: Movement) -> Iterator[bytes]:
    yield mark(COLUMNS) + b"\r\n"
    for some in _files(held):
        out = StringIO(newline="")
        csv.writer(out, lineterminator="\r\n").writerows(map(_cells, some))
        yield out.getvalue().encode()


def _cells(file: DeliveredFile) -> list[object]:
    others = (file.frame, file.publish, file.version, file.earlier)
    return [
        guarded(escape(file.path)),
        file.size,
        file.digests["blake3"],
        *("" if one is None else one for one in others),
        guarded(file.source),
    ]


def _files(held: Movement) -> Iterator[list[DeliveredFile]]:
    some: list[DeliveredFile] = []
    for one in every(lambda page: house().movements.files(held.id, page=page)):
        some.append(one)
        if len(some) == _SOME:
            yield some
            some = []
    if some:
        yield some
