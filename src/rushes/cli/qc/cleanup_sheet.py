"""How `rushes qc cleanup` tells what it is to delete, what stays, and what came of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rushes.cli import show
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.qc.cleanup import Item, Kind, Left, Losses, Place, Plan
from rushes.qc.cleanup_removal import Removed

_MOST = 20  # files that are named; all of them are in JSON
_MOST_LEFT = 50


def show_plan(plan: Plan, lost: Losses, *, dry: bool) -> None:
    """What goes, by kind and with the first names; what may be media comes apart, after it."""
    ours = [one for one in plan.items() if not one[1].precious]
    media = [one for one in plan.items() if one[1].precious]
    verb = "Would delete" if dry else "To be deleted"
    if ours:
        show.text(f"{verb}: {_amount([item for _, item in ours])}", bold=True)
        show.table(_kinds([item for _, item in ours]), right=(0,))
        _names(sorted(ours, key=lambda one: one[1].kind is not Kind.CHECKPOINT))
    if media:
        show.text(f"{verb}, and perhaps media: {_amount([item for _, item in media])}", bold=True)
        show.text("  Only --glob names these; no quality check has written them.", colour="yellow")
        _names(media)
    _left("Stays:", plan.kept)
    _left("Left out:", [*plan.busy, *plan.unread])
    if lost != Losses():
        would = "would be" if dry else "will be"
        show.text(f"{losses_line(lost)} {would} lost for good.", colour="yellow")


def show_removed(done: Removed) -> None:
    """What is gone, and what could not be deleted."""
    gone = [show.counted(done.files, "file")] if done.files or not done.folders else []
    if done.folders:
        gone.append(show.counted(done.folders, ".qc folder"))
    show.text(f"Deleted {' and '.join(gone)}, {human_bytes(done.size)}.")
    for one in done.failed[:_MOST_LEFT]:
        show.note(f"Not deleted: {one.path}: {one.reason}.")
    if len(done.failed) > _MOST_LEFT:
        show.note(f"… and {len(done.failed) - _MOST_LEFT:,} more could not be deleted.")


def losses_line(lost: Losses) -> str:
    """`12 records of 3 assets (4 signed; 2 assets passed, 1 failed) and 1 checkpoint`."""
    told = []
    if lost.assets:
        told.append(_records_line(lost))
    if lost.unreadable:
        told.append(f"{show.counted(lost.unreadable, 'sidecar')} that cannot be read")
    if lost.checkpoints:
        told.append(show.counted(lost.checkpoints, "checkpoint"))
    return " and ".join(told)


def _records_line(lost: Losses) -> str:
    told = f"{show.counted(lost.records, 'record')} of {show.counted(lost.assets, 'asset')}"
    told += f" ({lost.signed:,} signed; {show.counted(lost.passed, 'asset')} passed,"
    return f"{told} {lost.failed:,} failed)"


def document(plan: Plan, lost: Losses, done: Removed | None) -> dict[str, Any]:
    """All of it as JSON; `done` is None where nothing was to be deleted but only told."""
    return {
        "dry_run": done is None,
        "planned": [_row(place, item) for place, item in plan.items()],
        "losses": lost._asdict(),
        "kept": [one._asdict() for one in plan.kept],
        "left_out": [one._asdict() for one in (*plan.busy, *plan.unread)],
        "deleted": {
            "files": done.files if done else 0,
            "folders": done.folders if done else 0,
            "bytes": done.size if done else 0,
        },
        "failed": [one._asdict() for one in done.failed] if done else [],
    }


def amount(plan: Plan, *, precious: bool) -> str:
    """`9 files and 2 .qc folders, 12.3 KB`."""
    return _amount([item for _, item in plan.items() if item.precious is precious])


def _amount(items: list[Item]) -> str:
    folders = sum(item.kind is Kind.FOLDER for item in items)
    told = [show.counted(len(items) - folders, "file")] if len(items) > folders else []
    if folders:
        told.append(show.counted(folders, ".qc folder"))
    return f"{' and '.join(told)}, {human_bytes(sum(item.size for item in items))}"


def _kinds(items: list[Item]) -> list[tuple[str, str, str]]:
    counts, sizes = Counter[Kind](), Counter[Kind]()
    for item in items:
        counts[item.kind] += 1
        sizes[item.kind] += item.size
    rows = []
    for kind in Kind:
        if counts[kind]:
            number, _, noun = show.counted(counts[kind], kind.value).partition(" ")
            size = "" if kind is Kind.FOLDER else human_bytes(sizes[kind])
            rows.append((f"  {number}", _plural(noun), size))
    return rows


def _plural(noun: str) -> str:
    return noun.replace("file of --globs", "files of --glob")


def _names(items: list[tuple[Place, Item]]) -> None:
    for place, item in items[:_MOST]:
        show.text(f"    {show.printable(_path(place, item))}")
    if len(items) > _MOST:
        show.text(f"    … and {len(items) - _MOST:,} more (all of them with --json)")


def _left(title: str, left: list[Left]) -> None:
    if not left:
        return
    show.text(title)
    for one in left[:_MOST_LEFT]:
        show.text(f"    {show.printable(one.path)}: {one.reason}")
    if len(left) > _MOST_LEFT:
        show.text(f"    … and {len(left) - _MOST_LEFT:,} more (all of them with --json)")


def _row(place: Place, item: Item) -> dict[str, Any]:
    return {
        "path": _path(place, item),
        "kind": item.kind.value,
        "bytes": item.size,
        "perhaps_media": item.precious,
    }


def _path(place: Place, item: Item) -> str:
    return escape(str(place.path / item.name))
