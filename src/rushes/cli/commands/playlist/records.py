"""`rushes playlist list` and `show`: which there are, and what is on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from rushes.cli import exits, show
from rushes.cli.deliver.options import PROJECT
from rushes.cli.face import command, with_options
from rushes.cli.filled import filled
from rushes.cli.session import Session


def _of_project(function: Callable[..., int]) -> click.Command:
    made: Any = with_options(function, PROJECT)
    return command(made)


@_of_project
def list_(session: Session, *, project: str, show_code: str) -> int:
    """List a project's playlists by their names."""
    from rushes.cli.deliver.playlists import listed, playlist_row, show_playlists

    code, found = listed(session, project, show_code)
    if session.as_json:
        rows = [playlist_row(one) for one in found]
        show.json("rushes.playlists/1", {"show": code, "playlists": rows})
    else:
        show_playlists(found)
    return exits.OK


@click.argument("name", callback=filled, metavar="NAME")
def _show(session: Session, *, name: str, project: str, show_code: str) -> int:
    """Tell the Versions of the playlist NAME, in its order, and which of them are approved.

    Exits 2 when there is none.
    """
    from rushes.cli.deliver.playlists import one_playlist, show_playlist, whole_row

    found = one_playlist(session, project, show_code, name)
    if session.as_json:
        show.json("rushes.playlist/1", whole_row(found))
    else:
        show_playlist(found)
    return exits.OK


show_ = _of_project(_show)
