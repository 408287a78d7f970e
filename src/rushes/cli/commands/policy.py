"""`rushes policy`: what is wanted of images, listed, shown and tried."""

from __future__ import annotations

from pathlib import Path

import click

from rushes import bootstrap
from rushes.cli import exits, show
from rushes.cli.face import GivenPath, command
from rushes.cli.session import Session
from rushes.policy.shelf import find, shelved


@click.group()
def policy() -> None:
    """List, show and try policies: what a studio, a client or a standard wants of images."""


@command
def list_(session: Session) -> int:
    """List the policies that come with Rushes, and those in the folder set as policy.folder.

    Exits 1 when one of them makes no sense and cannot be used.
    """
    found = shelved(session.settings.policy.folder)
    if session.as_json:
        from rushes.cli.exr.policy_sheet import shelved_row

        show.json("rushes.policies/1", {"policies": [shelved_row(one) for one in found]})
    else:
        from rushes.cli.exr.policy_sheet import show_shelf

        show_shelf(found)
    return exits.FOUND if any(one.refused for one in found) else exits.OK


@command
@click.argument("name", metavar="NAME|FILE")
def show_(session: Session, *, name: str) -> int:
    """Print a policy as it is written, in TOML: to be read, or to be copied and changed."""
    found = find(name, session.settings.policy.folder)
    if session.as_json:
        from rushes.cli.exr.policy_sheet import policy_row

        show.json("rushes.policy/1", policy_row(found))
    else:
        lines = found.text.rstrip("\n").split("\t")  # tabs are all that TOML has of such
        show.text("\t".join(show.printable(one) for one in lines))
    return exits.OK


@command
@click.argument("name", metavar="NAME|FILE")
@click.argument("paths", nargs=-1, required=True, type=GivenPath(), metavar="FILE…")
def test(session: Session, *, name: str, paths: tuple[Path, ...]) -> int:
    """Hold files against a policy and tell of each rule whether it passed, failed or did not apply.

    FILE is a file, or a pattern such as plate.%04d.exr; rules for sequences are judged over the
    frames of one. Exits 1 when a rule whose severity is error failed, 2 when there is no such
    file, 3 when one could not be read.
    """
    from rushes.cli.exr.policy_sheet import show_tried, tried_row
    from rushes.cli.exr.policy_trial import tried

    settings = session.settings
    found = find(name, settings.policy.folder)
    done = tried(found, paths, settings, bootstrap.storage())
    for one in done:
        if one.error is not None:
            show.error(one.error, as_json=False)
    if session.as_json:
        rows = [tried_row(one) for one in done]
        show.json("rushes.policy-test/1", {"policy": found.row(), "files": rows})
    else:
        show_tried(found, done)
    return exits.gravest(one.code for one in done)


list_.short_help = "List the policies there are."
show_.short_help = "Print a policy as it is written."
test.short_help = "Tell of each rule whether files pass it."
policy.add_command(list_, "list")
policy.add_command(show_, "show")
policy.add_command(test)
