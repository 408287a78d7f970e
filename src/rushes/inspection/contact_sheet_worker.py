"""A process that makes contact sheets, and what is said to it."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence

from rushes.core.errors import Code, RushesError
from rushes.inspection.bounded import Lost, Work, answered
from rushes.inspection.bounded_worker import serve
from rushes.inspection.contact_sheet import Cell, contact_sheet
from rushes.inspection.encode import encoded
from rushes.inspection.look import Form
from rushes.inspection.thumbnail import Made
from rushes.ports.progress import Silent

_HEAD, _SIZE = struct.Struct("<Q"), struct.Struct("<II")
_TIMEOUT_S = 120.0  # the largest page takes a few seconds


def contact_sheet_file(
    cells: Sequence[Cell],
    *,
    width: int,
    columns: int | None = None,
    heading: Sequence[str] = (),
    form: Form = Form.JPEG,
) -> Made:
    """The page of `contact_sheet` as a file, made in a process of its own.

    Raises what `contact_sheet` and `encoded` raise, and `write.failed` where that process is lost.
    """
    work = Work("rushes.inspection.contact_sheet_worker", "contact sheets", _TIMEOUT_S, 1)
    request = _request(
        cells, {"width": width, "columns": columns, "heading": list(heading), "form": form}
    )
    ((_, outcome),) = answered([(None, request)], work, Silent())
    if isinstance(outcome, RushesError):
        raise outcome
    if isinstance(outcome, Lost):
        raise RushesError(
            Code.WRITE_FAILED,
            f"The contact sheet could not be made: {outcome.reason}.",
            hint="Show fewer pictures, or make each smaller.",
        )
    wide, high = _SIZE.unpack_from(outcome)
    return Made(wide, high, outcome[_SIZE.size :])


def _request(cells: Sequence[Cell], page: dict[str, object]) -> bytes:
    told = [
        (one.label, one.word, one.picture and (one.picture.columns, one.picture.rows))
        for one in cells
    ]
    head = json.dumps({"cells": told, **page}).encode()
    pictures = (one.picture.data for one in cells if one.picture is not None)
    return b"".join((_HEAD.pack(len(head)), head, *pictures))


def _answer(asked: bytes) -> bytes:
    (size,) = _HEAD.unpack_from(asked)
    start = _HEAD.size + size
    told = json.loads(asked[_HEAD.size : start])
    cells = list(_cells(told["cells"], memoryview(asked)[start:]))
    page = contact_sheet(
        cells, width=told["width"], columns=told["columns"], heading=told["heading"]
    )
    rows, columns, _ = page.shape
    return _SIZE.pack(columns, rows) + encoded(page, Form(told["form"]))


def _cells(
    told: Sequence[tuple[str, str, tuple[int, int] | None]], data: memoryview
) -> Iterator[Cell]:
    at = 0
    for label, word, size in told:
        if size is None:
            yield Cell(label, None, word)
            continue
        columns, rows = size
        end = at + columns * rows * 3
        yield Cell(label, Made(columns, rows, bytes(data[at:end])), word)
        at = end


def _prepare() -> None:
    import OpenImageIO

    OpenImageIO.attribute("threads", 1)


if __name__ == "__main__":
    serve(_answer, prepare=_prepare)
