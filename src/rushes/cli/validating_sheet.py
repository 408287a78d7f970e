"""Names and paths that were held against rules, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rushes.cli import show
from rushes.core.escape import escape
from rushes.exchange.validate_names import Judged
from rushes.exchange.validate_paths import JudgedPath
from rushes.model.finding import Finding


def show_names(found: Sequence[Judged], *, of: int | None = None) -> None:
    """Names, what is wrong with them, and what they should be; `of` so many that were looked at."""
    for one in found:
        if one.fine:
            templates = ", ".join(fit.template for fit in one.fits)
            show.text(f"{show.styled('fits', 'green')}  {escape(one.name)}: {templates}")
        else:
            _show_wrong(one.where or escape(one.name), one.name, one.findings, one.right)
    wrong = sum(not one.fine for one in found)
    show.text(f"{show.counted(len(found) if of is None else of, 'name')}, {wrong:,} of them wrong")


def show_paths(found: Sequence[JudgedPath]) -> None:
    """Paths, the folder templates that they follow, and what is wrong with them."""
    for one in found:
        if not one.findings:
            show.text(f"{show.styled('fits', 'green')}  {escape(one.path)}: {one.template}")
        else:
            _show_wrong(escape(one.path), one.path, one.findings, one.right)
    wrong = sum(bool(one.findings) for one in found)
    show.text(f"{show.counted(len(found), 'path')}, {wrong:,} of them wrong")


def name_row(one: Judged) -> dict[str, Any]:
    """A name as `rushes validate names --json` and `names-batch --json` have it."""
    return {
        "name": escape(one.name),
        "where": one.where,
        "ok": one.fine,
        "fits": [{"template": fit.template, "values": dict(fit.values)} for fit in one.fits],
        "right": escape(one.right) or None,
        "findings": [found.row() for found in one.findings],
    }


def path_row(one: JudgedPath) -> dict[str, Any]:
    """A path as `rushes validate paths --json` has it."""
    return {
        "path": escape(one.path),
        "ok": not one.findings,
        "template": one.template or None,
        "right": escape(one.right) or None,
        "findings": [found.row() for found in one.findings],
    }


def _show_wrong(where: str, name: str, findings: Sequence[Finding], right: str) -> None:
    for finding in findings:
        show.text(f"{show.styled('wrong', 'red')} {where}: {finding.message}")
    if where != escape(name) and name:
        show.text(f"      name:  {escape(name)}", colour="bright_black")
    if right:
        show.text(f"      right: {escape(right)}")
