"""How far a show is set up: what there is by status, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rushes.model.finding import Finding, Severity
from rushes.ports.studio import Entity
from rushes.tracking.shows.asked import spoken
from rushes.tracking.shows.planning import OMIT
from rushes.tracking.shows.shot_rows import shots_in_use
from rushes.tracking.shows.state import Show

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts by kind and status (episodes and sequences have none), and what is missing."""

    counts: Mapping[str, int]
    statuses: Mapping[str, Mapping[str, int]]
    findings: Sequence[Finding]


def summary(show: Show) -> Summary:
    """How a show stands."""
    shots = shots_in_use(show)
    groups: dict[str, Sequence[Entity]] = {
        "episode": _living(show.episodes),
        "sequence": _living(show.sequences),
        "shot": shots,
        "asset": _living(show.assets),
        "task": _living(show.tasks),
    }
    statuses = {
        kind: dict(sorted(Counter(str(one.fields["status"]) for one in groups[kind]).items()))
        for kind in ("shot", "asset", "task")
    }
    counts = {kind: len(some) for kind, some in groups.items()}
    return Summary(counts, statuses, list(_missing(show, groups)))


def _missing(show: Show, groups: Mapping[str, Sequence[Entity]]) -> Iterable[Finding]:
    fields = show.project.fields
    if not fields["roots"]:
        yield _note(show.code, "It has no folder.", "Folders are made where --at says.")
    if not fields["shot_grammar"]:
        told = "Nothing says how its shots are called."
        yield _note(show.code, told, "Names in cuts are read as SEQUENCE_SHOT.")
    shots = [one for one in groups["shot"] if one.fields["status"] != OMIT]
    if not shots:
        yield _note(show.code, "It has no shots.", "rushes show import makes them.")
    full = {one.fields["sequence"] for one in groups["shot"]}
    empty = [spoken(show.sequence_keys[one.id]) for one in groups["sequence"] if one.id not in full]
    yield from _some(empty, "sequence", "without shots")
    on_shots, on_assets = show.tasks_of("shot"), show.tasks_of("asset")
    for told, lacking in (
        ("without a frame range", [one for one in shots if one.fields["frame_in"] is None]),
        ("without a cut", [one for one in shots if one.fields["cut_in"] is None]),
        ("without tasks", [one for one in shots if one.id not in on_shots]),
    ):
        yield from _some([spoken(show.shot_keys[one.id]) for one in lacking], "shot", told)
    bare = [str(one.fields["code"]) for one in groups["asset"] if one.id not in on_assets]
    yield from _some(bare, "asset", "without tasks")
    nobody = [str(one.fields["name"]) for one in groups["task"] if not one.fields["assignees"]]
    if nobody:
        yield _note(show.code, f"{len(nobody):,} tasks are nobody's.", "")


def _some(names: Sequence[str], noun: str, told: str) -> Iterable[Finding]:
    if names:
        more = f" … and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        count = f"{len(names):,} {noun}{'' if len(names) == 1 else 's'} {told}"
        yield _note(", ".join(names[:_NAMED]) + more, f"{count}.", "")


def _note(subject: str, told: str, fix: str) -> Finding:
    return Finding("show.missing", Severity.NOTE, subject, told, fix=fix)


def _living(some: Iterable[Entity]) -> list[Entity]:
    return [one for one in some if one.fields["archived"] is None]
