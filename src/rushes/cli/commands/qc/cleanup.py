"""`rushes qc cleanup`: a tree without any trace of quality checks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from rushes.cli import exits, face, show
from rushes.cli.face import command
from rushes.cli.progress import progress
from rushes.cli.qc.cleanup_sheet import amount, document, losses_line, show_plan, show_removed
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.qc.cleanup import Losses, Plan, What, losses, planned
from rushes.qc.cleanup_removal import WORKERS, Removed, remove


@command
@face.paths()
@click.option("--dry-run", "dry", is_flag=True, help="Tell what would be deleted, delete nothing.")
@click.option(
    "--yes",
    "sure",
    count=True,
    help="Do not ask. Given once, files that --glob names and that may be media are refused;"
    " given twice, they are deleted, too.",
)
@click.option("--include-hidden", "hidden", is_flag=True, help="Enter other hidden folders, too.")
@click.option(
    "--glob",
    "globs",
    multiple=True,
    metavar="PATTERN",
    help="Delete files with such names, too (`*` and `?` match). May be given several times.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=WORKERS,
    show_default=True,
    metavar="N",
    help="How many folders are cleaned at the same time.",
)
def cleanup(
    session: Session,
    *,
    paths: tuple[Path, ...],
    dry: bool,
    sure: int,
    hidden: bool,
    globs: tuple[str, ...],
    workers: int,
) -> int:
    """Delete the records, hash caches and locks of quality checks below each PATH.

    These are .qc folders, *.qc.json, .qc.hashcache.json, qc.sequence.json, checkpoints
    (*.qc.checkpoint.json), locks and unfinished files. Whatever else lies in a .qc folder stays,
    and the folder with it; links are neither followed nor deleted, and folders that a run is
    writing to are left out. It tells first what it would delete, and asks: a signed history
    cannot be had back.
    Exits 2 when there is no such folder or nothing to delete in it, 3 when a folder could not be
    read, 4 when something could not be deleted.
    """
    if not dry and not sure and (session.as_json or not _asks()):
        _refuse("Nobody can be asked here whether to delete.", "Add --yes, or look with --dry-run.")
    what = What(globs, hidden, session.settings.scan.ignore)
    with progress("looking") as watched:
        plan = planned(paths, what, progress=watched)
    lost = losses(plan)
    if not session.as_json:
        show_plan(plan, lost, dry=dry)
    done = None
    if plan.places and not dry:
        _confirm(plan, lost, sure)
        with progress("deleting") as watched:
            done = remove(plan, workers=workers, progress=watched)
    if session.as_json:
        show.json("rushes.qc-cleanup/1", {**document(plan, lost, done), "dry_run": dry})
    elif done is not None:
        show_removed(done)
    elif not plan.places:
        show.note(f"Nothing is to be deleted below {', '.join(escape(str(p)) for p in paths)}.")
    return exits.gravest(_exit_codes(plan, done, dry=dry))


def _asks() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _confirm(plan: Plan, lost: Losses, sure: int) -> None:
    """Have it said that all of this is to go. Raises `usage` and `cancelled`."""
    media = any(item.precious for _, item in plan.items())
    if not sure:
        if any(not item.precious for _, item in plan.items()):
            told = f" {losses_line(lost)} are lost for good." if lost != Losses() else ""
            _ask(f"Delete {amount(plan, precious=False)}?{told}")
        if media:
            _ask(f"These may be media: delete {amount(plan, precious=True)}, too?")
    elif media and sure < 2:
        _refuse(
            "--glob names files that may be media; nothing was deleted.",
            "Look at them with --dry-run. Say --yes twice to have them deleted.",
        )


def _ask(question: str) -> None:
    if not click.confirm(question, err=True):
        raise RushesError(Code.CANCELLED, "Nothing was deleted.")


def _refuse(message: str, hint: str) -> NoReturn:
    raise RushesError(Code.USAGE, message, hint=hint)


def _exit_codes(plan: Plan, done: Removed | None, *, dry: bool) -> list[int]:
    codes = [exits.UNAVAILABLE] if plan.unread else []
    if plan.busy and not dry:
        codes.append(exits.NOT_WRITTEN)
    if done is not None:
        codes.append(exits.NOT_WRITTEN if done.failed else exits.OK)
    elif not plan.places and not plan.busy and not plan.unread:
        codes.append(exits.NOT_THERE)
    return codes
