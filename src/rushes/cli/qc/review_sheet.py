"""What a review leaves on the terminal, and what there is to review as JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rushes.cli import show
from rushes.cli.qc.review_course import Course
from rushes.cli.qc.review_listing import Listing, result_of
from rushes.core import clock
from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.model.signoff import Record
from rushes.qc.kept import Kept

_MOST = 20


def show_end(course: Course) -> None:
    """What was decided, what was not, and what could not be recorded."""
    counts = Counter(result_of(record) for record in course.done.values())
    told = f"{counts['pass']:,} passed, {counts['fail']:,} failed"
    show.text(f"{told}, {show.counted(course.left, 'asset')} not decided on.")
    for at, error in course.errors.items():
        name = escape(course.listed[at].name)
        show.note(f"Not recorded: {show.printable(f'{name}: {error.message}')}")


def show_problems(problems: list[RushesError]) -> None:
    """Records that cannot be read, and so were not reviewed."""
    for one in problems[:_MOST]:
        show.error(one, as_json=False)
    if len(problems) > _MOST:
        show.note(f"… and {len(problems) - _MOST:,} more: `rushes qc verify` tells them all.")


def document(listing: Listing) -> dict[str, Any]:
    """What there is to review."""
    return {
        "looked": listing.looked,
        "assets": [_row(one.kept()) for one in listing.assets],
        "problems": [
            {"code": one.code.value, "message": one.message, "hint": one.hint}
            for one in listing.problems
        ],
    }


def _row(kept: Kept) -> dict[str, Any]:
    record = kept.sidecar.record if kept.sidecar is not None else None
    past = record or kept.legacy
    return {
        "asset": kept.subject,
        "sidecar": escape(str(kept.place)),
        "result": result_of(past) if past is not None else None,
        **(_said(record) if record is not None else _nothing()),
    }


def _said(record: Record) -> dict[str, Any]:
    return {
        "recorded": clock.iso(record.qc_time),
        "operator": record.operator,
        "reason": record.reason,
        "notes": record.notes,
        "frames": record.sequence.frames if record.sequence else None,
        "policy": record.policy._asdict() if record.policy else None,
        "findings": [one.row() for one in record.findings],
    }


def _nothing() -> dict[str, Any]:
    names = ("recorded", "operator", "reason", "notes", "frames", "policy")
    return {**dict.fromkeys(names), "findings": []}
