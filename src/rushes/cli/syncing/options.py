"""The options of both syncs, and what they came to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import click

from rushes.cli import s3_options
from rushes.cli.face import GivenPath, command, with_options
from rushes.cli.report_option import REPORTS
from rushes.cli.session import Session

ENGINES = ("obstore", "s5cmd")

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--bucket", required=True, metavar="NAME", help="The bucket."),
    click.option(
        "--show-code", default="", metavar="CODE", help="The show: the folder in the bucket."
    ),
    click.option(
        "--folder",
        default="",
        metavar="PATH",
        help="The folder to sync, below the show in the bucket and below --local-path here.",
    ),
    click.option(
        "--local-path",
        required=True,
        type=GivenPath(),
        metavar="DIR",
        help="The folder here; it has to be there.",
    ),
    s3_options.ENDPOINT,
    click.option(
        "--include",
        "includes",
        multiple=True,
        metavar="GLOB",
        help="Sync only what fits: a path, a name or a folder's name (repeatable).",
    ),
    click.option(
        "--exclude",
        "excludes",
        multiple=True,
        metavar="GLOB",
        help="Leave out what fits, on both sides (repeatable).",
    ),
    click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing."),
    click.option("--delete", is_flag=True, help="Delete at the target what the source lacks."),
    click.option("--yes", is_flag=True, help="With --delete: also when the source is empty."),
    click.option("--replace", is_flag=True, help="Replace what others put there or changed there."),
    click.option(
        "--checksum", is_flag=True, help="Compare bytes; believe no size, time, tag or ledger."
    ),
    click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default=ENGINES[0],
        show_default=True,
        help="What carries small files up. Large ones we send ourselves.",
    ),
    REPORTS,
    s3_options.BANDWIDTH,
    click.option(
        "--workers",
        type=click.IntRange(min=1, max=256),
        default=16,
        show_default=True,
        metavar="N",
        help="How many files are moved at once; more help small files over long distances.",
    ),
)
UPLOADING: tuple[Callable[[Any], Any], ...] = (s3_options.STORAGE_CLASS, s3_options.SSE)


class Wish(NamedTuple):
    """Those options."""

    bucket: str
    local_path: Path
    show_code: str = ""
    folder: str = ""
    endpoint: str = ""
    profile: str = ""
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    dry_run: bool = False
    delete: bool = False
    yes: bool = False
    replace: bool = False
    checksum: bool = False
    engine: str = ENGINES[0]
    reports: tuple[Path, ...] = ()
    bandwidth: str = ""
    workers: int = 16
    storage_class: str = ""
    sse: str = ""


def syncing(
    *more: Callable[[Any], Any],
) -> Callable[[Callable[[Session, Wish], int]], click.Command]:
    """Make a function a command with all these options; `more` are its own.

    `--profile` is AWS's here, as its tools have it. Settings' profiles go by RUSHES_PROFILE.
    """

    def made(function: Callable[[Session, Wish], int]) -> click.Command:
        @wraps(function)
        def run(session: Session, **given: Any) -> int:
            profile, session.profile = session.profile or "", None
            return function(session, Wish(profile=profile, **given))

        return s3_options.says_profile_of_aws(command(with_options(run, (*_OPTIONS, *more))))

    return made
