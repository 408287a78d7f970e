"""Shots' ranges on record: what file sequences are held against where no setting says more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from rushes.frames.missing import Expectation
from rushes.model.files import FileSequence, Kind
from rushes.model.finding import Finding
from rushes.model.frames import FrameRange, FrameSet
from rushes.ports.records import every
from rushes.ports.studio import Access, Entity, Filter, Op, Query, Studio
from rushes.scan.layout import Layout, Place
from rushes.scan.roots import Root
from rushes.scan.shots import Key, ShotRanges

_ALL = Access(everything=True)  # a server knows itself what its caller may see
_ODD = re.compile("[\0\ud800-\udfff]")  # folders may be called what no record can be
_PAGE = 1000
_FIELDS = ("sequence", "code", "status", "frame_in", "frame_out")
# Of these shots no frames are expected yet, or no more.
NOT_DUE = ("not_started", "omit")


class ShotOnRecord(NamedTuple):
    """A shot as the records have it; `frames` are with handles, and None where nobody has said.

    `due` where some of its frames ought to be there.
    """

    show: str
    sequence: str
    shot: str
    frames: FrameRange | None
    due: bool

    @property
    def place(self) -> Place:
        """Where its folders are."""
        return Place(self.show, self.sequence, self.shot)


class _Show(NamedTuple):
    """The ranges of a show, and the sequence of each shot whose name no other has."""

    ranges: ShotRanges
    sequence_of: Mapping[str, str]


class _Held(NamedTuple):
    """Whose range what lies in a place is held against, and what its shot is called there; None
    where it has none.
    """

    ranges: ShotRanges
    key: Key | None


class RangesOnRecord:
    """Expects of each file sequence what the settings say of its shot, else what the records do.

    `ask` tells the shots of a show; it is asked once for each show of which frames are met in a
    shot that the settings do not know. A shot without a range on record is held against nothing,
    and so is one whose folder names no sequence where several shots of the show are called so.
    """

    def __init__(
        self,
        told: ShotRanges,
        layout: Layout,
        mount: str | None,
        *,
        ask: Callable[[str], Iterable[ShotOnRecord]],
    ) -> None:
        self._told = told
        self._layout = layout
        self._mount = mount
        self._ask = ask
        self._shows: dict[str, _Show] = {}
        self._known: dict[Place, _Held] = {}

    def __call__(self, sequence: FileSequence) -> Expectation | None:
        """What ought to be there of `sequence`. Raises what keeps the records from being read."""
        if sequence.kind is not Kind.FRAMES:
            return None
        place = self._layout.place(sequence.folder)
        held = self._known.get(place)
        if held is None:
            held = self._known[place] = self._held(place)
        return held.ranges.held(sequence, held.key) if held.key is not None else None

    def absent(self, root: Root) -> list[Finding]:
        """As `ShotRanges.absent`: the settings' shots, and those due in the shows that were met."""
        each = (self._told, *(show.ranges for show in self._shows.values()))
        return [found for one in each for found in one.absent(root)]

    def _held(self, place: Place) -> _Held:
        key = self._told.key(place)
        if key is not None or not place.shot:
            return _Held(self._told, key)
        if place.show not in self._shows:
            self._shows[place.show] = self._show(list(self._ask(place.show)))
        show = self._shows[place.show]
        within = place.sequence or show.sequence_of.get(place.shot, "")
        return _Held(show.ranges, show.ranges.key(replace(place, sequence=within)))

    def _show(self, shots: Sequence[ShotOnRecord]) -> _Show:
        # What the settings know of is theirs to miss.
        spared = {
            one.place.names for one in shots if not one.due or self._told.key(one.place) is not None
        }
        ranges = {
            one.place.names: Expectation(
                FrameSet((one.frames,)), f"shot {'/'.join(one.place.names)} on record"
            )
            for one in shots
            if one.frames is not None
        }
        named = Counter(one.shot for one in shots)
        return _Show(
            ShotRanges(ranges, self._layout, self._mount, spared=spared),
            {one.shot: one.sequence for one in shots if named[one.shot] == 1},
        )


def shots_on_record(studio: Studio, show: str) -> Iterator[ShotOnRecord]:
    """The shots of the show called so, read page by page; none where there is no such show.

    Raises as `Studio.find`.
    """
    if _ODD.search(show):
        return
    for project in _found(studio, "project", Filter("code", Op.IS, show), "code"):
        of_it = Filter("project", Op.IS, project.id)
        sequences = {
            one.id: str(one.fields["code"]) for one in _found(studio, "sequence", of_it, "code")
        }
        for one in _found(studio, "shot", of_it, *_FIELDS):
            # Shots of an archived sequence are out of the show.
            if (sequence := sequences.get(one.fields["sequence"])) is not None:
                yield ShotOnRecord(
                    show,
                    sequence,
                    str(one.fields["code"]),
                    _frames(one),
                    one.fields.get("status") not in NOT_DUE,
                )


def _found(studio: Studio, kind: str, among: Filter, *fields: str) -> Iterator[Entity]:
    query = Query((among,), fields=fields, limit=_PAGE)
    return every(lambda page: studio.find(kind, query, access=_ALL, page=page))


def _frames(shot: Entity) -> FrameRange | None:
    first, last = shot.fields.get("frame_in"), shot.fields.get("frame_out")
    return FrameRange(first, last) if first is not None and last is not None else None
