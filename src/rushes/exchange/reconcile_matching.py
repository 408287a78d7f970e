"""Entries that one side calls otherwise: the best pairs among those that some side lacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from rushes.core.names import folded
from rushes.exchange.reconcile_entry import Entry, stream_of
from rushes.exchange.reconcile_judging import Group
from rushes.exchange.reconcile_rules import MatchRules, Rule

MOST = 300  # groups of one owner that are compared with each other
_PARTING = str.maketrans("-. ", "___")


class Match(NamedTuple):
    """Two groups that are held for one, their score from 0 to 1, and why, rule by rule."""

    one: Group
    other: Group
    score: float
    why: tuple[str, ...]


def matches(rules: MatchRules, some: Sequence[Group]) -> list[Match]:
    """The best pairs among groups of one owner, the best first, each group in one pair only.

    Groups that a side has both of are two things, and never matched.
    """
    found = [
        Match(one, other, score, why)
        for at, one in enumerate(some)
        for other in some[at + 1 :]
        if not one.entries.keys() & other.entries.keys()
        for score, why in (scored(rules, one, other),)
        if score >= rules.threshold
    ]
    found.sort(key=lambda one: (-one.score, one.one.key, one.other.key))
    taken: set[str] = set()
    kept = []
    for match in found:
        keys = {match.one.key, match.other.key}
        if not keys & taken:
            taken |= keys
            kept.append(match)
    return kept


def scored(rules: MatchRules, one: Group, other: Group) -> tuple[float, tuple[str, ...]]:
    """How much two groups are one, from 0 to 1, and what each rule says of it.

    A rule that one of them does not tell enough for does not count. Required ones come first:
    where one says no, the others are not asked.
    """
    weight = reached = 0.0
    why = []
    for rule in sorted(rules.rules, key=lambda one: not one.required):
        ours, theirs = _values(rule, one), _values(rule, other)
        if ours is None or theirs is None:
            why.append(f"{rule.field}: not known of both")
            continue
        score = _WAYS[rule.how](rule, ours, theirs)
        weight += rule.weight
        reached += rule.weight * score
        why.append(f"{rule.field} {rule.how}: {score:.2f} × {rule.weight:g} {_shown(ours, theirs)}")
        if rule.required and not score:
            return 0.0, tuple(why)
    return (reached / weight if weight else 0.0), tuple(why)


def joined(match: Match) -> Group:
    """Both as one group, under the name that the record has, else the disk."""
    first, second = match.one, match.other
    if second.any.side.value == "records" or (
        first.any.side.value != "records" and second.any.side.value == "disk"
    ):
        first, second = second, first
    return Group(first.key, {**second.entries, **first.entries}, first.wanted | second.wanted)


def _values(rule: Rule, group: Group) -> object | None:
    """What the rule compares, None where the group does not tell."""
    return _READ[rule.field](group)


def _first(group: Group, read: Callable[[Entry], object | None]) -> object | None:
    return next((v for one in group.entries.values() if (v := read(one)) is not None), None)


def _name(group: Group) -> str:
    name = stream_of(group.key.rpartition("/")[2]).rpartition(".")[0] or group.key
    return folded(name).translate(_PARTING)


def _ending(group: Group) -> str:
    return group.key.rpartition(".")[2].lower()


_READ: Mapping[str, Callable[[Group], object | None]] = {
    "name": _name,
    "folder": lambda one: folded(one.key.rpartition("/")[0]),
    "ending": _ending,
    "version": lambda one: one.any.number or None,
    "frames": lambda one: _first(one, lambda entry: entry.frames or None),
    "size": lambda one: _first(one, lambda entry: entry.size if entry.size >= 0 else None),
    "checksum": lambda one: _first(one, lambda entry: entry.digests or None),
}


def _exact(_: Rule, ours: object, theirs: object) -> float:
    return float(ours == theirs)


def _fuzzy(rule: Rule, ours: object, theirs: object) -> float:
    matcher = SequenceMatcher(None, str(ours), str(theirs), autojunk=False)
    if matcher.real_quick_ratio() < rule.least or matcher.quick_ratio() < rule.least:
        return 0.0
    alike = matcher.ratio()
    return alike if alike >= rule.least else 0.0


def _tolerance(rule: Rule, ours: object, theirs: object) -> float:
    apart = _apart(ours, theirs)
    if not apart:
        return 1.0
    return max(0.0, 1 - apart / rule.tolerance) if rule.tolerance else 0.0


def _apart(ours: object, theirs: object) -> float:
    """By which share two numbers or sets of frames differ."""
    from rushes.model.frames import FrameSet

    if isinstance(ours, FrameSet) and isinstance(theirs, FrameSet):
        whole = len(ours | theirs)
        return 1 - len(ours & theirs) / whole if whole else 0.0
    if isinstance(ours, int) and isinstance(theirs, int):
        most = max(abs(ours), abs(theirs))
        return abs(ours - theirs) / most if most else 0.0
    return 0.0 if ours == theirs else 1.0


_WAYS: Mapping[str, Callable[[Rule, object, object], float]] = {
    "exact": _exact,
    "fuzzy": _fuzzy,
    "tolerance": _tolerance,
}


def _shown(ours: object, theirs: object) -> str:
    texts = [str(one) for one in (ours, theirs) if isinstance(one, (str, int))]
    return f"({' ~ '.join(texts)})" if len(texts) == 2 else ""
