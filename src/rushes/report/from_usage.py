"""Disk use as the report draws it: a tree of places, and gauges for what has a limit."""

from __future__ import annotations

from collections.abc import Iterable

from rushes.core.escape import escape
from rushes.model.finding import Severity
from rushes.report.content import Gauge, UsageNode
from rushes.scan.layout import LEVELS, Place
from rushes.scan.thresholds import Fill, Fullness
from rushes.scan.usage import Usage, Use

_SEVERITIES = {Fullness.WARN: Severity.WARNING, Fullness.CRITICAL: Severity.ERROR}


def usage_node(usage: Usage, *, name: str) -> UsageNode:
    """The tree of shows, sequences, shots and tasks; of folders where no structure fits."""
    uses = {place: use for level in LEVELS for place, use in usage.places(level).items()}
    below: dict[Place, list[Place]] = {}
    for place in uses:
        below.setdefault(_above(place, uses), []).append(place)
    if uses:
        children = tuple(_node(place, uses, below) for place in below.get(Place(), []))
    else:
        children = tuple(
            UsageNode(escape(path.name), use.allocated, use.files)
            for path, use in usage.folders().items()
            if path.parent == usage.below
        )
    return UsageNode(name, usage.total.allocated, usage.total.files, "folder", children)


def gauges(fills: Iterable[Fill]) -> tuple[Gauge, ...]:
    """What is too full, and the file systems, however full."""
    return tuple(
        Gauge(
            label=one.kind if one.of else f"{one.kind} {one.subject}",
            used=one.used,
            of=one.of,
            warn=one.limit.warn or 0,
            critical=one.limit.critical or 0,
            severity=_SEVERITIES.get(one.fullness),
        )
        for one in fills
        if one.of or one.fullness is not Fullness.OK
    )


def _node(place: Place, uses: dict[Place, Use], below: dict[Place, list[Place]]) -> UsageNode:
    use = uses[place]
    children = tuple(_node(one, uses, below) for one in below.get(place, []))
    level, name = place.levels[-1]
    return UsageNode(escape(name), use.allocated, use.files, level, children)


def _above(place: Place, uses: dict[Place, Use]) -> Place:
    """The next place up that holds anything; nowhere above a show."""
    for level in reversed(LEVELS[: LEVELS.index(place.level)]):
        at = place.up_to(level)
        if at != place and at in uses:
            return at
    return Place()
