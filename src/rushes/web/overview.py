"""What the first page shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from rushes.core.units import human_bytes
from rushes.db.models import Event, Scan
from rushes.model.kinds import KINDS
from rushes.model.scan import ScanState
from rushes.ports.people import Caller
from rushes.ports.studio import Query
from rushes.web.house import house

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

_MISSING = """
    SELECT r.name, s.folder, s.head, s.tail, s.first_frame, s.last_frame,
           s.last_frame - s.first_frame + 1 - s.files AS missing
      FROM rushes_sequencerow s JOIN rushes_storageroot r ON r.id = s.root_id
     WHERE s.kind = 'frames' AND s.last_frame - s.first_frame + 1 > s.files
     ORDER BY missing DESC, s.folder, s.head LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Happened:
    """One write of one record."""

    at: datetime
    who: str
    did: str
    what: str
    changes: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A file sequence with missing frames; `frames` are its first and last on disk."""

    path: str
    frames: str
    missing: int


@dataclass(frozen=True, slots=True)
class DiskUse:
    """What lay below a storage root when it was last scanned whole."""

    root: str
    size: str
    files: int
    scanned: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page. Without a recorded scan there is no disk use."""

    projects: Sequence[Any]
    events: Sequence[Happened]
    gaps: Sequence[Gap]
    disk: Sequence[DiskUse]


def overview(who: Caller) -> Overview:
    """What this person sees first."""
    found = house().studio.find(
        "project", Query(order=("code",), limit=_PROJECTS), access=who.access
    )
    staff = [pk for pk, role in who.access.roles.items() if role in _STAFF]
    # File sequences belong to no project in the records: they are for those inside the studio.
    inside = who.access.everything or bool(staff)
    return Overview(
        projects=[one.fields for one in found.rows],
        events=_events(None if who.access.everything else staff),
        gaps=_gaps() if inside else (),
        disk=_disk() if inside else (),
    )


def _events(projects: list[int] | None) -> list[Happened]:
    rows = Event.objects.exclude(kind__in=_LINKS).order_by("-id")
    if projects is not None:
        rows = rows.filter(project__in=projects).exclude(kind__in=_UNTOLD)
    return [
        Happened(
            at=one.at,
            who=one.on_behalf_of or one.actor,
            did={"create": "made", "update": "changed", "delete": "deleted"}[one.action],
            what=f"{_KIND_WORDS.get(one.kind, one.kind)} {one.target}",
            changes=_changes(one),
        )
        for one in rows[:_EVENTS]
    ]


def _changes(event: Event) -> str:
    if event.action != "update":
        kept = event.after or event.before or {}
        return str(kept.get("code") or kept.get("name") or kept.get("login") or "")
    before, after = event.before or {}, event.after or {}
    told = [f"{name}: {_short(before.get(name))} → {_short(after[name])}" for name in sorted(after)]
    return ", ".join(told[:3]) + (" …" if len(told) > 3 else "")


def _short(value: Any) -> str:
    text = "nothing" if value in (None, "") else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _gaps() -> list[Gap]:
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, [_GAPS])
        return [
            Gap(f"{root}/{folder}/{head}#{tail}", f"{first}–{last}", missing)
            for root, folder, head, tail, first, last, missing in cursor.fetchall()
        ]


def _disk() -> list[DiskUse]:
    rows = (
        Scan.objects.filter(state=ScanState.FINISHED.value, below=".")
        .select_related("root")
        .order_by("root_id", "-started")
        .distinct("root_id")
    )
    return [DiskUse(one.root.name, human_bytes(one.size), one.files, one.started) for one in rows]
