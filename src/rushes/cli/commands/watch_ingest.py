"""`rushes watch-ingest`: drops of a hot folder, taken in as they come."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rushes.cli import exits, s3_options, show
from rushes.cli.face import GivenPath, command
from rushes.cli.ingest.options import taking_in
from rushes.cli.session import Session
from rushes.exchange.wish import Given, Wish

if TYPE_CHECKING:
    from rushes.exchange.hot import HotFolder, Ready


@s3_options.says_profile_of_aws
@command
@click.argument("folder", type=GivenPath(), metavar="FOLDER")
@taking_in
@click.option(
    "--manifest-name",
    default="",
    metavar="NAME",
    help="Wait for a file of this name in each drop (`*` and `?` match), and take it for the"
    " manifest.",
)
@click.option(
    "--report-dir",
    type=GivenPath(),
    metavar="DIR",
    help="Write reports of each drop there: DROP.html, and DROP.problems.html for the sender.",
)
@click.option(
    "--poll",
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="Seconds between two looks.",
)
@click.option("--once", is_flag=True, help="Look once, take in what is whole, and end.")
def watch_ingest(
    session: Session,
    *,
    folder: Path,
    wish: Wish,
    manifest_name: str,
    report_dir: Path | None,
    poll: float,
    once: bool,
) -> int:
    """Take in every folder in FOLDER as a drop, once nothing in it changes any more.

    A drop that was taken in is left alone until it changes. With --once it exits 0 when all was
    ingested or there was nothing to do, 1 when something was refused, 3 when files or records
    could not be reached; else it goes on until it is interrupted.
    """
    from rushes import bootstrap
    from rushes.cli.ingest.running import book_of
    from rushes.exchange.book import number_of
    from rushes.exchange.hot import HotFolder

    place = bootstrap.place(str(folder.expanduser().resolve()))
    key = number_of({"drop": place.root, "show": wish.show_code or wish.project, "target": ""})
    kept = book_of(session) / "hot" / f"{key}.json"
    hot = HotFolder(place, kept, wish.settle, manifest_name)
    while True:
        codes = [
            _taken(session, hot, drop, wish=wish, reports=report_dir) for drop in list(hot.ready())
        ]
        if once:
            return exits.gravest(codes)
        time.sleep(poll)


def _taken(
    session: Session, hot: HotFolder, drop: Ready, *, wish: Wish, reports: Path | None
) -> int:
    """One drop; what keeps it from being taken in is told, and does not end the watch."""
    from rushes.cli.ingest.reporting import check_reports, write_reports
    from rushes.cli.ingest.running import take_in
    from rushes.cli.ingest.sheet import exit_code
    from rushes.core.errors import RushesError

    mine = replace(wish, manifests=(*wish.manifests, *drop.manifests), wait=0)
    written = [reports / f"{drop.folder.name}{end}" for end in (".html", ".problems.html")
               ] if reports is not None else []  # fmt: skip
    try:
        check_reports(written[:1], written[1:], str(drop.folder))
        story = take_in(session, Given(str(drop.folder), mine, resume=True))
        write_reports(story, written[:1], written[1:])
    except RushesError as error:
        _tell(session, drop, "error", {}, f"{error.message} {error.hint}".strip())
        return exits.EXIT_CODES[error.code]
    code = exit_code(story)
    state = {exits.OK: "done", exits.FOUND: "refused"}.get(code, "partial")
    if state != "partial":
        hot.taken(drop)
    _tell(session, drop, state, story.row()["counts"], story.problem)
    return code


def _tell(session: Session, drop: Ready, state: str, counts: dict[str, int], problem: str) -> None:
    from rushes.core.escape import escape

    name = escape(str(drop.folder))
    if session.as_json:
        row = {"drop": name, "state": state, "counts": counts, "problem": problem or None}
        show.json_line("rushes.watch-ingest/1", row)
        return
    told = ", ".join(f"{count:,} {fate}" for fate, count in counts.items())
    show.text(f"{state}  {name}{f': {told}' if told else ''}")
    if problem:
        show.text(f"    {problem}")
