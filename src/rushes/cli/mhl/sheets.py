"""Generations, plans and checks of hash lists as text and as JSON."""

from __future__ import annotations

from typing import Any

from rushes.cli import exits, show
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.transfer.mhl.create import Created, Plan
from rushes.transfer.mhl.generation import Generation
from rushes.transfer.mhl.history import History
from rushes.transfer.mhl.verify import Checked


def created_row(done: Created, *, dry_run: bool) -> dict[str, Any]:
    """`rushes mhl create --json`."""
    made = done.plan
    return {
        "root": escape(str(made.tree.root)),
        "dry_run": dry_run,
        "formats": list(made.formats),
        "files": len(made.wanted),
        "bytes": made.size,
        "new": made.new,
        "verified": done.verified,
        "generations": [
            {
                "below": escape(one.below or "."),
                "number": one.number,
                "manifest": escape(one.manifest),
                "files": one.files,
            }
            for one in done.written
        ],
        "findings": [
            one.row() for one in (*done.refused, *done.failed, *made.missing, *made.notes)
        ],
    }


def show_created(done: Created, *, dry_run: bool) -> None:
    """What was written, or why nothing was."""
    made = done.plan
    show.findings([*done.refused, *done.failed, *made.missing, *made.notes])
    files = f"{show.counted(len(made.wanted), 'file')} ({human_bytes(made.size)})"
    if done.refused:
        show.text("Nothing was written: a generation is whole, and follows on a sound history.")
        return
    if dry_run:
        count = len(made.tree.histories)
        show.text(
            f"{files} would be hashed in {', '.join(made.formats)}, {made.new:,} of them for the"
            f" first time, and {show.counted(count, 'generation')} written. Nothing was done."
        )
        return
    for one in done.written:
        show.text(f"{escape(one.manifest)}: {show.counted(one.files, 'file')}")
    show.text(
        f"{files} hashed: {done.original:,} for the first time, {done.verified:,} verified,"
        f" {len(done.failed):,} changed; {len(made.missing):,} missing."
    )


def created_code(done: Created) -> int:
    """1 where a file is not what was recorded, or gone; 3 where one could not be recorded."""
    if done.refused:
        return _refused_code(done)
    return exits.FOUND if done.failed or done.plan.missing else exits.OK


def _refused_code(done: Created) -> int:
    unread = any(one.rule == "mhl.unreadable" for one in done.refused)
    return exits.UNAVAILABLE if unread else exits.FOUND


def planned(made: Plan) -> Created:
    """A plan that nothing has come of."""
    return Created(made, refused=list(made.refused))


def checked_row(done: Checked, root: str) -> dict[str, Any]:
    """`rushes mhl verify --json`, and `diff`."""
    return {
        "root": escape(root),
        "histories": len(done.histories),
        "generations": sum(len(one.generations) for one in done.histories),
        "files": done.files,
        "bytes": done.size,
        "verified": done.verified,
        "findings": [one.row() for one in (*done.unread, *done.findings, *done.notes)],
    }


def show_checked(done: Checked, *, read: bool) -> None:
    """What differs, and how much does not."""
    show.findings([*done.unread, *done.findings, *done.notes])
    rules = [one.rule for one in done.findings]
    changed, new, gone = (rules.count(f"mhl.{name}") for name in ("changed", "new", "missing"))
    others = len(rules) - changed - new - gone
    told = [f"{new:,} new", f"{gone:,} missing"]
    if read:
        told[:0] = [
            f"{done.verified:,} verified ({human_bytes(done.size)})",
            f"{changed:,} changed",
        ]
    if others:
        told.append(f"{show.counted(others, 'problem')} with the history itself")
    if done.unread:
        told.append(f"{len(done.unread):,} could not be read")
    aside = "" if read else " Nothing was hashed."
    show.text(f"{show.counted(done.files, 'file')}: {', '.join(told)}.{aside}")


def checked_code(done: Checked) -> int:
    """1 where anything differs, 3 where something could not be read."""
    return exits.FOUND if done.findings else exits.UNAVAILABLE if done.unread else exits.OK


def history_row(history: History) -> dict[str, Any]:
    """One history of `rushes mhl history --json`."""
    return {
        "below": escape(history.below or "."),
        "generations": [_generation_row(one) for one in history.generations],
        "findings": [one.row() for one in history.problems],
    }


def _generation_row(one: Generation) -> dict[str, Any]:
    creator = one.creator
    return {
        "number": one.number,
        "manifest": escape(one.file),
        "created": creator.created,
        "host": creator.host,
        "tool": creator.tool,
        "tool_version": creator.tool_version,
        "authors": [author._asdict() for author in creator.authors],
        "location": creator.location,
        "comment": creator.comment,
        "process": one.process,
        "files": one.files,
        "folders": len(one.entries) - one.files,
        "formats": sorted({each.format for entry in one.entries for each in entry.hashes}),
        "ignore": list(one.ignore),
        "references": [escape(each.path) for each in one.references],
    }


def show_history(history: History) -> None:
    """One history: a line for each generation."""
    show.text(escape(str(history.root / history.below)), bold=True)
    rows = []
    for one in history.generations:
        row = _generation_row(one)
        names = ", ".join(author.name or author.email for author in one.creator.authors)
        formats = ", ".join(row["formats"])
        cells = (
            f"{one.number:,}",
            one.creator.created,
            f"{one.creator.tool} {one.creator.tool_version}".strip(),
            one.creator.host,
            names or "-",
            one.process,
            show.counted(one.files, "file"),
            formats or "-",
            one.creator.comment,
        )
        rows.append([show.printable(cell) for cell in cells])
    show.table([[f"  {row[0]}", *row[1:]] for row in rows], right=(6,))
    show.findings(history.problems)
