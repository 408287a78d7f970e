"""`rushes naming`: names held against templates, made from values, and taken apart."""

from __future__ import annotations

import click

from rushes.cli import exits, show
from rushes.cli.face import command
from rushes.cli.session import Session

_PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATH…")
_LIKE = click.option(
    "--like",
    metavar="SET",
    help="Take this set of templates, instead of those in the settings: rushes, project-manager,"
    " vfx-ops-toolkit, onepiece or netflix.",
)
_PROJECT = click.option(
    "--project",
    metavar="CODE",
    help="Take the naming of this project's record; what it has none of is as in the settings.",
)


@click.group()
def naming() -> None:
    """Check, make and take apart names by templates such as {shot}_{task}_v{version:03d}.{ext}."""


@command
@_LIKE
@_PROJECT
def list_(session: Session, *, like: str | None, project: str | None) -> int:
    """List the templates of the project, the grammars of its shots' codes, and its tokens."""
    from rushes.cli import naming_sheet as sheet

    templates = sheet.chosen_templates(session, like, project)
    if session.as_json:
        show.json("rushes.naming-list/1", sheet.listed_row(templates))
    else:
        sheet.show_listed(templates)
    return exits.OK


@command
@_PATHS
@click.option(
    "--template",
    "asked",
    multiple=True,
    metavar="NAME|TEMPLATE",
    help="Hold against this one only, by name or written out; may be given several times.",
)
@_LIKE
@_PROJECT
def check(
    session: Session,
    *,
    paths: tuple[str, ...],
    asked: tuple[str, ...],
    like: str | None,
    project: str | None,
) -> int:
    """Tell which names fit a template, and of each other one why not, and what it should be.

    PATH is a name or a path; nothing needs to be there. Exits 1 when one fits no template.
    """
    from rushes.cli import naming_sheet as sheet

    templates = sheet.asked_for(sheet.chosen_templates(session, like, project), asked)
    held = [sheet.held_against(templates, path, session.settings.shows_root) for path in paths]
    if session.as_json:
        show.json("rushes.naming-check/1", {"names": [sheet.held_row(one) for one in held]})
    else:
        sheet.show_checked(held)
    return exits.OK if all(one.fits for one in held) else exits.FOUND


@command
@click.argument("asked", metavar="TEMPLATE")
@click.argument("given", nargs=-1, metavar="[TOKEN=VALUE]…")
@_LIKE
@_PROJECT
def format_(
    session: Session, *, asked: str, given: tuple[str, ...], like: str | None, project: str | None
) -> int:
    """Make the name that TEMPLATE, by name or written out, gives for these values.

    A value that would not be read back from the name, or would make it unsafe, is refused with 2.
    """
    from rushes.cli import naming_sheet as sheet

    template = sheet.one_template(sheet.chosen_templates(session, like, project), asked)
    values = template.from_text(sheet.pairs(given))
    name = template.format(values)
    if session.as_json:
        row = {"template": template.text, "name": name, "values": dict(values)}
        show.json("rushes.naming-format/1", row)
    else:
        show.text(name)
    return exits.OK


@command
@click.argument("asked", metavar="TEMPLATE|all")
@_PATHS
@_LIKE
@_PROJECT
def parse(
    session: Session, *, asked: str, paths: tuple[str, ...], like: str | None, project: str | None
) -> int:
    """Take names apart into values by TEMPLATE, by name or written out, or by all that fit.

    Exits 1 when a name fits none.
    """
    from rushes.cli import naming_sheet as sheet

    wanted = () if asked == "all" else (asked,)
    templates = sheet.asked_for(sheet.chosen_templates(session, like, project), wanted)
    held = [sheet.held_against(templates, path, session.settings.shows_root) for path in paths]
    if session.as_json:
        show.json("rushes.naming-parse/1", {"names": [sheet.held_row(one) for one in held]})
    else:
        sheet.show_parsed(held)
    return exits.OK if all(one.fits for one in held) else exits.FOUND


list_.short_help = "List the templates there are."
check.short_help = "Tell which names fit a template, and why others do not."
format_.short_help = "Make a name from values."
parse.short_help = "Take names apart into values."
naming.add_command(list_, "list")
naming.add_command(check)
naming.add_command(format_, "format")
naming.add_command(parse)
