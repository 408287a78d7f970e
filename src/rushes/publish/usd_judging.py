"""What is wrong with USD layers, one by one and against those that they compose: findings."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.publish.usd_facts import LayerFacts, Link

# 23.976 and 24000/1001 are one rate, written in two ways.
_ONE_RATE = 1e-5
_MISSING = "no such file or directory"
Exists = Callable[[PurePosixPath], bool]


def state(facts: LayerFacts) -> Iterator[Finding]:
    """What keeps a layer from being opened, if anything does."""
    if facts.broken.lower() == _MISSING:
        yield _finding("usd.missing", facts.path, "the layer is not there", "Publish it again.")
    elif facts.broken:
        yield _finding(
            "usd.broken",
            facts.path,
            f"the layer cannot be read: {facts.broken}",
            "Write it again, or publish the part anew.",
        )


def against(upper: LayerFacts, lower: LayerFacts) -> Iterator[Finding]:
    """What the lower layer says otherwise than the one that composes it."""
    if not math.isclose(upper.rate, lower.rate, rel_tol=_ONE_RATE):
        yield _differs(
            "usd.frame_rate",
            lower,
            f"USD stretches its frames from {lower.rate:g} to {upper.rate:g} a second",
            (f"{lower.rate:g}", f"{upper.rate:g}"),
        )
    for rule, what, here, there in (
        ("usd.axis", "axis that is up", lower.up_axis, upper.up_axis),
        ("usd.unit", "unit of length", lower.metres_per_unit, upper.metres_per_unit),
    ):
        if here is not None and there is not None and here != there:
            yield _differs(
                rule, lower, f"its {what} is another, and USD does not convert it", (here, there)
            )


def default_prim(lower: LayerFacts) -> Iterator[Finding]:
    """What a layer that is referenced as a whole lacks: a default prim that is there."""
    if lower.broken or (lower.default_prim and lower.default_prim in lower.roots):
        return
    there = ", ".join(lower.roots[:5]) or "none"
    why = f"{lower.default_prim!r} is not in it" if lower.default_prim else "it names none"
    yield _finding(
        "usd.default_prim",
        lower.path,
        f"it has no default prim ({why}; root prims: {there})",
        "Export it with a default prim.",
        severity=Severity.WARNING if lower.roots else Severity.ERROR,
    )


def form(facts: LayerFacts) -> Iterator[Finding]:
    """Where a layer of ours is not as Rushes writes them, or another lies in the place of one."""
    if facts.broken:
        return
    wrong = ""
    if facts.kind:
        if facts.form != "usda":
            wrong = f"it is stored as {facts.form}"
        elif not facts.default_prim or facts.default_prim not in facts.roots:
            wrong = "its default prim is not in it"
        elif facts.fps is None or facts.fps != facts.time_codes:
            wrong = "its frame rate and its time codes differ"
        elif facts.up_axis is None or facts.metres_per_unit is None:
            wrong = "its axis or its unit is not said"
        elif (facts.first is None) != (facts.last is None):
            wrong = "its range has one end only"
    elif facts.place.stem == facts.place.parent.name and any(
        "/data/" in one.asset for one in facts.links
    ):
        wrong = "it has the place of a part's layer, and Rushes has not made it"
    if wrong:
        yield _finding(
            "usd.form",
            facts.path,
            f"the layer is not of the expected form: {wrong}",
            "Rebuild the layers of the shot.",
            severity=Severity.WARNING,
        )


def links(facts: LayerFacts, exists: Exists) -> Iterator[Finding]:
    """Links that lead nowhere, or that break when the tree is moved.

    A layer that is missing is told where it is looked for; here it is the other files.
    """
    for link in facts.links:
        place = link.place(facts.place)
        if place is None:
            continue
        if link.absolute:
            yield _finding(
                "usd.absolute",
                facts.path,
                f"its {link.kind} {escape(link.asset)} is absolute, and breaks when it is moved",
                "Write paths relative to the layer.",
                severity=Severity.WARNING,
            )
        if not exists(place):
            yield _lost(facts, link, place)


def target(link: Link, lower: LayerFacts) -> Iterator[Finding]:
    """What a link asks of the layer that it leads to, and that is not there."""
    if link.bare:
        yield from default_prim(lower)
    elif link.target and link.target.split("/")[1] not in lower.roots:
        yield _finding(
            "usd.prim",
            lower.path,
            f"the prim {link.target} is asked for, and is not in it",
            "Publish it again, or rebuild the layers of the shot.",
        )


def loops(layers: Mapping[PurePosixPath, LayerFacts]) -> Iterator[Finding]:
    """Layers that are their own sublayers, directly or by way of others."""
    below = {path: _sublayers(facts) & layers.keys() for path, facts in layers.items()}
    # Whatever lies above nothing but what is free of loops is so itself; the rest is not taken out.
    while free := {path for path, lower in below.items() if not lower & below.keys()}:
        below = {path: lower for path, lower in below.items() if path not in free}
    for path in sorted(below):
        if _reaches(path, below):
            yield _finding(
                "usd.cycle",
                str(path),
                "the layer lies below itself",
                "Take the sublayer out that leads back up.",
            )


def _sublayers(facts: LayerFacts) -> set[PurePosixPath]:
    places = (one.place(facts.place) for one in facts.links if one.kind == "sublayer")
    return {one for one in places if one is not None}


def _reaches(start: PurePosixPath, below: Mapping[PurePosixPath, set[PurePosixPath]]) -> bool:
    """Whether the way down from a layer leads to itself."""
    queue, seen = [start], set[PurePosixPath]()
    while queue:
        for lower in below.get(queue.pop(), ()):
            if lower == start:
                return True
            if lower not in seen:
                seen.add(lower)
                queue.append(lower)
    return False


def _lost(facts: LayerFacts, link: Link, place: PurePosixPath) -> Finding:
    return _finding(
        "usd.link",
        facts.path,
        f"its {link.kind} {escape(link.asset)} leads to nothing",
        "Publish what is missing, or rebuild the layers of the shot.",
        wanted=escape(str(place)),
    )


def _differs(rule: str, lower: LayerFacts, why: str, two: tuple[object, object]) -> Finding:
    return _finding(
        rule,
        lower.path,
        why,
        "Export it with what the shot has.",
        severity=Severity.WARNING,
        found=str(two[0]),
        wanted=str(two[1]),
    )


def _finding(
    rule: str,
    path: str,
    message: str,
    fix: str,
    *,
    severity: Severity = Severity.ERROR,
    found: str = "",
    wanted: str = "",
) -> Finding:
    return Finding(rule, severity, escape(path), message, found, wanted, fix)
