"""Folders of shows as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rushes.cli import exits, show
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.tracking.shows.folder_making import FolderPlan

_MOST = 200


def show_folders(plan: FolderPlan, odd: Sequence[Finding], made: Sequence[str] | None) -> None:
    """A line for each folder that was made, or would be where `made` is None."""
    names = plan.make if made is None else made
    for name in names[:_MOST]:
        show.text(f"{'make' if made is None else 'made'}  {escape(name)}")
    if len(names) > _MOST:
        show.text(f"… and {len(names) - _MOST:,} more (all of them with --json)")
    show.findings([*odd, *plan.findings])
    did = "would be made. Nothing was." if made is None else "made"
    show.text(
        f"{escape(str(plan.root))}: {show.counted(len(plan.there), 'folder')} there,"
        f" {len(names):,} {did}"
    )


def folders_row(
    code: str, plan: FolderPlan, odd: Sequence[Finding], made: Sequence[str] | None
) -> dict[str, Any]:
    """The plan and what came of it as JSON; `made` is null in a dry run."""
    return {
        "show": code,
        "root": escape(str(plan.root)),
        "dry_run": made is None,
        "make": list(plan.make),
        "there": list(plan.there),
        "made": None if made is None else list(made),
        "findings": [one.row() for one in (*odd, *plan.findings)],
    }


def code_of(plan: FolderPlan, odd: Sequence[Finding]) -> int:
    """1 where a folder could not be made, or has a name that does harm."""
    found = (*odd, *plan.findings)
    worrying = any(one.severity is not Severity.NOTE for one in found)
    return exits.FOUND if worrying else exits.OK
