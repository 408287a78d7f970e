"""`rushes ingest run` and `retry`: one drop from its folder to the records."""

from __future__ import annotations

from pathlib import Path

import click

from rushes.cli import exits, s3_options, show
from rushes.cli.face import command, no_db
from rushes.cli.ingest.options import taking_in, use_s3
from rushes.cli.report_option import REPORTS, many_files
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape, unescape
from rushes.exchange.wish import Given, Wish, read_wish

_VENDOR_REPORT = many_files(
    "--vendor-report",
    "vendor_reports",
    "Write the problems alone, for whoever sent the drop (repeatable).",
)


@s3_options.says_profile_of_aws
@command
@click.argument("drop", metavar="DROP")
@taking_in
@click.option("--dry-run", is_flag=True, help="Tell what would become of it, and write nothing.")
@click.option("--quick", is_flag=True, help="With --dry-run: open no file; names and sizes alone.")
@no_db
@click.option(
    "--resume",
    is_flag=True,
    help="Do not hash again what a run that was broken off has hashed, where it looks the same.",
)
@REPORTS
@_VENDOR_REPORT
def run(
    session: Session,
    *,
    drop: str,
    wish: Wish,
    dry_run: bool,
    quick: bool,
    no_db: bool,
    resume: bool,
    reports: tuple[Path, ...],
    vendor_reports: tuple[Path, ...],
) -> int:
    """Take DROP in, a folder or s3://bucket/folder: check it, copy it, record Versions.

    Nothing in the drop is changed. What is no good is refused by itself, the rest is taken. Run
    again after a kill, it goes on where it was. Exits 0 when all was ingested or was there
    already, 1 when something was refused, 2 when there is no such drop or project or a manifest
    cannot be read, 3 when files or records could not be reached, 4 when something could not be
    written.
    """
    given = Given(drop, wish, dry_run=dry_run, quick=quick, no_db=no_db, resume=resume)
    return _told(session, given, reports, vendor_reports)


@s3_options.says_profile_of_aws
@command
@click.argument("number", metavar="INGEST")
@s3_options.ENDPOINT
@REPORTS
@_VENDOR_REPORT
def retry(
    session: Session,
    *,
    number: str,
    endpoint: str,
    reports: tuple[Path, ...],
    vendor_reports: tuple[Path, ...],
) -> int:
    """Take a drop in again with the options that it was asked for with; INGEST is its number.

    It is that of this machine, or the number or the name of `rushes ingest list --all`; one that
    another machine made is retried there. What was hashed and looks the same is not hashed again.
    Exits as `rushes ingest run` does.
    """
    from rushes.cli.ingest.recorded import to_retry

    use_s3(session, endpoint)
    found = to_retry(session, number)
    wish = read_wish(found.order.get("options", {}))
    given = Given(unescape(str(found.order["drop"])), wish, resume=True)
    return _told(session, given, reports, vendor_reports)


def _told(
    session: Session, given: Given, reports: tuple[Path, ...], vendor_reports: tuple[Path, ...]
) -> int:
    from rushes.cli.ingest.running import take_in
    from rushes.cli.ingest.sheet import exit_code, show_story

    wish = given.wish
    if given.no_db and wish.project and wish.show_code and wish.project != wish.show_code:
        show.note(f"No records are asked whose project that is: it is {escape(wish.show_code)}.")
    if reports or vendor_reports:
        from rushes.cli.ingest.reporting import check_reports

        check_reports(reports, vendor_reports, given.drop)
    try:
        story = take_in(session, given)
    except RushesError as error:
        if error.code is not Code.MANIFEST_INVALID:
            raise
        show.error(error, as_json=session.as_json)
        return exits.NOT_THERE  # nothing was done: it is as if the manifest were not there
    if session.as_json:
        show.json("rushes.ingest/1", story.row())
    else:
        show_story(story)
    if reports or vendor_reports:
        from rushes.cli.ingest.reporting import write_reports

        write_reports(story, reports, vendor_reports)
    return exits.gravest([exit_code(story)])
