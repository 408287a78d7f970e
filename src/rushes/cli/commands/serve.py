"""`rushes serve`: the server in the foreground."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.face import command, with_options
from rushes.cli.server_running import Serving, check
from rushes.cli.server_running import serve as serve_until_interrupted
from rushes.cli.session import Session

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--host", default="127.0.0.1", show_default=True, help="Listen here."),
    click.option(
        "--port",
        type=click.IntRange(1, 65535),
        default=8600,
        show_default=True,
        help="Listen on this port.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(1, 64),
        default=2,
        show_default=True,
        help="How many processes answer.",
    ),
    click.option(
        "--threads",
        type=click.IntRange(1, 64),
        default=4,
        show_default=True,
        help="How many requests each of them answers at once, with a connection each.",
    ),
    click.option(
        "--live-port",
        type=click.IntRange(0, 65535),
        metavar="PORT",
        help="Stream events on this port (default: the next one; 0 takes any that is free).",
    ),
    click.option(
        "--live-url",
        "live",
        default="",
        metavar="URL",
        help="How people reach that port, where a proxy stands before it.",
    ),
    click.option(
        "--public-url",
        "public",
        default="",
        metavar="URL",
        help="How people reach it, where a proxy stands before it: https://rushes.example.org.",
    ),
)


def listening(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options of the commands that start the server."""
    added: Callable[..., int] = with_options(function, _OPTIONS)
    return added


@command
@listening
def serve(session: Session, **given: Any) -> int:
    """Run the server here until Ctrl-C: the API for programs, plain pages for people.

    The bundled PostgreSQL is started unless a database URL is set.
    """
    serving = Serving(**given)
    check(serving)

    def ready() -> None:
        with closing(bootstrap.people(bootstrap.without_server(session.settings))) as people:
            nobody = not any(one.is_admin and one.can_log_in for one in people.people())
        if nobody and sys.stderr.isatty():
            show.note("Nobody can log in yet: make an admin with `rushes user add LOGIN --admin`.")
        show.note(f"Serving on {serving.public or serving.url}; Ctrl-C ends it.")

    served = serve_until_interrupted(session, serving, ready=ready)
    return exits.OK if served else exits.UNAVAILABLE
