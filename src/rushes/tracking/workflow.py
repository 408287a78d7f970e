"""Which status may follow which: a project's own table by kind, `{kind: {status: [following]}}`.

Kinds without a table may have any status, and any may follow any.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.model.kinds import KINDS
from rushes.tracking.refusing import refused, shown, unknown


def check_workflow(workflow: Mapping[str, Any]) -> None:
    """Raise `field.invalid` where a table makes no sense."""
    kinds = [one.name for one in KINDS.values() if "status" in one.by_name and one.project != "id"]
    for kind, table in workflow.items():
        if kind not in kinds:
            raise unknown(kind, "kind with a status in workflow", kinds)
        if not isinstance(table, dict) or not table:
            raise refused("workflow", f"{kind} must be an object of statuses")
        longest, choices = KINDS[kind].by_name["status"].longest, KINDS[kind].by_name["status"]
        for status, following in table.items():
            if not isinstance(following, list):
                raise refused("workflow", f"{kind}.{shown(status)} must be a list of statuses")
            for one in (status, *following):
                if not isinstance(one, str) or not one or len(one) > (longest or 255):
                    raise refused("workflow", f"{kind}.{shown(status)} names what is no status")
                if choices.choices and one not in choices.choices:
                    raise refused("workflow", f"{kind} has no status {shown(one)}")


def check_first(workflow: Mapping[str, Any], kind: str, status: str) -> None:
    """Raise `field.invalid` where the project's table does not know the status of a new record."""
    table = workflow.get(kind)
    if not status:
        raise refused("status", "is empty")
    if table and status not in (known := _known(table)):
        raise unknown_status(status, kind, known)


def check_next(workflow: Mapping[str, Any], kind: str, *, before: str, after: str) -> None:
    """Raise `field.invalid` where the status may not follow the one before."""
    check_first(workflow, kind, after)
    table = workflow.get(kind)
    # A status that the table has lost leads anywhere: nothing must be stuck in it.
    if not table or before == after or before not in table or after in table[before]:
        return
    following = ", ".join(table[before]) or "none"
    raise refused(
        "status",
        f"{shown(after)} may not follow {shown(before)}",
        hint=f"The project's workflow lets follow: {following}.",
    )


def unknown_status(status: str, kind: str, known: list[str]) -> Exception:
    """There is no such status in the project's table."""
    from difflib import get_close_matches

    near = get_close_matches(status, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
    return refused("status", f"the project has no status {shown(status)} of {kind}s", hint=hint)


def _known(table: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys([*table, *(one for each in table.values() for one in each)]))
