"""What is in a reel, clip by clip, as JSON and as a table for spreadsheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.exchange.dailies.clips import Placed, Plan
from rushes.exchange.dailies.making import Reel
from rushes.exchange.dailies.ordering import Dress
from rushes.frames.notation import format_frames
from rushes.inspection.reel.encoding import ReelForm
from rushes.inspection.reel.timecode import timecode
from rushes.model.frames import FrameSet
from rushes.report.table import mark, table

_NONE = FrameSet()
_COLUMNS = (
    *("clip", "version_id", "version", "number", "status", "sequence", "shot", "task", "artist"),
    *("publish_id", "frames", "media", "path", "slate", "first", "last", "timecode_in"),
    *("timecode_out", "missing", "unreadable"),
)


def document(
    plan: Plan, dress: Dress, form: ReelForm, *, output: str, reel: Reel | None
) -> dict[str, Any]:
    """`rushes.dailies/1` without its name; `reel` is None before it is made, `output` escaped."""
    findings = [*plan.findings, *(reel.findings if reel is not None else ())]
    unread = sum(map(len, reel.unreadable.values())) if reel is not None else 0
    return {
        "show": plan.show,
        "title": plan.title,
        "output": output,
        "made": reel is not None,
        "container": form.container,
        "codec": form.codec.name,
        "width": form.width,
        "height": form.height,
        "fps": str(form.fps),
        "timecode": timecode(0, plan.fps),
        "display": dress.viewing.display,
        "view": dress.viewing.view,
        "colour_space": dress.viewing.colour_space,
        "burn_in": [one.value for one in dress.fields],
        "frames": plan.frames,
        "missing": plan.missing,
        "unreadable": unread,
        "size": reel.size if reel is not None else None,
        "digest": reel.digest if reel is not None else None,
        "clips": [_row(at, one, plan, reel) for at, one in enumerate(plan.placed(), start=1)],
        "findings": [one.row() for one in findings],
    }


def sheet(plan: Plan, reel: Reel | None) -> bytes:
    """A row for each clip as CSV, in which no cell can become a formula."""
    rows = (_row(at, one, plan, reel) for at, one in enumerate(plan.placed(), start=1))
    return table(_COLUMNS, ([_cell(row[name]) for name in _COLUMNS] for row in rows))


def sheet_mark() -> bytes:
    """What every such table begins with."""
    return mark(_COLUMNS)


def _row(at: int, placed: Placed, plan: Plan, reel: Reel | None) -> Mapping[str, Any]:
    clip, one = placed.clip, placed.clip.shown
    unread = reel.unreadable.get(one.id, _NONE) if reel is not None else _NONE
    return {
        "clip": at,
        "version_id": one.id,
        "version": one.name,
        "number": one.number,
        "status": one.status,
        "sequence": one.sequence,
        "shot": one.shot,
        "task": one.task,
        "artist": one.artist,
        "publish_id": one.publish,
        "frames": format_frames(FrameSet((clip.frames,))),
        "media": clip.media.value,
        "path": clip.path,
        "slate": placed.slate,
        "first": placed.first,
        "last": placed.last,
        "timecode_in": timecode(placed.first, plan.fps),
        "timecode_out": timecode(placed.last, plan.fps),
        "missing": format_frames(clip.missing),
        "unreadable": format_frames(unread),
    }


def _cell(value: object) -> object:
    return "" if value is None else value
