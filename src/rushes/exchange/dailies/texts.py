"""What is written into a reel: burn-ins, slates, and cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from rushes.exchange.dailies.clips import Clip, Media, Plan
from rushes.frames.notation import brief_frames
from rushes.inspection.reel.drawing import Corner
from rushes.inspection.reel.timecode import timecode


class Field(StrEnum):
    """What can be burnt in."""

    SHOW = "show"
    SHOT = "shot"
    VERSION = "version"
    FRAME = "frame"
    ARTIST = "artist"
    STATUS = "status"
    DATE = "date"
    TIMECODE = "timecode"


DEFAULT = (Field.SHOT, Field.VERSION, Field.ARTIST, Field.FRAME)
# Where each stands; those in one place are set beside each other.
_PLACES = {
    Field.SHOT: Corner.TOP_LEFT,
    Field.SHOW: Corner.TOP,
    Field.VERSION: Corner.TOP_RIGHT,
    Field.ARTIST: Corner.BOTTOM_LEFT,
    Field.DATE: Corner.BOTTOM_LEFT,
    Field.TIMECODE: Corner.BOTTOM,
    Field.FRAME: Corner.BOTTOM_RIGHT,
    Field.STATUS: Corner.TOP_RIGHT,
}
_COMMENT = 200  # characters


def burn_ins(
    fields: Sequence[Field], plan: Plan, clip: Clip, *, frame: int, at: int
) -> Mapping[Corner, str]:
    """The texts of a frame of the clip, which is frame `at` of the reel, counted from 0."""
    one = clip.shown
    known = {
        Field.SHOW: plan.name,
        Field.SHOT: one.of,
        Field.VERSION: one.label,
        Field.FRAME: str(frame),
        Field.ARTIST: one.artist,
        Field.STATUS: one.status,
        Field.DATE: one.made[:10],
        Field.TIMECODE: timecode(at, plan.fps),
    }
    told: dict[Corner, str] = {}
    for field in _PLACES:
        if field in fields and known[field]:
            place = _PLACES[field]
            told[place] = f"{told[place]}, {known[field]}" if place in told else known[field]
    return told


def slate_rows(plan: Plan, clip: Clip, view: str) -> tuple[tuple[str, str], ...]:
    """The lines of a clip's slate, each with what it is."""
    one = clip.shown
    frames = f"{clip.frames.first}-{clip.frames.last} ({len(clip.frames)})"
    rows = (
        ("Show", plan.name),
        ("Reel", plan.title),
        ("Version", one.name),
        ("Task", one.label),
        ("Artist", one.artist),
        ("Status", one.status),
        ("Frames", frames),
        ("Missing", brief_frames(clip.missing, most=60)),
        ("Rate", f"{float(plan.fps):.3f}".rstrip("0").rstrip(".") + " fps"),
        ("From", {Media.MOVIE: "its movie", Media.NONE: "nothing on disk"}.get(clip.media, "")),
        ("View", view if clip.files is not None and clip.files.tail.endswith(".exr") else ""),
        ("Made", one.made[:10]),
        ("Note", one.comment[:_COMMENT]),
    )
    return tuple((name, text) for name, text in rows if text)


def card_lines(clip: Clip, frame: int) -> tuple[str, ...]:
    """What stands on the card of a frame that is not there."""
    name = ""
    if clip.files is not None:
        name = clip.files.name(frame)
    return tuple(filter(None, (f"{clip.shown.of}  {clip.shown.label}  {frame}", name)))
