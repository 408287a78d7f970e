"""Shots and assets themselves, three ways: whether they are there, and how far each side is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from rushes.exchange.reconcile_entry import MISSING, Entry, Kind, Row, Side, SideTold
from rushes.exchange.reconcile_sorting import PIECE, in_order

_PLACES = {Side.RECORDS: "in the records", Side.DISK: "on disk", Side.S3: "in S3"}
_SIDES = (Side.RECORDS, Side.DISK, Side.S3)


@dataclass
class OwnersReconciling:
    """One run over owners: all shots, or all assets.

    `on_record` are their names. `there` tells whether an owner without any file has a folder on
    disk, None where nobody can tell. `expected` are the sides that ought to have each of them.
    """

    streams: Iterable[Iterable[Entry]]
    told: Mapping[Side, SideTold]
    on_record: Iterable[str]
    is_meant: Callable[[Entry], bool]
    there: Callable[[str], bool | None]
    expected: frozenset[Side] = frozenset((Side.RECORDS, Side.DISK))
    piece: int = PIECE
    matched: int = 0
    _known: frozenset[str] = field(default_factory=frozenset)

    def rows(self) -> Iterator[Row]:
        """All that is wrong, by owner."""
        self._known = frozenset(self.on_record)
        entries = in_order(
            self._all(), lambda one: (one.owner, one.stream, one.side.value), piece=self.piece
        )
        for owner, some in groupby(entries, key=lambda one: one.owner):
            wrong = list(self._owner(owner, some))
            self.matched += not wrong
            yield from wrong

    def _all(self) -> Iterator[Entry]:
        """Everything that belongs to an owner, and an entry for each on record without a file."""
        for name in self._known:
            yield Entry(Side.RECORDS, "", "", 0, name, known=True)
        for stream in self.streams:
            yield from (one for one in stream if one.owner and self.is_meant(one))

    def _owner(self, owner: str, some: Iterator[Entry]) -> Iterator[Row]:
        sides: set[Side] = {Side.RECORDS} if owner in self._known else set()
        behind: list[Row] = []
        known = False
        for stream, entries in groupby(some, key=lambda one: one.stream):
            most: dict[Side, int] = {}
            needed: set[Side] = set()
            for one in entries:
                known = known or one.known
                if one.side is not Side.RECORDS:
                    sides.add(one.side)
                if one.side is not Side.RECORDS or one.wanted:
                    most[one.side] = max(most.get(one.side, 0), one.number)
                needed |= one.wanted
            behind += self._behind(owner, stream, most, needed)
        if Side.DISK not in sides and self.there(owner) is not False and self._tells(Side.DISK):
            sides.add(Side.DISK)
        found = tuple(one for one in _SIDES if one in sides)
        if Side.RECORDS not in sides and known:
            return  # it is archived or left out: nobody misses it, and it is no stranger
        if Side.RECORDS not in sides and self._tells(Side.RECORDS):
            kind = Kind.MISSING_IN_RECORDS
            yield Row(kind, owner, "It is not in the records.", Side.RECORDS, owner, sides=found)
            return
        for side in (Side.DISK, Side.S3):
            if side in self.expected and side not in sides and self._tells(side):
                told = f"It is not {_PLACES[side]}."
                yield Row(MISSING[side], owner, told, side, owner, sides=found)
        yield from behind

    def _behind(
        self, owner: str, stream: str, most: Mapping[Side, int], needed: set[Side]
    ) -> Iterator[Row]:
        """Sides that have an earlier version than the highest of all."""
        latest = max(most.values(), default=0)
        for side, number in most.items():
            wanted = side is Side.RECORDS or side in needed
            key = stream.replace("v#", f"v{latest:03d}")
            if 0 < number < latest and wanted and self._tells(side, key):
                yield Row(
                    Kind.VERSION_BEHIND,
                    key,
                    f"The latest {_PLACES[side]} is v{number:03d}; there is v{latest:03d}.",
                    side,
                    owner,
                    latest,
                    tuple(one for one in _SIDES if most.get(one) == latest),
                    f"v{number:03d}",
                    f"v{latest:03d}",
                )

    def _tells(self, side: Side, key: str = "") -> bool:
        told = self.told.get(side)
        return told is not None and told.tells(key)
