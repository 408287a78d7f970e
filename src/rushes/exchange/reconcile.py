"""Records, disk and S3 held against each other, three ways, however many entries there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple, Protocol

from rushes.exchange.reconcile_checksums import Checksums
from rushes.exchange.reconcile_entry import Entry, Kind, Row, Side, SideTold
from rushes.exchange.reconcile_judging import Group, Judge, groups, highest
from rushes.exchange.reconcile_matching import MOST, Match, joined, matches, scored
from rushes.exchange.reconcile_rules import MatchRules
from rushes.exchange.reconcile_sorting import PIECE, Sorter, in_order

_AT_ONCE = 100  # entries that a tracker is asked for together


class Asks(Protocol):
    """A tracker, as far as it is asked."""

    def __call__(self, keys: Sequence[str], /) -> Sequence[bool | None]:
        """Whether it has these assets, by their keys; None where it cannot tell."""
        ...


class _Left(NamedTuple):
    """A group that some side lacks, and the highest version of its stream on each side."""

    owner: str
    group: Group
    highest: Mapping[Side, int]


@dataclass
class Reconciling:
    """One run. `streams` are the entries of each side; they are read once, and fill `told`.

    `scope` keeps the entries that are meant. Without `checksums` no byte is read. Afterwards
    `matched` counts entries that are alike wherever they ought to be.
    """

    streams: Sequence[Iterable[Entry]]
    told: Mapping[Side, SideTold]
    rules: MatchRules
    scope: Callable[[Entry], bool] = lambda _entry: True
    checksums: Checksums | None = None
    tracker: Asks | None = None
    explain: bool = False
    piece: int = PIECE
    matched: int = 0

    def rows(self) -> Iterator[Row]:
        """All that is wrong: what differs first, by name, then what some side lacks, by owner.

        Nothing is called missing on a side that could not be read there.
        """
        judge = Judge(self.told)
        left: Sorter[_Left] = Sorter(lambda one: (one.owner, one.group.key), piece=self.piece)
        entries = in_order(self._meant(), lambda one: one.order, piece=self.piece)
        waiting: list[Group] = []
        for _, stream in groupby(entries, key=lambda one: one.stream):
            some = groups(stream)
            most = highest(some)
            for group in some:
                wrong = list(self._differing(group, judge))
                yield from wrong
                if judge.lacking(group):
                    left.add(_Left(group.any.owner, group, most))
                elif not wrong:
                    self.matched += 1
                waiting += [group] if self._is_asked_for(group) else []
            if len(waiting) >= _AT_ONCE:
                yield from self._tracked(waiting, judge)
                waiting = []
        yield from self._tracked(waiting, judge)
        for _, owned in groupby(left.out(), key=lambda one: one.owner):
            yield from self._lacking(owned, judge)

    def _meant(self) -> Iterator[Entry]:
        for stream in self.streams:
            for one in stream:
                if self.rules.looks_at(one.key) and self.scope(one):
                    yield one

    def _differing(self, group: Group, judge: Judge) -> Iterator[Row]:
        yield from judge.differing(group)
        if self.checksums is not None:
            yield from self.checksums.differing(group)

    def _lacking(self, owned: Iterator[_Left], judge: Judge) -> Iterator[Row]:
        """What one owner lacks. Only so many at once are compared by their names."""
        while some := [one for one, _ in zip(owned, range(MOST), strict=False)]:
            by_key = {one.group.key: one for one in some}
            found = matches(self.rules, [one.group for one in some])
            for match in found:
                yield from self._matched(match, judge)
                for group in (match.one, match.other):
                    by_key.pop(group.key)
            for one in by_key.values():
                near = self._nearest(one, some) if self.explain else ()
                for row in judge.missing(one.group, one.highest):
                    yield replace(row, explain=near)

    def _matched(self, match: Match, judge: Judge) -> Iterator[Row]:
        """Two names for one thing: that, and whatever else is wrong with it then."""
        whole = joined(match)
        other = match.other if whole.key == match.one.key else match.one
        yield judge.row(
            Kind.NAMED_DIFFERENTLY,
            whole,
            f"It is called {other.key} {_sides(other)}, by a score of {match.score:.2f}.",
            side=other.sides[0],
            found=other.key,
            wanted=whole.key,
            explain=match.why,
        )
        yield from self._differing(whole, judge)
        yield from judge.missing(whole, {})

    def _nearest(self, one: _Left, some: Sequence[_Left]) -> tuple[str, ...]:
        """The entry that came nearest to being the same, and why it is not."""
        near = [
            (score, other.group.key, why)
            for other in some
            if other is not one and not other.group.entries.keys() & one.group.entries.keys()
            for score, why in (scored(self.rules, one.group, other.group),)
        ]
        if not near:
            return ()
        score, key, why = max(near)
        return (f"nearest: {key}, {score:.2f} of {self.rules.threshold:g}", *why)

    def _is_asked_for(self, group: Group) -> bool:
        return self.tracker is not None and bool(group.wanted)

    def _tracked(self, some: Sequence[Group], judge: Judge) -> Iterator[Row]:
        if self.tracker is None or not some:
            return
        for group, known in zip(some, self.tracker([one.key for one in some]), strict=True):
            if known is False:
                yield judge.row(
                    Kind.MISSING_IN_TRACKER,
                    group,
                    "The tracker does not know it.",
                    side=Side.TRACKER,
                )


def _sides(group: Group) -> str:
    names = {Side.RECORDS: "in the records", Side.DISK: "on disk", Side.S3: "in S3"}
    return " and ".join(names[one] for one in group.sides)
