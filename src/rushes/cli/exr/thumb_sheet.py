"""What became of thumbnails, as text and as JSON."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from rushes.cli import exits, show
from rushes.cli.exr.thumb_pages import Refused
from rushes.cli.exr.thumbnailing import Produced
from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.inspection.look import Form

_MOST_TOLD = 20  # failures in text; --json has them all


def show_pages(done: Sequence[Produced]) -> None:
    """One line for each file that was written."""
    rows = []
    for one in done:
        if one.written is not None:
            width, height, size = one.written
            told = (f"{width:,} × {height:,}", human_bytes(size), _contents(one))
            rows.append((escape(os.fspath(one.place)), *told))
    show.table(rows, right=(2,))


def show_failures(refused: Sequence[Refused], done: Sequence[Produced]) -> None:
    """What could not be made or written, and why; what several share is told once."""
    failures = [one.error for one in refused]
    for one in done:
        failures += (one.errors[at] for at in sorted(one.errors))
        failures += [one.unwritten] if one.unwritten is not None else []
    told = {error.message: error for error in failures}
    for error in list(told.values())[:_MOST_TOLD]:
        show.error(error, as_json=False)
    if len(told) > _MOST_TOLD:
        show.note(f"… and {len(told) - _MOST_TOLD:,} more (all of them with --json)")


def exit_codes(refused: Sequence[Refused], done: Sequence[Produced]) -> Iterator[int]:
    """What each failure amounts to; a frame that nobody asked for by its number is a finding."""
    yield from (exits.EXIT_CODES[one.error.code] for one in refused)
    for one in done:
        for at, error in one.errors.items():
            hole = one.page.wishes[at].hole
            yield exits.FOUND if hole else exits.EXIT_CODES[error.code]
        if one.unwritten is not None:
            yield exits.EXIT_CODES[one.unwritten.code]


def document(form: Form, refused: Sequence[Refused], done: Sequence[Produced]) -> dict[str, Any]:
    """The whole as `rushes exr thumb --json` has it."""
    return {
        "format": form.value,
        "written": [_written(one) for one in done if one.written is not None],
        "pictures": [
            *(_picture(one.source, None, None, None, one.error) for one in refused),
            *(row for one in done for row in _pictures(one)),
        ],
    }


def _contents(one: Produced) -> str:
    if not one.page.sheet:
        return f"of {one.page.wishes[0].source}"
    shown = show.counted(len(one.made), "picture")
    return shown + (f", {len(one.errors):,} could not be shown" if one.errors else "")


def _written(one: Produced) -> dict[str, Any]:
    assert one.written is not None
    return {
        "path": escape(os.fspath(one.place)),
        "width": one.written.width,
        "height": one.written.height,
        "bytes": one.written.size,
        "contact_sheet": one.page.sheet,
        "pictures": len(one.made),
    }


def _pictures(one: Produced) -> Iterator[dict[str, Any]]:
    for at, wish in enumerate(one.page.wishes):
        shown = at in one.made and one.written is not None
        path = escape(os.fspath(one.place)) if shown else None
        yield _picture(wish.source, wish.frame, wish.layer, path, one.errors.get(at, one.unwritten))


def _picture(
    source: str, frame: str | None, layer: str | None, path: str | None, error: RushesError | None
) -> dict[str, Any]:
    told = None
    if error is not None:
        told = {"code": error.code.value, "message": error.message, "hint": error.hint}
    return {"source": source, "frame": frame, "layer": layer, "path": path, "error": told}
