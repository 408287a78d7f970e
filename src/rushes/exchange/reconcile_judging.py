"""All versions of one thing, as all sides have them, held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rushes.core.escape import escape
from rushes.exchange.reconcile_entry import MISSING, Entry, Kind, Row, Side, SideTold
from rushes.exchange.reconcile_files import paths_of
from rushes.frames.notation import brief_frames
from rushes.model.frames import FrameSet

FILES = (Side.DISK, Side.S3)
_PLACES = {Side.DISK: "on disk", Side.S3: "in S3", Side.RECORDS: "in the records"}


class Group(NamedTuple):
    """One entry as those sides have it that do. `wanted` are all that ought to."""

    key: str
    entries: Mapping[Side, Entry]
    wanted: frozenset[Side]

    @property
    def any(self) -> Entry:
        """The entry as its record has it, else as the first side does."""
        return self.entries.get(Side.RECORDS) or next(iter(self.entries.values()))

    @property
    def sides(self) -> tuple[Side, ...]:
        """Who has it."""
        return tuple(one for one in Side if one in self.entries)

    @property
    def told(self) -> str:
        """What people call its record."""
        found = self.entries.get(Side.RECORDS)
        return found.told if found is not None else ""


def groups(entries: Iterable[Entry]) -> list[Group]:
    """Entries of one stream by their keys. Several records of one key are one entry."""
    by_key: dict[str, dict[Side, Entry]] = {}
    wanted: dict[str, frozenset[Side]] = {}
    for one in entries:
        held = by_key.setdefault(one.key, {})
        before = held.get(one.side)
        held[one.side] = one if before is None else _joined(before, one)
        wanted[one.key] = wanted.get(one.key, frozenset()) | one.wanted
    return [Group(key, held, wanted[key]) for key, held in by_key.items()]


@dataclass(frozen=True)
class Judge:
    """Judges groups by what is known of how the sides were read."""

    told: Mapping[Side, SideTold]

    def lacking(self, group: Group) -> tuple[Side, ...]:
        """Sides that ought to have it, were read there, and do not.

        What has no record ought to have one, unless it tells no version at all.
        """
        found = []
        if Side.RECORDS not in group.entries and group.any.number:
            found.append(Side.RECORDS)
        found += [one for one in FILES if one in group.wanted and one not in group.entries]
        return tuple(one for one in found if self._tells(one, group.key))

    def missing(self, group: Group, highest: Mapping[Side, int]) -> Iterator[Row]:
        """A row for each side that lacks it. A side is behind where it has an earlier version
        of it, and this is the latest of all.
        """
        latest = max(highest.values(), default=0)
        for side in self.lacking(group):
            number = group.any.number
            if number and number == latest and 0 < highest.get(side, 0) < number:
                had = highest[side]
                yield self.row(
                    Kind.VERSION_BEHIND,
                    group,
                    f"The latest {_PLACES[side]} is v{had:03d}; there is v{number:03d}.",
                    side=side,
                    found=f"v{had:03d}",
                    wanted=f"v{number:03d}",
                )
            elif side is Side.RECORDS and not group.any.known:
                told = "It belongs to no shot or asset on record."
                yield self.row(Kind.ORPHAN, group, told, side=side)
            else:
                told = f"It is not {_PLACES[side]}."
                yield self.row(MISSING[side], group, told, side=side)

    def differing(self, group: Group) -> Iterator[Row]:
        """What the sides that have it do not agree on: frames, else sizes.

        A side that was not wholly read there may have more than it tells, and lacks nothing.
        """
        sure = [side for side in group.sides if self._tells(side, group.key)]
        lost = {side: frames for side in sure if (frames := self._lost(group, side))}
        for side, frames in lost.items():
            others = [one for one in group.sides if one is not side and group.entries[one].frames]
            own, has = group.entries[side].frames, " and ".join(map(_name, others))
            yield self.row(
                Kind.FRAMES_DIFFER,
                group,
                f"{_name(side)} lacks frames that {has} has: {brief_frames(frames)}.",
                side=side,
                found=brief_frames(own) if own is not None else "",
                wanted=brief_frames(_whole(group)),
            )
        whole = _whole(group)
        entries = {side: group.entries[side] for side in sure}
        # Sizes are of the same frames, or say nothing.
        sizes = {
            side: one.size
            for side, one in entries.items()
            if one.size >= 0 and one.frames in (None, whole)
        }
        if len(set(sizes.values())) > 1:
            told = ", ".join(f"{_name(side)} {size:,}" for side, size in sizes.items())
            message = f"It has not the same bytes: {told}."
            yield self.row(Kind.SIZE_DIFFERS, group, message, found=told)

    def _lost(self, group: Group, side: Side) -> FrameSet:
        """The frames that a side lacks, without those that it could not be asked for."""
        entry = group.entries[side]
        # A version tells a range that was cut; handles beyond it are no mistake.
        if entry.frames is None or (side is Side.RECORDS and entry.files < 0):
            return FrameSet()
        lost = _whole(group) - entry.frames
        if lost and self.told[side].unlisted:
            made = paths_of(entry._replace(frames=lost))
            return FrameSet.of(at for at, path in made if self._tells(side, escape(path)))
        return lost

    def row(
        self,
        kind: Kind,
        group: Group,
        message: str,
        *,
        side: Side | None = None,
        found: str = "",
        wanted: str = "",
        explain: Sequence[str] = (),
    ) -> Row:
        """A row about a group."""
        one = group.any
        return Row(
            kind,
            group.key,
            message,
            side=side,
            owner=one.owner or next((e.owner for e in group.entries.values() if e.owner), ""),
            number=one.number,
            sides=group.sides,
            found=found,
            wanted=wanted,
            told=group.told,
            explain=tuple(explain),
        )

    def _tells(self, side: Side, key: str) -> bool:
        told = self.told.get(side)
        return told is not None and told.tells(key)


def highest(some: Iterable[Group]) -> dict[Side, int]:
    """The highest version that each side has."""
    found: dict[Side, int] = {}
    for group in some:
        for side, one in group.entries.items():
            gone = side is Side.RECORDS and not group.wanted
            if not gone:
                found[side] = max(found.get(side, 0), one.number)
    return found


def _joined(one: Entry, other: Entry) -> Entry:
    """Two records of one thing: whatever either tells, the publish before the version."""
    told = ", ".join(dict.fromkeys((one.told, other.told)))
    fuller, rest = (one, other) if one.size >= 0 or other.size < 0 else (other, one)
    return fuller._replace(
        told=told, frames=fuller.frames if fuller.frames is not None else rest.frames
    )


def _whole(group: Group) -> FrameSet:
    """All frames that any side has."""
    frames = [one.frames for one in group.entries.values() if one.frames is not None]
    return FrameSet.joined(run for one in frames for run in one.runs)


def _name(side: Side) -> str:
    return {Side.RECORDS: "the record", Side.DISK: "the disk", Side.S3: "S3"}[side]
