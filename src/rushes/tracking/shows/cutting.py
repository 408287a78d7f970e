"""From the clips of a cut to the shots that it asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rushes.model.finding import Finding, Severity
from rushes.ports.studio import Entity
from rushes.tracking.shows.asked import Asked, Key, RecordAsked, spoken
from rushes.tracking.shows.clip_names import ShotNames
from rushes.tracking.shows.cut import Cut, Piece
from rushes.tracking.shows.shot_rows import PARENTS, asked_row
from rushes.tracking.shows.state import Show

_NEAR = 10_000  # frames: no shot is that long
ORDER = "cut_order"  # the custom field that holds a shot's place in the cut, where it is asked for


@dataclass(frozen=True)
class Counting:
    """How shots' frames are counted: as their sources do, or `from_start`, the show's first frame.

    None leaves it to the sources: numbers near the show's first frame stay, others (those of a time
    of day) do not. `order` keeps their places in the cut in a custom field.
    """

    from_start: bool | None = None
    order: bool = False


def asked_of(cut: Cut, show: Show, *, names: ShotNames, counting: Counting) -> Asked:
    """The shots of a cut, in its order, each with the frames that all its clips show."""
    found: dict[Key, list[Piece]] = {}
    findings = list(cut.findings)
    for piece in cut.pieces:
        key = _key(piece, names)
        if key is None:
            findings.append(_unnamed(piece))
        else:
            found.setdefault(key, []).append(piece)
    findings += [_twice(key, some) for key, some in found.items() if len(some) > 1]
    told = _odd_counting([one for some in found.values() for one in some], show)
    if told and not counting.from_start:
        findings.append(_counting(cut.name, told, counting))
    if counting.from_start is None:
        counting = replace(counting, from_start=bool(told))
    records = [
        _shot(key, some, show, counting, place)
        for place, (key, some) in enumerate(found.items(), 1)
    ]
    return Asked(records, findings, loose=True)


def _key(piece: Piece, names: ShotNames) -> Key | None:
    row = piece.row.get("shot")
    if isinstance(row, Mapping):
        episode, sequence, shot = (row.get(one) for one in ("episode", "sequence", "shot"))
        if isinstance(sequence, str) and isinstance(shot, str):
            return episode if isinstance(episode, str) else None, sequence, shot
    return next((key for one in piece.names if (key := names.key(one)) is not None), None)


def _shot(
    key: Key, pieces: Sequence[Piece], show: Show, counting: Counting, place: int
) -> RecordAsked:
    at = ", ".join(one.at for one in pieces[:3])
    there = show.shots_by_key.get(key)
    row = pieces[0].row
    asked = RecordAsked("shot", key, at=at)
    told = row.get("shot")
    if isinstance(told, Mapping):
        parents = dict(zip(PARENTS, key, strict=True))
        asked = asked_row({**told, **parents}, at=at)
    frames = _range(pieces)
    fields: dict[str, Any] = dict(asked.fields)
    if frames is not None and list(frames) != row.get("frames"):
        fields |= _counted(frames, show, there, counting)
    if counting.order:
        custom = fields.get("custom", there.fields["custom"] if there is not None else {})
        fields["custom"] = {**custom, ORDER: place} if isinstance(custom, Mapping) else custom
    return RecordAsked("shot", key, fields, asked.tasks, at=at)


def _range(pieces: Sequence[Piece]) -> tuple[int, int] | None:
    """From the first to the last frame that any clip of a shot shows."""
    firsts = [one.first for one in pieces if one.first is not None]
    lasts = [one.last for one in pieces if one.last is not None]
    return (min(firsts), max(lasts)) if firsts and lasts else None


def _counted(
    frames: tuple[int, int], show: Show, there: Entity | None, counting: Counting
) -> dict[str, int]:
    """Cut and frame range of a shot that shows these frames of its source."""
    project = show.project.fields
    own = there.fields["handles"] if there is not None else None
    handles = project["handles"] if own is None else own
    first, last = frames
    if counting.from_start:
        held = there.fields["cut_in"] if there is not None else None
        begins = project["frame_start"] + handles if held is None else held
        first, last = begins, begins + last - first
    return {
        "frame_in": first - handles,
        "frame_out": last + handles,
        "cut_in": first,
        "cut_out": last,
    }


def _odd_counting(pieces: Sequence[Piece], show: Show) -> str:
    """What to say where sources count their frames by time of day, and the show from 1001 on."""
    start = show.project.fields["frame_start"]
    firsts = [one.first for one in pieces if one.first is not None and not one.row]
    if all(start <= one < start + _NEAR for one in firsts):
        return ""
    return f"the sources count from {min(firsts)} on, the show from {start}"


def _counting(name: str, odd: str, counting: Counting) -> Finding:
    if counting.from_start is None:
        told = f"Frames are counted as the show does: {odd}."
        fix = "With --count-from source they keep their numbers."
    else:
        told = f"Frames keep their numbers, though {odd}."
        fix = "With --count-from start they are counted as the show does."
    return Finding("cut.counting", Severity.NOTE, name, told, fix=fix)


def _unnamed(piece: Piece) -> Finding:
    names = " or ".join(repr(one) for one in piece.names) or "no name"
    return Finding(
        "shot.unnamed",
        Severity.WARNING,
        piece.at,
        f"Nothing tells which shot {names} is; it was left out.",
        fix="Name the clip after its shot, mark it with the shot's name, or tell the show how its"
        " shots are called.",
    )


def _twice(key: Key, pieces: Sequence[Piece]) -> Finding:
    ranges = [f"{one.first}–{one.last}" for one in pieces if one.first is not None]
    told = f"It is in the cut {len(pieces)} times ({', '.join(ranges)}); its range holds them all."
    fix = "See whether they are one shot, and whether it needs all frames between them."
    return Finding("shot.twice", Severity.WARNING, spoken(key), told, fix=fix)
