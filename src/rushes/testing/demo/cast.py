"""Who works on the demo show, on what, and how far they are: all of it made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from rushes.testing.demo.shots import SHOTS, Shot

TITLE = "Nightjar"
DAILIES = "Dailies 16 March"
BEGAN = date(2026, 3, 2)


class Member(NamedTuple):
    """Somebody, and their role in the show. Nobody of them can log in."""

    login: str
    name: str
    department: str
    role: str


class Build(NamedTuple):
    """An asset, and the sequences whose shots it is in."""

    code: str
    type: str
    status: str
    about: str
    sequences: tuple[str, ...]


class Said(NamedTuple):
    """A note on the comp of a shot."""

    sequence: str
    shot: str
    text: str


CREW = (
    Member("mara", "Mara Lindqvist", "production", "coordinator"),
    Member("ilse", "Ilse Okafor", "supervision", "supervisor"),
    Member("tom", "Tom Brandt", "comp", "artist"),
    Member("priya", "Priya Raman", "lgt", "artist"),
    Member("jonas", "Jonas Weber", "comp", "artist"),
    Member("northlight", "Northlight Pictures", "vendor", "vendor"),
)
ASSETS = (
    Build("heron", "character", "rigging", "The bird that crosses the harbour.", ("sq010",)),
    Build("lantern", "prop", "lookdev", "Hangs in every window.", ("sq010", "sq030")),
    Build("hull", "prop", "texture", "The wreck, with tiles of its own.", ("sq020",)),
    Build("harbour", "set", "approved", "Quay, cranes and water.", ("sq010", "sq020", "sq030")),
)
TAGS = (
    ("hero", "#e0a040", "Shots of the trailer."),
    ("stereo", "#5090d0", "Rendered for both eyes."),
    ("retime", "#a060c0", "Plates that run slower than they were shot."),
)
SAID = (
    Said("sq010", "sh0030", "The last frame of the comp is missing; please render 1028 again."),
    Said("sq020", "sh0010", "1012 and 1013 have no bytes. Was the disk full?"),
    Said("sq020", "sh0040", "Magenta pixels around 1015: not a number in the specular."),
    Said("sq030", "sh0010", "The second half has five digits; Nuke will not read it as one."),
    Said("sq010", "sh0010", "Lovely. A touch less grain in the sky, then it is done."),
)
_COMPERS, _LIGHTERS = ("tom", "jonas"), ("priya",)
_SHOT_STATUS = {"sq010": "awaiting_client", "sq020": "in_progress", "sq030": "in_progress"}
_COMP_STATUS = {"sq010": "internal_approved", "sq020": "wip", "sq030": "wip"}


def shot_fields(shot: Shot) -> dict[str, Any]:
    """What is on record of a shot besides its code and its sequence."""
    marks = ["hero"] if shot.number in (0, 5, 9) else []
    if (shot.sequence, shot.name) == ("sq030", "sh0030"):
        marks.append("stereo")
    return {
        "frame_in": shot.frames[0],
        "frame_out": shot.last,
        "cut_in": shot.frames[0],
        "cut_out": shot.last,
        "handles": 0,
        "status": "approved" if shot.number == 3 else _SHOT_STATUS[shot.sequence],
        "description": f"Take {shot.number + 1}, {len(shot.frames)} frames.",
        "tags": marks,
    }


def tasks(shot: Shot) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The work on a shot: type, who does it, and the fields."""
    begins = BEGAN + timedelta(days=shot.number)
    lit = {"status": "done", "priority": 50, "bid_hours": 12.0, "actual_hours": 10.5}
    yield "lgt", _LIGHTERS[0], _dated(lit, begins, days=7)
    status = "client_approved" if shot.number == 3 else _COMP_STATUS[shot.sequence]
    comp = {
        "status": status,
        "priority": 80 if shot.number in (0, 5, 9) else 50,
        "bid_hours": 16.0,
        "actual_hours": 6.0 + shot.number / 2,
    }
    yield "comp", comper(shot), _dated(comp, begins + timedelta(days=7), days=10)
    if shot.sequence == "sq030":
        matte = {"status": "not_started", "priority": 20, "bid_hours": 8.0}
        yield "matte", "northlight", _dated(matte, begins, days=21)


def comper(shot: Shot) -> str:
    """Who comps the shot."""
    return _COMPERS[shot.number % 2]


def version_status(shot: Shot) -> str:
    """How the comp of the shot stands."""
    if shot.number == 3:
        return "approved"
    noted = (shot.sequence, shot.name) in {(one.sequence, one.shot) for one in SAID}
    return "retake" if noted and shot.number else "pending"


def shown() -> Iterator[Shot]:
    """The shots of the playlist."""
    return (one for one in SHOTS if one.sequence in ("sq010", "sq020"))


def _dated(fields: dict[str, Any], begins: date, *, days: int) -> dict[str, Any]:
    due = begins + timedelta(days=days)
    return {**fields, "starts": begins.isoformat(), "due": due.isoformat()}
