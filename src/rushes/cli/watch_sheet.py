"""What a watch tells, as lines and as a stream of JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rushes.cli import show
from rushes.core import clock
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.frames.notation import brief_frames, format_frames
from rushes.scan.gaps import subject
from rushes.scan.roots import Root
from rushes.scan.watch_events import Event, Standing, What

Row = dict[str, Any]

_SCHEMA = "rushes.watch-event/1"
_COLOURS = {
    What.COMPLETE: "green",
    What.STALLED: "red",
    What.REMOVED: "red",
    What.REWRITTEN: "yellow",
    What.FOLDER_GONE: "red",
    What.FOLDER_UNREADABLE: "red",
}
_MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Ending:
    """How a watch ended. `reason` is complete, stalled, timeout, interrupted or gone."""

    reason: str
    standing: Standing
    seconds: float


class Sheet:
    """Where the events of one watch are told."""

    def __init__(self, root: Root, *, as_json: bool) -> None:
        self._root = root
        self._json = as_json
        self._first = True

    def begin(self, how: str) -> None:
        """Tell what is watched, and how changes are learnt of."""
        where = escape(str(self._root.path))
        if self._json:
            self._line("watching", message=how)
        else:
            show.text(f"Watching {where} ({how}; times are UTC). Ctrl-C ends it.", bold=True)

    def note(self, message: str) -> None:
        """Tell something about the watch itself."""
        if self._json:
            self._line("note", message=message)
        else:
            show.note(message)

    def tell(self, events: list[Event]) -> None:
        """Tell what happened; the first time, what was there."""
        told: Iterable[Event] = events
        if self._first and not self._json and len(events) > _MOST_FOUND:
            told = [one for one in events if one.what is not What.FOUND or one.gaps is not None]
            if rest := len(events) - len(told):
                show.text(
                    f"{show.counted(rest, 'file sequence')} found of which it is not known"
                    " what to expect."
                )
        self._first = False
        for one in told:
            if self._json:
                self._line(one.what.value, **_row(one))
            else:
                show.text(_text(one))

    def end(self, ending: Ending) -> None:
        """Tell how it stands in the end."""
        standing = ending.standing
        if self._json:
            self._line("ended", reason=ending.reason, standing=_standing_row(standing))
            return
        show.text(
            f"{_REASONS[ending.reason]} After {ending.seconds:.0f} s:"
            f" {show.counted(standing.sequences, 'file sequence')}; {_progress(standing)}."
        )

    def _line(self, event: str, **given: Any) -> None:
        row: Row = {
            "time": clock.iso(clock.now()),
            "event": event,
            "root": escape(self._root.mount),
            "folder": escape(str(self._root.below)),
            "path": None,
            "frames": "",
            "on_disk": "",
            "missing": None,
            "missing_count": None,
            "expected": None,
            "expected_from": None,
            "empty": "",
            "bytes": None,
            "quiet_s": None,
            "reason": None,
            "standing": None,
            "message": "",
        }
        show.json_line(_SCHEMA, row | given)


_REASONS = {
    "complete": "All that is expected is complete.",
    "stalled": "What is expected did not come.",
    "timeout": "Time is up.",
    "interrupted": "Interrupted.",
    "gone": "The folder is gone.",
}


def _row(event: Event) -> Row:
    row: Row = {"folder": escape(str(event.folder)), "message": event.message}
    sequence, gaps = event.sequence, event.gaps
    if sequence is None:
        return row
    digits = sequence.subframe_digits
    row |= {
        "path": subject(sequence),
        "frames": format_frames(event.frames, subframe_digits=digits),
        "on_disk": format_frames(sequence.frames, subframe_digits=digits),
        "empty": format_frames(event.empty, subframe_digits=digits),
        "bytes": event.size,
        "quiet_s": round(event.quiet, 1),
    }
    if gaps is not None:
        row |= {
            "missing": format_frames(gaps.missing, subframe_digits=digits),
            "missing_count": len(gaps.missing),
            "expected": format_frames(gaps.expected, subframe_digits=digits),
            "expected_from": gaps.source,
        }
    return row


def _standing_row(standing: Standing) -> Row:
    return {
        "sequences": standing.sequences,
        "expected": standing.expected,
        "complete": standing.complete,
        "stalled": standing.stalled,
        "unreadable_folders": standing.unreadable,
    }


def _text(event: Event) -> str:
    what = event.what.value.replace("-", " ")
    label = f"{what:<9}"
    if colour := _COLOURS.get(event.what):
        label = show.styled(label, colour)
    start = f"{clock.now():%H:%M:%S}  {label}"
    sequence = event.sequence
    if sequence is None:
        return f"{start}  {escape(str(event.folder))}{_said(event)}"
    digits = sequence.subframe_digits
    parts = [start, subject(sequence)]
    if event.what is not What.STALLED:
        parts.append(format_frames(event.frames, subframe_digits=digits))
    parts.append(f"({'; '.join(_state(event, digits))})")
    return "  ".join(parts)


def _said(event: Event) -> str:
    return f": {event.message}" if event.message else ""


def _state(event: Event, digits: int) -> list[str]:
    assert event.sequence is not None
    gaps = event.gaps
    there = len(event.sequence.frames)
    told = []
    if event.what is What.STALLED:
        told.append(f"nothing new for {event.quiet:.0f} s")
    if gaps is None:
        told.append(show.counted(there, "frame"))
        if event.what is What.STALLED:
            told.append("not known what to expect")
    else:
        have = len(gaps.expected) - len(gaps.missing)
        told.append(f"{have:,} of {show.counted(len(gaps.expected), 'frame')}")
        if event.what is What.STALLED and gaps.missing:
            told.append(f"missing {brief_frames(gaps.missing, subframe_digits=digits)}")
        if event.what in (What.COMPLETE, What.STALLED, What.FOUND, What.NEW):
            told.append(f"against {gaps.source}")
    if event.empty:
        told.append(f"of zero bytes: {brief_frames(event.empty, subframe_digits=digits)}")
    told.append(human_bytes(event.size))
    return told


def _progress(standing: Standing) -> str:
    if not standing.expected:
        return "none of them has a known range" if standing.sequences else "no frame came"
    return (
        f"of {standing.expected:,} with a known range"
        f" {standing.complete:,} complete, {standing.stalled:,} stalled"
    )
