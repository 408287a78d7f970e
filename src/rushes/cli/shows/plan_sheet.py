"""Plans for shows as text and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from rushes.cli import exits, show
from rushes.tracking.shows.applying import Written
from rushes.tracking.shows.asked import spoken
from rushes.tracking.shows.plan import Edit, New, Plan, Ref

_MOST = 200  # lines of a kind; all of them are in the JSON
_LONG = 48
_TOLD = ("frame_in", "frame_out", "cut_in", "cut_out", "handles", "status", "type")


def show_plan(plan: Plan, written: Written | None) -> None:
    """What is, or was, added, changed and left, with findings and a sum; None is a dry run."""
    _lines([_added(one) for one in plan.news if one.kind != "task"])
    _lines([_changed(one) for one in plan.edits])
    _lines([f"left     {spoken(one)}: not in the file; --omit omits it" for one in plan.left])
    show.findings(plan.findings)
    show.text(_sums(plan))
    if written is None:
        show.text("Nothing was written." if not plan.empty else "Nothing would be written.")


def plan_row(plan: Plan, written: Written | None) -> dict[str, Any]:
    """The plan as JSON. `written` are the numbers of what was, null in a dry run."""
    return {
        "show": plan.show,
        "dry_run": written is None,
        "added": [
            {"kind": one.kind, "key": list(one.key), "fields": _plain(one), "at": one.at}
            for one in plan.news
        ],
        "changed": [_edit_row(one) for one in plan.edits if not one.omits],
        "omitted": [_edit_row(one) for one in plan.edits if one.omits],
        "left": [list(one) for one in plan.left],
        "unchanged": [list(one) for one in plan.unchanged],
        "findings": [one.row() for one in plan.findings],
        "written": None
        if written is None
        else {"made": dict(written.made), "changed": dict(written.changed)},
    }


def code_of(plan: Plan) -> int:
    """1 where something was found that somebody ought to look at."""
    return exits.FOUND if plan.worrying else exits.OK


def _lines(lines: list[str]) -> None:
    for line in lines[:_MOST]:
        show.text(show.printable(line))
    if len(lines) > _MOST:
        show.text(f"… and {len(lines) - _MOST:,} more (all of them with --json)")


def _added(one: New) -> str:
    fields = [
        f"{name}={one.fields[name]}" for name in _TOLD if one.fields.get(name) not in (None, "")
    ]
    return f"add      {one.kind} {spoken(one.key)} {' '.join(fields)}".rstrip()


def _changed(one: Edit) -> str:
    fields = [
        f"{each.field}: {_short(each.before)} → {_short(each.after)}" for each in one.differences
    ]
    word = "omit" if one.omits else "change"
    return f"{word:<8} {one.kind} {spoken(one.key)} {'; '.join(fields)}"


def _short(value: Any) -> str:
    text = "none" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


def _sums(plan: Plan) -> str:
    added = Counter(one.kind.replace("_", " ") for one in plan.news)
    parts = [f"{show.counted(count, kind)} added" for kind, count in added.items()]
    omitted = sum(one.omits for one in plan.edits)
    changed = len(plan.edits) - omitted
    for count, told in (
        (changed, "changed"),
        (omitted, "omitted"),
        (len(plan.left), "left alone"),
        (len(plan.unchanged), "unchanged"),
    ):
        if count:
            parts.append(f"{count:,} {told}")
    return f"{plan.show}: {', '.join(parts) or 'nothing to do'}"


def _edit_row(one: Edit) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "key": list(one.key),
        "id": one.id,
        "at": one.at,
        "fields": [
            {"name": each.field, "before": each.before, "after": each.after}
            for each in one.differences
        ],
    }


def _plain(one: New) -> dict[str, Any]:
    """Fields without those that the key tells."""
    return {name: value for name, value in one.fields.items() if not isinstance(value, Ref)}
