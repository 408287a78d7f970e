"""`rushes qc crawl`: what is new or changed, read, judged and recorded."""

from __future__ import annotations

from pathlib import Path

import click

from rushes.cli import face
from rushes.cli.face import command
from rushes.cli.qc.crawl_run import crawl_paths
from rushes.cli.qc.options import Given, recording
from rushes.cli.session import Session
from rushes.core import logs
from rushes.model.signoff import Result


@command
@face.paths()
@click.option(
    "--result",
    type=click.Choice([one.value for one in Result]),
    help="Sign everything off with this result; without it, what is new or changed is pending.",
)
@click.option(
    "--policy", metavar="NAME|FILE", help="Also hold everything that is recorded against it."
)
@click.option("--pixels", is_flag=True, help="Decode pixels and sound, too, for rules about them.")
@click.option(
    "--deep",
    is_flag=True,
    help="Read every byte again, and find what changed though size and time did not.",
)
@click.option(
    "--fail-on",
    type=face.OneOf("warning", "error", warn="warning"),
    help="Exit 1 when a record written now has findings as bad as this, or worse; `warn` is"
    " `warning`.",
)
@click.option("--trak", is_flag=True, help="Look assets up in Trak and post results there.")
@click.option("--trak-url", metavar="URL", help="Where Trak's API is (or set TRAK_BASE_URL).")
@click.option("--trak-token", metavar="TOKEN", help="A token for Trak (or set TRAK_TOKEN).")
@click.option(
    "--log",
    "log_level",
    type=click.Choice(["DEBUG", "INFO", "WARN", "ERROR"], case_sensitive=False),
    help="Also tell on stderr what is logged, from this level on.",
)
@face.expect
@face.no_db
@face.walking
@recording
def crawl(
    session: Session,
    *,
    paths: tuple[Path, ...],
    given: Given,
    result: str | None,
    policy: str | None,
    pixels: bool,
    deep: bool,
    fail_on: str | None,
    trak: bool,
    trak_url: str | None,
    trak_token: str | None,
    log_level: str | None,
    expect: str | None,
    no_db: bool,
) -> int:
    """Look for assets that are new or changed below each PATH, and record them beside the media.

    An asset is a single file or a file sequence. What is unchanged is not read, and nothing is
    written of it. Media is never modified. Exits 1 when bytes changed though size and time did
    not, or when a sidecar makes no sense (it is left alone); 2 when there is nothing to record; 3
    when a part could not be read or the database is out of reach; 4 when records could not be
    written.
    """
    if log_level is not None:
        logs.aloud(log_level.upper())
    session.flags |= {"trak.base_url": trak_url, "trak.token": trak_token}
    wanted = Result(result) if result and result != Result.PENDING.value else None
    return crawl_paths(
        session,
        paths,
        given,
        result=wanted,
        policy=policy,
        pixels=pixels,
        deep=deep,
        fail_on=fail_on,
        trak=trak,
        expect=expect,
        no_db=no_db,
    )
