"""`rushes usd`: the layers that compose what was published."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import exits, face, show
from rushes.cli.face import command
from rushes.cli.progress import progress
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.model.finding import Severity


@click.group()
def usd() -> None:
    """Look after the USD layers of publishes."""


@command
@face.paths()
def check(session: Session, *, paths: tuple[Path, ...]) -> int:
    """Open layers, those in folders, and all that they compose, and tell what is wrong.

    Broken and missing layers, links that lead nowhere or are absolute, layers below themselves,
    rates and axes that differ, and layers not of the expected form. Nothing is changed. Exits 1
    when anything is found, 2 when there is no layer, 3 when USD is not installed (extra `usd`).
    """
    from rushes.publish.usd_check import check as checked

    with progress("opening layers") as watched:
        done = checked(paths, progress=watched)
    if session.as_json:
        row = {"layers": list(done.layers), "findings": [one.row() for one in done.findings]}
        show.json("rushes.usd-check/1", row)
    else:
        show.findings(done.findings)
        bad = sum(one.severity is Severity.ERROR for one in done.findings)
        told = show.counted(len(done.findings), "finding")
        if done.findings:
            told += f", {show.counted(bad, 'error')} among them" if bad else ", no error among them"
        show.text(f"{show.counted(len(done.layers), 'layer')}: {told}.")
    return exits.FOUND if done.findings else exits.OK


@command
@click.option("--show", "show_", required=True, metavar="SHOW", help="The show.")
@click.option("--shot", default="", metavar="SHOT", help="The sequence of this shot.")
@click.option("--seq", default="", metavar="SEQ", help="This sequence; without both, all of them.")
@click.option("--dry-run", is_flag=True, help="Tell which layers would be written, and write none.")
@click.option(
    "--thorough", is_flag=True, help="Read all items, also those that are in use already."
)
@click.option("--replace", is_flag=True, help="Write over layers that somebody else has made.")
def rebuild(
    session: Session,
    *,
    show_: str,
    shot: str,
    seq: str,
    dry_run: bool,
    thorough: bool,
    replace: bool,
) -> int:
    """Make the layers of a show's sequences again from the records, and write those that differ.

    Layers of a sequence belong together, so a shot is rebuilt with all others of its own. Items are
    never touched. Exits 1 when anything is wrong with items or layers, 2 when the show or shot is
    not on record or no part of it was published as USD, 3 when USD is not installed (extra `usd`).
    """
    from rushes.cli.usd_rebuilding import rebuilt_row, rebuilt_sequences, show_rebuilt

    if session.settings.server.url:
        raise RushesError(
            Code.USAGE,
            "Layers are rebuilt where the records are: a server shows everybody only their own.",
            hint="Run it on the server, without server.url. Publishing rebuilds them there, too.",
        )
    with closing(bootstrap.studio(session.settings)) as studio, progress("rebuilding") as watched:
        done = rebuilt_sequences(
            studio,
            show_,
            shot=shot,
            sequence=seq,
            dry_run=dry_run,
            thorough=thorough,
            replace=replace,
            progress=watched,
        )
    if session.as_json:
        show.json("rushes.usd-rebuild/1", rebuilt_row(done, dry_run=dry_run))
    else:
        show_rebuilt(done, dry_run=dry_run)
    if not done.written and not done.unchanged and not done.findings:
        show.note("No part is on record there, so there is no layer to make: nothing was done.")
        return exits.NOT_THERE
    return exits.FOUND if done.findings else exits.OK


rebuild.short_help = "Make layers again from the records."
usd.add_command(rebuild)
check.short_help = "Open layers, and tell what is broken in or below them."
usd.add_command(check)
