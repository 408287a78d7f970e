"""`rushes reconcile`: records, disk and S3 held against each other."""

from __future__ import annotations

from pathlib import Path

import click

from rushes.cli import face, s3_options
from rushes.cli.face import GivenPath, command
from rushes.cli.reconciling_wish import SCOPES, Wish
from rushes.cli.session import Session

_OPTIONS = (
    click.option("--project", required=True, metavar="CODE", help="The show, by its code."),
    click.option(
        "--scope",
        type=click.Choice(SCOPES),
        default="versions",
        show_default=True,
        help="What is compared: files of versions, or shots or assets as such.",
    ),
    click.option(
        "--context",
        default="",
        metavar="NAME",
        help="What the bucket is for: vendor_out, client_out (what is approved ought to be there),"
        " vendor_in, client_in (nothing ought to); it is also the bucket where none is named.",
    ),
    click.option(
        "--bucket",
        default="",
        metavar="BUCKET",
        help="The bucket, or bucket/folder, that holds the show's own folder. Without it and"
        " --context, S3 is not asked.",
    ),
    click.option(
        "--at",
        type=GivenPath(),
        metavar="DIR",
        help="The show's own folder (default: its root, else CODE in the folder of all shows).",
    ),
    click.option(
        "--rules",
        type=GivenPath(dir_okay=False),
        metavar="FILE",
        help="Rules (TOML) by which entries of different names are one, and what is looked at.",
    ),
    click.option("--tracker", metavar="NAME", help="Ask this tracker for assets, too: trak."),
    click.option("--checksum", is_flag=True, help="Read all bytes, and compare their digests."),
    click.option("--explain", is_flag=True, help="Tell why two entries are one, or nearly so."),
    click.option("--csv", "as_csv", is_flag=True, help="Print CSV, alone, on stdout."),
    click.option("--fix", is_flag=True, help="Print what would mend each row. Nothing is done."),
    s3_options.ENDPOINT,
)


def _run(
    session: Session, *, project: str, scope: str, context: str, bucket: str, at: Path | None,
    rules: Path | None, tracker: str | None, checksum: bool, explain: bool, as_csv: bool, fix: bool,
    endpoint: str,
) -> int:  # fmt: skip
    """Tell where records, disk and S3 differ: what is missing, behind, changed, or nobody's.

    A side that cannot be read is told, and nothing is called missing because of it. Exits 1 when
    something differs, 2 when there is no such show or nothing to compare, 3 when a side could not
    be read. Nothing is changed, with --fix neither.
    """
    from rushes.cli.reconciling import reconciled

    if endpoint:
        from rushes.cli.s3_terms import use_endpoint

        use_endpoint(endpoint)
    wish = Wish(
        project=project,
        scope=scope,
        context=context,
        bucket=bucket,
        at=at,
        rules=rules,
        tracker=tracker,
        checksum=checksum,
        explain=explain,
        as_csv=as_csv,
        fix=fix,
    )
    return reconciled(session, wish)


reconcile = command(face.with_options(_run, _OPTIONS))
