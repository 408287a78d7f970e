"""The options of everything that delivers, and what they came to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from rushes.cli import s3_options
from rushes.cli.face import GivenPath, command, with_options
from rushes.cli.filled import filled
from rushes.cli.report_option import REPORTS
from rushes.cli.session import Session
from rushes.exchange.delivery.order import CONTEXTS, Shape, SignOff

PROJECT: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--project",
        default="",
        callback=filled,
        metavar="NAME",
        help="The project, by code or title.",
    ),
    click.option(
        "--show-code", default="", callback=filled, metavar="CODE", help="The project's code."
    ),
)
STATUSES = click.option(
    "--statuses",
    multiple=True,
    callback=filled,
    metavar="STATUS…",
    help="What counts as approved (default: approved and client_approved).",
)
CHOOSING: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--episodes",
        multiple=True,
        callback=filled,
        metavar="CODE…",
        help="Only these episodes.",
    ),
    click.option(
        "--sequences",
        multiple=True,
        callback=filled,
        metavar="CODE…",
        help="Only these sequences.",
    ),
    click.option(
        "--shots",
        multiple=True,
        callback=filled,
        metavar="CODE…",
        help="Only these shots: sh010, or sq010/sh010.",
    ),
    click.option(
        "--playlist",
        default="",
        callback=filled,
        metavar="NAME",
        help="The Versions of this playlist.",
    ),
    click.option(
        "--all", "every", is_flag=True, help="All approved Versions of a task, not its latest."
    ),
)
DELIVERING: tuple[Callable[[Any], Any], ...] = (
    STATUSES,
    click.option(
        "--context",
        required=True,
        type=click.Choice(CONTEXTS),
        help="Who gets it: it decides on names, on the bucket, and on what was sent before.",
    ),
    click.option(
        "--output",
        default="",
        callback=filled,
        metavar="FILE.zip|DIR|s3://…",
        help="Where the package is made: an archive, or below a folder or a prefix.",
    ),
    click.option(
        "--layout",
        type=click.Choice([one.value for one in Shape]),
        help="One archive, or a folder (default: a folder below DIR, an archive elsewhere).",
    ),
    click.option(
        "--manifest",
        type=GivenPath(),
        metavar="STEM",
        help="Also write the manifest to STEM.json and STEM.csv.",
    ),
    click.option(
        "--bucket",
        metavar="NAME",
        help="Upload it there (default: deliver.buckets of the context); - does not upload.",
    ),
    s3_options.ENDPOINT,
    s3_options.BANDWIDTH,
    s3_options.STORAGE_CLASS,
    s3_options.SSE,
    click.option(
        "--sign-off",
        type=click.Choice([one.value for one in SignOff]),
        default=SignOff.REQUIRED.value,
        show_default=True,
        help="What vouches for media: a pass that a trusted key signed, any pass, or nothing.",
    ),
    click.option(
        "--allow-partial", is_flag=True, help="Deliver the rest where Versions are refused."
    ),
    click.option("--full", is_flag=True, help="Send what they have already, too."),
    click.option("--dry-run", is_flag=True, help="Tell what would be delivered; write nothing."),
    click.option("--check", is_flag=True, help="Read every byte before anything is packed."),
    click.option(
        "--pictures/--no-pictures",
        default=True,
        help="Whether a contact sheet and a delivery note go with it (they do).",
    ),
    REPORTS,
    click.option(
        "--max-workers",
        type=click.IntRange(min=1, max=256),
        default=8,
        show_default=True,
        metavar="N",
        help="How many files are read at once where they are read beforehand.",
    ),
)
_SEVERAL = ("--episodes", "--sequences", "--shots", "--statuses")


@dataclass(frozen=True, slots=True)
class Wish:
    """Those options."""

    context: str
    project: str = ""
    show_code: str = ""
    episodes: tuple[str, ...] = ()
    sequences: tuple[str, ...] = ()
    shots: tuple[str, ...] = ()
    playlist: str = ""
    every: bool = False
    statuses: tuple[str, ...] = ()
    output: str = ""
    layout: str | None = None
    manifest: Path | None = None
    bucket: str | None = None
    endpoint: str = ""
    profile: str = ""
    bandwidth: str = ""
    storage_class: str = ""
    sse: str = ""
    sign_off: str = SignOff.REQUIRED.value
    allow_partial: bool = False
    full: bool = False
    dry_run: bool = False
    check: bool = False
    pictures: bool = True
    reports: tuple[Path, ...] = ()
    max_workers: int = 8


class _Spreading(click.Command):
    """A command with options that take several values after one flag: `--episodes EP01 EP02`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Write the flag before each of its values, as click wants it."""
        return super().parse_args(ctx, list(spread(args)))


def spread(args: Sequence[str]) -> Iterable[str]:
    """The arguments with `--episodes EP01 EP02` as `--episodes EP01 --episodes EP02`."""
    flag, count = "", 0
    for at, one in enumerate(args):
        if one == "--":
            yield from args[at:]
            return
        if one.startswith("-") and one != "-":
            flag, count = one if one in _SEVERAL else "", 0
        elif flag:
            count += 1
            if count > 1:
                yield flag
        yield one


def delivering(
    *more: Callable[[Any], Any],
) -> Callable[[Callable[[Session, Wish], int]], click.Command]:
    """Make a function a command with all these options; `more` are its own.

    `--profile` is AWS's here, as for `rushes sync`.
    """

    def made(function: Callable[[Session, Wish], int]) -> click.Command:
        @wraps(function)
        def run(session: Session, **given: Any) -> int:
            profile, session.profile = session.profile or "", None
            names = {one.name for one in fields(Wish)}
            wished = {name: value for name, value in given.items() if name in names}
            return function(session, Wish(profile=profile, **wished))

        plain = command(with_options(run, (*more, *PROJECT, *DELIVERING)))
        return s3_options.says_profile_of_aws(spreading(plain))

    return made


def spreading(plain: click.Command) -> click.Command:
    """The same command, whose options may have several values after one flag."""
    return _Spreading(plain.name, callback=plain.callback, params=plain.params, help=plain.help)
