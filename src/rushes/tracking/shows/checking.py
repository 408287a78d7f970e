"""A plan held against the rules of records before anything of it is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.model.kinds import KINDS
from rushes.ports.studio import Access, Change
from rushes.tracking.drafts import drafted, planned
from rushes.tracking.permissions import Verb, check_scope
from rushes.tracking.shows.asked import spoken
from rushes.tracking.shows.plan import Edit, New, Plan, Ref, resolved
from rushes.tracking.shows.refusing import Wrong, refuse
from rushes.tracking.shows.state import Show

_PROVISIONAL = 1 << 62  # numbers that no database has given yet


def checked(plan: Plan, show: Show, *, name: str, access: Access) -> Plan:
    """The plan, where all of it may be written. Whatever may not is told at once.

    By the same rules as the write itself, so that one that begins also ends. Raises
    `field.invalid` with each place in the file called `name`, and `access.denied`.
    """
    ids, rows = _numbered(plan, show)
    look = _Look(rows)
    wrong = [found for one in plan.news if (found := _refused_new(one, ids, look, access))]
    wrong += [found for one in plan.edits if (found := _refused_edit(one, look, access))]
    refuse(name, wrong)
    return plan


def _numbered(plan: Plan, show: Show) -> tuple[dict[Ref, int], dict[str, dict[int, Any]]]:
    """Numbers for all records of the plan, and what checks look up of them."""
    project = {**show.project.fields, "project": show.project.id}
    for edit in plan.edits:
        if edit.kind == "project":
            project |= {one.field: one.after for one in edit.differences}
    ids: dict[Ref, int] = {**plan.known, Ref("project", ()): plan.project}
    groups = {
        "task_type": show.types,
        "episode": show.episodes,
        "sequence": show.sequences,
        "asset": show.assets,
        "shot": show.shots,
    }
    rows: dict[str, dict[int, Any]] = {
        kind: {one.id: {"archived": None, **one.fields} for one in some}
        for kind, some in groups.items()
    }
    rows["project"] = {plan.project: project}
    for at, new in enumerate(plan.news):
        number = _PROVISIONAL + at
        ids[Ref(new.kind, new.key)] = number
        row = {"id": number, "revision": 1, "project": plan.project, "archived": None}
        rows.setdefault(new.kind, {})[number] = {**row, "code": new.key[-1]}
    return ids, rows


class _Look:
    """`drafts.Look` of records that are there, and of those that will be."""

    def __init__(self, rows: Mapping[str, Mapping[int, Any]]) -> None:
        self.held = rows

    def rows(self, kind: str, ids: Collection[int]) -> Mapping[int, Any]:
        """Those that are there."""
        held = self.held.get(kind, {})
        return {one: held[one] for one in ids if one in held}


def _refused_new(new: New, ids: Mapping[Ref, int], look: _Look, access: Access) -> Wrong | None:
    check_scope(access, new.kind, Verb.CREATE)
    refs = [value for value in new.fields.values() if isinstance(value, Ref)]
    lacking = [value for value in refs if value not in ids]
    if lacking:
        return Wrong(new.at, _no_type(lacking[0], look))
    try:
        drafted(KINDS[new.kind], [resolved(new, ids)], look=look, access=access)
    except RushesError as error:
        return _wrong(error, f"{new.kind} {spoken(new.key)}", new.at)
    return None


def _refused_edit(edit: Edit, look: _Look, access: Access) -> Wrong | None:
    check_scope(access, edit.kind, Verb.UPDATE)
    kind = KINDS[edit.kind]
    before = {"archived": None, **look.held[edit.kind][edit.id]}
    change = Change(edit.id, {one.field: one.after for one in edit.differences}, edit.revision)
    if edit.kind == "project":
        before |= {one.field: one.before for one in edit.differences}
    try:
        planned(kind, [change], {edit.id: before}, look=look, access=access)
    except RushesError as error:
        return _wrong(error, f"{edit.kind} {spoken(edit.key)}", edit.at)
    return None


def _wrong(error: RushesError, what: str, at: str) -> Wrong:
    if error.code is not Code.FIELD_INVALID:
        raise error
    hint = f" {error.hint}" if error.hint else ""
    return Wrong(at, f"{what}: {error.message}{hint}")


def _no_type(ref: Ref, look: _Look) -> str:
    from difflib import get_close_matches

    there = sorted({one["code"] for one in look.held["task_type"].values()})
    near = get_close_matches(str(ref.key[-1]), there, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(there) or 'none'}."
    return f"there is no type of work {ref.key[-1]!r}. {hint}"
