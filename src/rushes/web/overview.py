"""What the first page shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rushes.core.units import human_bytes
from rushes.db.models import Event, Scan
from rushes.model.kinds import KINDS
from rushes.model.scan import ScanState
from rushes.ports.people import Caller
from rushes.ports.studio import Query
from rushes.web.event_names import Names, names_of, referred
from rushes.web.house import house
from rushes.web.missing_frames import Gap, Lacking, lacking

_PROJECTS = 200
_EVENTS = 12
_GAPS = 20
# Where a project's programs are told of it, and what they ask with, is for admins alone.
_UNTOLD = ("apitoken", "webhook")
# Those who may see what others do in a project.
_STAFF = frozenset({"admin", "supervisor", "coordinator", "artist"})
# Rows that only say what belongs to what: the record that they hang on has an event of its own.
_LINKS = ("assignment", "playlistitem", "playlistviewer")
_KIND_WORDS = {kind.name.replace("_", ""): kind.name.replace("_", " ") for kind in KINDS.values()}


@dataclass(frozen=True, slots=True)
class Happened:
    """One write of one record."""

    at: datetime
    who: str
    did: str
    what: str
    changes: str


@dataclass(frozen=True, slots=True)
class DiskUse:
    """What lay below a storage root when it was last scanned whole."""

    root: str
    size: str
    files: int
    scanned: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page. Without a recorded scan there is no disk use.

    `gaps` are the first of `lacking` file sequences; `cut_off` where not all could be looked at.
    """

    projects: Sequence[Any]
    events: Sequence[Happened]
    gaps: Sequence[Gap]
    lacking: int
    cut_off: bool
    disk: Sequence[DiskUse]


def overview(who: Caller) -> Overview:
    """What this person sees first."""
    found = house().studio.find(
        "project", Query(order=("code",), limit=_PROJECTS), access=who.access
    )
    staff = [pk for pk, role in who.access.roles.items() if role in _STAFF]
    # File sequences belong to no project in the records: they are for those inside the studio.
    inside = who.access.everything or bool(staff)
    gone = lacking(house().layout, house().shots) if inside else Lacking((), cut_off=False)
    return Overview(
        projects=[one.fields for one in found.rows],
        events=_events(None if who.access.everything else staff),
        gaps=gone.gaps[:_GAPS],
        lacking=len(gone.gaps),
        cut_off=gone.cut_off,
        disk=_disk() if inside else (),
    )


def _events(projects: list[int] | None) -> list[Happened]:
    rows = Event.objects.exclude(kind__in=_LINKS).order_by("-id")
    if projects is not None:
        rows = rows.filter(project__in=projects).exclude(kind__in=_UNTOLD)
    shown = list(rows[:_EVENTS])
    names = names_of(one for event in shown for one in _mentioned(event))
    return [
        Happened(
            at=one.at,
            who=one.on_behalf_of or one.actor,
            did={"create": "made", "update": "changed", "delete": "deleted"}[one.action],
            what=f"{_KIND_WORDS.get(one.kind, one.kind)} {_called(one, names)}",
            changes=_changes(one, names),
        )
        for one in shown
    ]


def _mentioned(event: Event) -> Iterator[tuple[str, Any]]:
    """The record that an event is of, and those that its change refers to."""
    yield event.kind, event.target
    if event.action == "update":
        for told in (event.before or {}, event.after or {}):
            yield from ((referred(event.kind, name), value) for name, value in told.items())


def _called(event: Event, names: Names) -> str:
    """Its name; that of a record that is no more is in the event, and some have a number alone."""
    kept = (event.after if event.action == "create" else event.before) or {}
    own = (str(kept.get(field) or "") for field in ("code", "name", "login"))
    named = names.get((event.kind, event.target)) or next((one for one in own if one), "")
    return _short(named) if named else str(event.target)


def _changes(event: Event, names: Names) -> str:
    if event.action != "update":
        return ""
    before, after = event.before or {}, event.after or {}

    def told(name: str, value: Any) -> str:
        kind = referred(event.kind, name)
        named = names.get((kind, value)) if kind and isinstance(value, int) else None
        return _short(named or value)

    changes = [
        f"{name.removesuffix('_id').replace('_', ' ')}:"
        f" {told(name, before.get(name))} → {told(name, after[name])}"
        for name in sorted(after)
    ]
    return ", ".join(changes[:3]) + (" …" if len(changes) > 3 else "")


def _short(value: Any) -> str:
    text = "nothing" if value in (None, "") else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _disk() -> list[DiskUse]:
    rows = (
        Scan.objects.filter(state=ScanState.FINISHED.value, below=".")
        .select_related("root")
        .order_by("root_id", "-started")
        .distinct("root_id")
    )
    return [DiskUse(one.root.name, human_bytes(one.size), one.files, one.started) for one in rows]
