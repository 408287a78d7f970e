"""The Versions that a reel shows, from the studio's records: a playlist's, or a day's approved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any

from rushes.core.clock import iso
from rushes.core.errors import Code, RushesError
from rushes.exchange.dailies.clips import Shown
from rushes.exchange.reconcile_records import APPROVED
from rushes.model.event import RecordedEvent
from rushes.model.frames import FrameRange
from rushes.ports.records import every
from rushes.ports.studio import Access, Entity, Filter, Op, Query, Studio
from rushes.tracking.shows.state import find_project, projects

_PAGE = 500
History = Callable[[int], Iterable[RecordedEvent]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose Versions: those of a `playlist`, else those approved on the `day` (UTC).

    `history` gives what was written of a Version. Without it nobody knows when one was approved:
    then it is those that are, and were last written that day.
    """

    playlist: str = ""
    day: date | None = None
    history: History | None = None

    @property
    def title(self) -> str:
        """What the reel is called by."""
        return self.playlist or self.approved.capitalize()

    @property
    def approved(self) -> str:
        """What is known of when they were approved, in words."""
        return f"approved{'' if self.history is not None else ', last written'} on {self.day}"


def project_called(studio: Studio, name: str, *, access: Access) -> Entity:
    """The project of that code, else of that title. Raises `record.not_found`."""
    titled = [one for one in projects(studio, access=access) if one.fields["name"] == name]
    try:
        return find_project(studio, name, access=access)
    except RushesError:
        if len(titled) != 1:
            raise
        return titled[0]


def wanted_versions(
    studio: Studio, project: Entity, wanted: Wanted, *, access: Access
) -> list[Shown]:
    """The Versions in the order of the playlist, or by sequence and shot.

    Raises `record.not_found` for a playlist that is not there, and `nothing.found` where no Version
    is on it, or was approved that day.
    """
    reading = _Reading(studio, access, project)
    if wanted.playlist:
        found = reading.playlist(wanted.playlist)
        if not found:
            raise RushesError(
                Code.NOTHING_FOUND,
                f"There is no Version on the playlist {wanted.playlist!r}.",
                hint="Put some on it, or ask for a day's approved Versions with --date.",
            )
        return list(reading.shown(found))
    assert wanted.day is not None
    found = reading.approved(wanted.day, wanted.history)
    if not found:
        raise RushesError(
            Code.NOTHING_FOUND,
            f"No Version of {project.fields['code']} was {wanted.approved} (UTC).",
            hint="Ask for another day with --date, or for a playlist with --playlist.",
        )
    return sorted(reading.shown(found), key=lambda one: (one.sequence, one.shot, one.task, one.id))


@dataclass(slots=True)
class _Reading:
    """One look at the records of a project."""

    studio: Studio
    access: Access
    project: Entity

    def playlist(self, name: str) -> list[Entity]:
        """The Versions of the playlist called so, in order; archived ones are left out."""
        here = Filter("project", Op.IS, self.project.id)
        lists = list(self._all("playlist", here, fields=("name", "versions")))
        found = [one for one in lists if one.fields["name"] == name]
        if not found:
            names = [str(one.fields["name"]) for one in lists]
            near = get_close_matches(name, names, n=1)
            told = f"There are: {', '.join(names[:10])}." if names else "There is none yet."
            raise RushesError(
                Code.RECORD_NOT_FOUND,
                f"There is no playlist {name!r} in {self.project.fields['code']}.",
                hint=f"Did you mean {near[0]!r}?" if near else told,
            )
        numbers = [int(one) for one in found[0].fields["versions"]]
        there = self._by_id("version", numbers)
        return [there[one] for one in numbers if there[one].fields["archived"] is None]

    def approved(self, day: date, history: History | None) -> list[Entity]:
        """Versions that are approved, and became so, or without `history` were last written, on
        that day.
        """
        begins = datetime.combine(day, time(), UTC)
        asked = [
            Filter("project", Op.IS, self.project.id),
            Filter("status", Op.IN, list(APPROVED)),
            Filter("updated", Op.LEAST, iso(begins)),
        ]
        if history is None:
            asked.append(Filter("updated", Op.LESS, iso(begins + timedelta(days=1))))
        found = self._all("version", *asked)
        return [one for one in found if history is None or was_approved(history(one.id), day)]

    def shown(self, versions: Sequence[Entity]) -> Iterator[Shown]:
        """The Versions with the names of what they are of."""
        tasks = self._by_id("task", _named(versions, "task"))
        shots = self._by_id("shot", _named(tasks.values(), "shot"))
        assets = self._by_id("asset", _named(tasks.values(), "asset"))
        of = [*shots.values(), *tasks.values()]
        sequences = self._by_id("sequence", _named(of, "sequence"))
        artists = self._by_id("artist", _named(versions, "artist"))
        for one in versions:
            task = tasks[one.fields["task"]].fields
            shot = shots[task["shot"]].fields if task["shot"] else {}
            sequence = shot.get("sequence") or task["sequence"]
            asset = assets[task["asset"]].fields["code"] if task["asset"] else ""
            artist = artists[one.fields["artist"]].fields if one.fields["artist"] else {}
            yield Shown(
                id=one.id,
                name=str(one.fields["name"]),
                number=int(one.fields["number"]),
                status=str(one.fields["status"]),
                publish=one.fields["publish"],
                frames_path=str(one.fields["frames_path"]),
                movie_path=str(one.fields["movie_path"]),
                first=one.fields["frame_in"],
                last=one.fields["frame_out"],
                cut=_range(shot, "cut_in", "cut_out"),
                whole=_range(shot, "frame_in", "frame_out"),
                sequence=str(sequences[sequence].fields["code"]) if sequence else "",
                shot=str(shot.get("code", asset)),
                task=str(task["name"]),
                artist=str(artist.get("name") or artist.get("login", "")),
                comment=str(one.fields["comment"]),
                made=str(one.fields["created"]),
            )

    def _by_id(self, kind: str, numbers: Sequence[int]) -> dict[int, Entity]:
        unique = list(dict.fromkeys(numbers))
        found: dict[int, Entity] = {}
        for at in range(0, len(unique), _PAGE):
            part = unique[at : at + _PAGE]
            found |= {one.id: one for one in self.studio.get(kind, part, access=self.access)}
        return found

    def _all(self, kind: str, *filters: Filter, fields: tuple[str, ...] = ()) -> Iterable[Entity]:
        query = Query(filters, fields=fields, limit=_PAGE)
        return every(lambda page: self.studio.find(kind, query, access=self.access, page=page))


def was_approved(events: Iterable[RecordedEvent], day: date) -> bool:
    """Whether any of a record's events made it approved on that day (UTC)."""
    return any(
        one.after is not None
        and one.after.get("status") in APPROVED
        and datetime.fromisoformat(one.at).astimezone(UTC).date() == day
        for one in events
    )


def _named(rows: Iterable[Entity], field: str) -> list[int]:
    return [int(one.fields[field]) for one in rows if one.fields.get(field)]


def _range(fields: Mapping[str, Any], first: str, last: str) -> FrameRange | None:
    begins, ends = fields.get(first), fields.get(last)
    if begins is None or ends is None or ends < begins:
        return None
    return FrameRange(int(begins), int(ends))
