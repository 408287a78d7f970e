"""All shots at a glance: one mark for each, in the order of the show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rushes.model.finding import Severity
from rushes.report.content import ReportedSequence
from rushes.report.grouping import Group, Place, shot

_SHORT = 120


@dataclass(frozen=True, slots=True)
class Mark:
    """One shot: its name, how it stands, and the anchor of its findings, if any."""

    name: str
    tone: str  # error, warning, fine
    anchor: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The shots of one editorial sequence; `more` of them are in order and not shown."""

    name: str
    marks: tuple[Mark, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """Rows in order of place; `cut` says that shots in order were left out.

    A `short` one may stand before the findings, a long one is folded up there.
    """

    rows: tuple[Row, ...]
    summary: str = ""
    short: bool = True
    cut: bool = False


def overview(
    sequences: Iterable[ReportedSequence], groups: Sequence[Group], *, most: int
) -> Overview:
    """Marks for every shot, or only for those with findings where there are over `most`."""
    sizes = Counter(shot(one) for one in sequences if one.place)
    faults = {group.place: (f"g{at}", group) for at, group in enumerate(groups, 1)}
    places = sorted({*sizes, *(place for place in faults if len(place) > 1)})
    cut = len(places) > most
    rows: dict[Place, list[Mark]] = {}
    more: Counter[Place] = Counter()
    for place in places:
        above, name = place[:-1], place[-1]
        rows.setdefault(above, [])
        if place in faults:
            anchor, group = faults[place]
            rows[above].append(_fault(name, anchor, group))
        elif cut:
            more[above] += 1
        else:
            rows[above].append(Mark(name, "fine", told="nothing wrong found"))
    at_fault = sum(place in faults for place in places)
    return Overview(
        rows=tuple(Row(" / ".join(p), tuple(marks), more[p]) for p, marks in rows.items()),
        summary=f"{at_fault:,} of {len(places):,} with errors or warnings",
        short=len(places) <= _SHORT,
        cut=cut,
    )


def _fault(name: str, anchor: str, group: Group) -> Mark:
    errors, warnings = group.count(Severity.ERROR), group.count(Severity.WARNING)
    told = ", ".join(
        f"{number} {noun}{'s' if number > 1 else ''}"
        for number, noun in ((errors, "error"), (warnings, "warning"))
        if number
    )
    return Mark(name, "error" if errors else "warning", anchor, told)
