"""Versions that are on record, on their way to trackers by way of the outbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from rushes.core.canonical import canonical
from rushes.core.errors import Code, RushesError
from rushes.exchange.lot import Lot
from rushes.model.outbox import Post, PostKind, PostState
from rushes.model.scan import Actor
from rushes.ports.outbox import Outbox
from rushes.ports.records import Page, every
from rushes.ports.studio import Access, Entity, Filter, Op, Query, Studio
from rushes.ports.tracker import Tracker
from rushes.qc.sending import Sender

_ALL = Access(everything=True)
_ASKED = 500  # tasks in one question
_DELIVERED_OR_NOT = (PostState.DELIVERED, PostState.REFUSED)
_SCHEMA = "rushes.version/1"
_FIELDS = (
    "name", "number", "status", "frames_path", "movie_path", "frame_in", "frame_out",
    "description", "comment", "created",
)  # fmt: skip


class Told(NamedTuple):
    """What one tracker knows of one Version, and why in words.

    Without a `state` it is not even in the outbox: it takes another run of the ingest.
    """

    tracker: str
    state: PostState | None
    why: str = ""

    def row(self) -> dict[str, Any]:
        """As JSON."""
        state = self.state.value if self.state is not None else "not kept"
        return {"tracker": self.tracker, "state": state, "why": self.why}


def check_kinds(trackers: Sequence[Tracker]) -> None:
    """Raise `settings.invalid` where one of them cannot be told of Versions."""
    for one in trackers:
        if PostKind.VERSION not in one.kinds:
            raise RushesError(
                Code.SETTINGS_INVALID,
                f"tracking.trackers names {one.name}, which cannot be told of Versions. Nothing"
                " was ingested.",
                hint="Take it out there; it is told other things all the same, as results of"
                " quality checks.",
            )


@dataclass(slots=True)
class TellingTrackers:
    """Tells trackers of the Versions of one ingest.

    `keep` puts them in the outbox once they are on record, `send` sends what the trackers do not
    have. A Version is one post for each tracker, however often it is kept.
    """

    show: str
    trackers: Sequence[Tracker]
    outbox: Outbox
    studio: Studio
    actor: Actor
    _lots: dict[int, str] = field(default_factory=dict)  # keys of lots by numbers of posts
    _told: dict[str, dict[str, Told]] = field(default_factory=dict)

    def keep(self, lots: Sequence[Lot]) -> None:
        """Have the Versions of these lots in the outbox; what cannot be is told by `send`."""
        if not lots or not self.trackers:
            return
        try:
            made = list(self._posts(lots))
            kept = self.outbox.enqueue([post for _, post in made], actor=self.actor)
        except RushesError as error:
            for lot in lots:
                for tracker in self.trackers:
                    self._note(lot.key, Told(tracker.name, None, error.message))
            return
        for (key, _), one in zip(made, kept, strict=True):
            self._lots[one.id] = key
            self._note(key, Told(one.post.tracker, one.state, one.told))

    def send(self) -> Mapping[str, Sequence[Told]]:
        """Send what trackers do not have, and tell what they know of each lot, by its key.

        What one refused is not sent again by itself, and what may have arrived only where it can
        tell that it did not.
        """
        for tracker in self.trackers:
            left = [
                number
                for number, key in self._lots.items()
                if (told := self._told[key].get(tracker.name)) is not None
                and told.state not in _DELIVERED_OR_NOT
            ]
            try:
                for sent in Sender(self.outbox, tracker, actor=self.actor).send(left):
                    key = self._lots.get(sent.queued.id)
                    if key is not None:
                        self._note(key, Told(tracker.name, sent.state, sent.told))
            except RushesError as error:
                if error.code is Code.CANCELLED:
                    raise
                # The outbox went away and has what it has: whoever sends next sees how far it got.
                for key in (self._lots[number] for number in left):
                    self._note(key, self._told[key][tracker.name]._replace(why=error.message))
        return {key: list(told.values()) for key, told in self._told.items()}

    def _note(self, key: str, told: Told) -> None:
        self._told.setdefault(key, {})[told.tracker] = told

    def _posts(self, lots: Sequence[Lot]) -> Iterator[tuple[str, Post]]:
        """A post for each Version and tracker, with the key of its lot."""
        versions = self._versions(lots)
        for lot in lots:
            assert lot.task is not None
            version = versions.get((lot.task.id, lot.number))
            if version is not None:  # else somebody archived it since
                for tracker in self.trackers:
                    yield lot.key, self._post(lot, version, tracker.name)

    def _versions(self, lots: Sequence[Lot]) -> dict[tuple[int, int], Entity]:
        """The Versions of the lots' tasks, by task and number."""
        tasks = sorted({lot.task.id for lot in lots if lot.task is not None})
        numbers = sorted({lot.number for lot in lots})
        found: dict[tuple[int, int], Entity] = {}
        for at in range(0, len(tasks), _ASKED):
            wanted = (
                Filter("task", Op.IN, tasks[at : at + _ASKED]),
                Filter("number", Op.IN, numbers),
            )
            for one in every(partial(self._page, Query(wanted))):
                found[one.fields["task"], one.fields["number"]] = one
        return found

    def _page(self, query: Query, page: str | None) -> Page[Entity]:
        return self.studio.find("version", query, access=_ALL, page=page)

    def _post(self, lot: Lot, version: Entity, tracker: str) -> Post:
        fields = version.fields
        created = str(fields["created"])
        return Post(
            tracker,
            # When it was made, too: after a new beginning the numbers begin again.
            f"version:{version.id}:{created}",
            str(fields["frames_path"] or fields["movie_path"] or fields["name"]),
            datetime.fromisoformat(created),
            canonical(self._document(lot, version)).decode(),
            kind=PostKind.VERSION,
        )

    def _document(self, lot: Lot, version: Entity) -> dict[str, Any]:
        """What there is to tell of a Version, by the names that people know."""
        task = lot.task
        assert task is not None
        return {
            "schema": _SCHEMA,
            "version_id": version.id,
            "publish_id": version.fields["publish"],
            "project": self.show,
            "episode": task.episode,
            "sequence": task.sequence,
            "shot": task.shot,
            "asset": task.asset,
            "task": task.name,
            **{name: version.fields[name] for name in _FIELDS},
        }
