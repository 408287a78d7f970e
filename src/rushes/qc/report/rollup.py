"""How assets stand, folder by folder: as bad as the worst in or below each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from rushes.qc.report.content import QcReport, Standing, Tally

TOP = "top folder"


@dataclass(frozen=True, slots=True)
class Row:
    """A show, sequence, shot or folder, with everything in and below it."""

    place: tuple[str, ...]
    tally: Tally

    @property
    def depth(self) -> int:
        """0 for the outermost."""
        return len(self.place) - 1

    @property
    def name(self) -> str:
        """What it is called itself."""
        return self.place[-1]


@dataclass(frozen=True, slots=True)
class RollUp:
    """The rows, each before those in it, and how many there was no room for."""

    rows: tuple[Row, ...]
    more: int = 0


def rolled_up(report: QcReport, *, most: int | None = None) -> RollUp:
    """The roll-up of a report; of more than `most` rows the innermost are left out."""
    standings: dict[tuple[str, ...], list[Standing]] = defaultdict(list)
    found = [(one.place, one.standing) for one in report.assets]
    found += [(one.place, Standing.UNREADABLE) for one in report.unreadable]
    for place, standing in found:
        whole = place or (TOP,)
        for depth in range(1, len(whole) + 1):
            standings[whole[:depth]].append(standing)
    places = sorted(standings, key=lambda place: (len(place), place))
    shown = places if most is None else places[:most]
    rows = (Row(place, Tally.of(standings[place])) for place in sorted(shown))
    return RollUp(tuple(rows), len(places) - len(shown))
