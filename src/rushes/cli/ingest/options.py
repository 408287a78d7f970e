"""The options of everything that takes drops in, and what they came to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any

import click

from rushes.cli import s3_options
from rushes.cli.face import GivenPath, with_options
from rushes.cli.report_option import many_files
from rushes.cli.session import Session
from rushes.exchange.wish import DEFAULT_POLICY, SOURCES, Wish

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--project", default="", metavar="NAME", help="The project, by code or title."),
    click.option("--show-code", default="", metavar="CODE", help="The project's code."),
    click.option(
        "--source",
        type=click.Choice(SOURCES),
        default=SOURCES[0],
        show_default=True,
        help="Who sent it.",
    ),
    click.option("--vendor", default="", metavar="NAME", help="The sender's name, for paths."),
    click.option(
        "--vendor-bucket", default="", metavar="BUCKET", help="Upload what vendors sent there."
    ),
    click.option(
        "--client-bucket", default="", metavar="BUCKET", help="Upload what clients sent there."
    ),
    click.option(
        "--to",
        type=GivenPath(),
        metavar="DIR",
        help="Copy below this folder (default: shows_root), by the naming template `ingest`.",
    ),
    many_files("--manifest", "manifests", "What ought to be there, as CSV or JSON (repeatable)."),
    click.option(
        "--like",
        metavar="SET",
        help="Read names by this set of templates, where the project has none.",
    ),
    click.option(
        "--policy",
        "policies",
        multiple=True,
        metavar="NAME|FILE",
        help=f"Hold media against this policy (repeatable; default: {DEFAULT_POLICY}).",
    ),
    click.option("--pixels", is_flag=True, help="Decode every frame: black ones, NaN, infinity."),
    click.option("--frozen", is_flag=True, help="Tell frames that are the same as the one before."),
    click.option(
        "--settle",
        type=click.FloatRange(min=0),
        default=5.0,
        show_default=True,
        metavar="SECONDS",
        help="How long a file has to be left alone before it counts as whole.",
    ),
    click.option(
        "--wait",
        type=click.FloatRange(min=0),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="How long files that still grow are waited for; then they are refused.",
    ),
    click.option(
        "--max-workers",
        type=click.IntRange(min=1, max=256),
        metavar="N",
        help="How many files are read or moved at once (default: 8).",
    ),
    s3_options.ENDPOINT,
    s3_options.BANDWIDTH,
    s3_options.STORAGE_CLASS,
    s3_options.SSE,
)


def taking_in(function: Callable[..., int]) -> Callable[..., int]:
    """Add those options; `wish` is what they came to.

    `--profile` is AWS's here, as for `rushes sync`.
    """

    @wraps(function)
    def run(session: Session, *, endpoint: str, **given: Any) -> int:
        use_s3(session, endpoint)
        names = {one.name for one in fields(Wish)}
        wish = Wish(**{name: given.pop(name) for name in list(given) if name in names})
        return function(session, wish=wish, **given)

    made: Callable[..., int] = with_options(run, _OPTIONS)
    return made


def use_s3(session: Session, endpoint: str) -> None:
    """Have all talk to this S3 as the profile of AWS that `--profile` names, where they are given.

    Settings' profiles go by RUSHES_PROFILE.
    """
    if endpoint:
        from rushes.cli.s3_terms import use_endpoint

        use_endpoint(endpoint)
    if session.profile:
        os.environ["AWS_PROFILE"], session.profile = session.profile, None
