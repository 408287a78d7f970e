"""Shows as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rushes.cli import show
from rushes.core.escape import escape
from rushes.ports.studio import Entity
from rushes.tracking.shows.summary import Summary

_FIELDS = (
    *("code", "name", "status", "fps", "width", "height", "colour_space"),
    *("frame_start", "frame_end", "handles", "roots", "shot_grammar"),
)


def project_row(fields: Mapping[str, Any], number: int | None) -> dict[str, Any]:
    """A show as JSON; without a number where it is not made yet."""
    told = {name: fields[name] for name in _FIELDS}
    return {"id": number, **told, "archived": fields.get("archived")}


def project_line(fields: Mapping[str, Any]) -> str:
    """A show on one line."""
    return (
        f"{fields['code']}: {fields['name'] or 'no name'}, {fields['fps']} fps,"
        f" {fields['width']}×{fields['height']}, {fields['colour_space']},"
        f" {fields['frame_start']}–{fields['frame_end']}, handles {fields['handles']}"
    )


def show_list(projects: Sequence[Entity]) -> None:
    """A line for each show."""
    show.table(
        [
            [
                str(one.fields["code"]),
                str(one.fields["name"]),
                "archived" if one.fields["archived"] else str(one.fields["status"]),
                f"{one.fields['fps']} fps",
                f"{one.fields['width']}×{one.fields['height']}",
            ]
            for one in projects
        ]
    )
    if not projects:
        show.note("There is none yet: make one with `rushes show create CODE`.")


def show_summary(project: Entity, told: Summary) -> None:
    """A show with its counts, and what it lacks."""
    show.text(project_line(project.fields))
    if project.fields["archived"]:
        show.text(f"archived since {project.fields['archived']}")
    for system, folder in project.fields["roots"].items():
        show.text(f"root on {system}: {escape(folder)}")
    rows = []
    for kind, count in told.counts.items():
        statuses = ", ".join(
            f"{number:,} {name}" for name, number in told.statuses.get(kind, {}).items()
        )
        rows.append([show.counted(count, kind), statuses])
    show.table(rows)
    show.findings(told.findings)


def summary_row(project: Entity, told: Summary) -> dict[str, Any]:
    """A show with its counts as JSON."""
    return {
        "show": project_row(project.fields, project.id),
        "counts": dict(told.counts),
        "statuses": {kind: dict(one) for kind, one in told.statuses.items()},
        "findings": [one.row() for one in told.findings],
    }
