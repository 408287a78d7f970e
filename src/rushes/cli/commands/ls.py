"""`rushes ls`: folders by file sequence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import face, show
from rushes.cli.face import command
from rushes.cli.listing import Listed, Look, exit_code, hidden_line, left_out_line, lines, row
from rushes.cli.one_sequence import apart
from rushes.cli.session import Session
from rushes.core.escape import escape
from rushes.scan.peek import peek


@command
@face.paths(required=False)
@click.option("-r", "--recursive", is_flag=True, help="List the folders below, too.")
@click.option("-l", "--long", is_flag=True, help="Show files, bytes and the newest time (UTC).")
@click.option(
    "--format",
    "style",
    type=click.Choice(["printf", "hashes", "houdini"]),
    default="printf",
    show_default=True,
    help="How frame numbers are written: %04d, #### or $F4.",
)
@face.walking
def ls(
    session: Session, *, paths: tuple[Path, ...], recursive: bool, long: bool, style: str
) -> int:
    """List each PATH (without one, the working directory) by file sequence. PATH is a folder, or a
    pattern such as x/plate.%04d.exr: that one sequence.

    One line for each sequence with its frames, and for each single file; folders have a slash, and
    hidden ones are only counted.
    Missing frames are counted between the first and the last one found. Exits 2 when a PATH is
    no folder or there is nothing at all, 3 when something could not be read.
    """
    listed: list[Listed] = []
    hidden: list[Listed] = []
    several = recursive or len(paths) > 1
    for one in _folders(session, paths or (Path(),), recursive=recursive):
        (hidden if one.hidden else listed).append(one)
        if one.hidden:
            continue
        if not session.as_json:
            _show(one, Look(style=style, long=long), title=several, first=len(listed) == 1)
    if session.as_json:
        show.json("rushes.ls/1", {"folders": [row(one) for one in listed]})
    elif hidden:
        show.text(hidden_line(hidden), colour="bright_black")
    if all(one.empty for one in listed) and not hidden and not session.as_json:
        show.note("There is nothing here.")
    return exit_code(listed, hidden)


def _folders(session: Session, paths: tuple[Path, ...], *, recursive: bool) -> Iterator[Listed]:
    settings = session.settings
    named, paths = apart(paths, settings)
    yield from (one.listed() for one in named)
    if recursive:
        from rushes.cli.tree_listing import below

        yield from below(paths, settings)
        return
    rules, options = bootstrap.rules(settings), bootstrap.walk_options(settings)
    for path in paths:
        root = bootstrap.root(path, settings)
        peeked = peek(bootstrap.storage(), root, rules=rules, options=options)
        title = escape(str(path))
        yield Listed(title, peeked.folder, peeked.folders, peeked.hidden_folders)


def _show(listed: Listed, look: Look, *, title: bool, first: bool) -> None:
    if title:
        show.text(("" if first else "\n") + f"{listed.title}:", bold=True)
    show.table(lines(listed, look), right=look.right)
    if left_out := left_out_line(listed):
        show.text(left_out, colour="bright_black")
    show.findings(list(listed.folder.findings))
