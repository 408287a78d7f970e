"""`rushes mhl`: ASC MHL hash lists, written and checked."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.face import command
from rushes.cli.mhl import given, sheets
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.core.escape import escape
from rushes.transfer.mhl import create as creating
from rushes.transfer.mhl import verify as checking
from rushes.transfer.mhl.commit import Told
from rushes.transfer.mhl.generation import FORMATS, Author
from rushes.transfer.mhl.history import check_references
from rushes.transfer.mhl.tree import read_tree, required


@click.group()
def mhl() -> None:
    """Write and check ASC MHL hash lists: what was there, generation after generation."""


@command
@given.root
@click.option(
    "-h",
    "--hash",
    "formats",
    multiple=True,
    default=("xxh64",),
    show_default=True,
    type=click.Choice(FORMATS),
    help="The hash to record; may be given several times.",
)
@click.option("--author-name", default="", metavar="NAME", help="Who makes the generation.")
@click.option("--author-email", default="", metavar="ADDRESS", help="How to reach them.")
@click.option("--comment", default="", metavar="TEXT", help="What to say of it.")
@click.option("--location", default="", metavar="TEXT", help="Where it is made.")
@given.ignore
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@given.hashing
def create(
    session: Session,
    *,
    root: Path,
    formats: Sequence[str],
    author_name: str,
    author_email: str,
    comment: str,
    location: str,
    ignore: Sequence[str],
    dry_run: bool,
) -> int:
    """Hash all files below ROOT, and record them in a new generation in ROOT/ascmhl.

    Files that are on record are compared. Histories in folders below get a generation of their
    own. Patterns are kept for later generations. Exits 1 when a file is not what was recorded or
    is missing, or when its name cannot be recorded, 2 when there is no such folder or no file in
    it, 3 when a file could not be read, 4 when the hash list could not be written.
    """
    author = Author(author_name, author_email) if author_name or author_email else None
    told = Told(author, location, comment, (*given.ARTEFACTS, *ignore))
    with progress("hashing") as watched:
        made = creating.plan(
            bootstrap.storage(), given.folder(root), formats, told, progress=watched
        )
        if dry_run:
            done = sheets.planned(made)
        else:
            with closing(bootstrap.executor(session.settings)) as executor:
                done = creating.apply(made, executor, progress=watched)
    if session.as_json:
        show.json("rushes.mhl-create/1", sheets.created_row(done, dry_run=dry_run))
    else:
        sheets.show_created(done, dry_run=dry_run)
    return sheets.created_code(done)


@command
@given.root
@given.ignore
@given.hashing
def verify(session: Session, *, root: Path, ignore: Sequence[str]) -> int:
    """Hash all files below ROOT anew, and hold them against what was first recorded of them.

    Manifests are held against their chains. Exits 1 when a file is changed, missing or new or a
    history is broken, 2 when there is no history or nothing to verify, 3 when something could not
    be read.
    """
    place = given.folder(root)
    left_out = (*given.ARTEFACTS, *ignore)
    with (
        closing(bootstrap.executor(session.settings)) as executor,
        progress("verifying") as watched,
    ):
        done = checking.verify(bootstrap.storage(), place, left_out, executor, progress=watched)
    return _told(session, done, place, schema="rushes.mhl-verify/1")


@command
@given.root
@given.ignore
def diff(session: Session, *, root: Path, ignore: Sequence[str]) -> int:
    """Tell which files below ROOT are new or missing, without hashing any.

    Exits 1 when there are such files or a history is broken, 2 when there is no history or nothing
    to compare, 3 when something could not be read.
    """
    place = given.folder(root)
    left_out = (*given.ARTEFACTS, *ignore)
    with progress("looking") as watched:
        done = checking.diff(bootstrap.storage(), place, left_out, progress=watched)
    return _told(session, done, place, schema="rushes.mhl-diff/1", read=False)


def _told(
    session: Session, done: checking.Checked, place: Path, *, schema: str, read: bool = True
) -> int:
    if session.as_json:
        show.json(schema, sheets.checked_row(done, str(place)))
    else:
        sheets.show_checked(done, read=read)
    return sheets.checked_code(done)


@command
@given.root
def history(session: Session, *, root: Path) -> int:
    """List the generations of ROOT's history, and of those in folders below.

    Exits 1 when a history is broken, 2 when there is none.
    """
    place = given.folder(root)
    with progress("looking") as watched:
        tree = read_tree(bootstrap.storage(), place, given.ARTEFACTS, progress=watched)
    required(tree.top.history)
    references = list(check_references(tree.histories))
    if session.as_json:
        rows = [sheets.history_row(one) for one in tree.histories]
        told = {"histories": rows, "findings": [one.row() for one in references]}
        show.json("rushes.mhl-history/1", {"root": escape(str(place)), **told})
    else:
        for one in tree.histories:
            sheets.show_history(one)
        show.findings(references)
    broken = references or any(one.problems for one in tree.histories)
    return exits.FOUND if broken else exits.OK


create.context_settings = {
    "help_option_names": ["--help"]
}  # -h is the hash, as other tools have it
for one in (create, verify, diff, history):
    mhl.add_command(one)
