"""Where a publish's own copy goes, by the project's naming template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.model.work import Number
from rushes.publish.target import Target
from rushes.tracking.naming import Template, template
from rushes.tracking.naming_templates import Templates, read_templates
from rushes.tracking.project_naming import tables_of

PURPOSE = "publish"  # what the template is called
DEFAULT = (
    "{show}[/{sequence}]/{shot}/publish/{task}/{software}[_{part}]/v{version:03d}_i{iteration:03d}"
)
_NO_TASK = "main"
# Numbers that stand for those to come, and have as many digits as a token takes.
_VERSION, _ITERATION = 987654321, 876543219


def copy_template(templates: Templates, recorded: Mapping[str, Any]) -> Template:
    """The template `publish` of the project's record, else of the settings, else `DEFAULT`.

    On record are templates by name, or tables as the settings have them. Raises
    `notation.invalid` where they make no sense.
    """
    theirs = read_templates(tables_of(recorded), shown="the project's templates")
    own = theirs.templates.get(PURPOSE)
    return own or templates.templates.get(PURPOSE) or template(DEFAULT)


def copy_folder(made: Template, target: Target, number: Number, *, artist: str) -> str:
    """The folder below that of all copies. Raises `notation.invalid` on names that do not fit."""
    values = {
        "show": target.show,
        "project": target.show,
        "sequence": target.sequence,
        "seq": target.sequence,
        "shot": target.shot,
        "task": target.task or _NO_TASK,
        "software": target.software,
        "asset": target.asset,
        "part": target.part,
        "artist": artist,
    }
    given: dict[str, str | int] = {name: text for name, text in values.items() if text}
    given |= {"version": number.version, "iteration": number.iteration}
    return made.format(made.pick(given))


def copy_pattern(made: Template, target: Target, *, artist: str) -> str:
    """The same with `{version}` and `{iteration}` left open, as a request for a number has it."""
    name = copy_folder(made, target, Number(_VERSION, _ITERATION), artist=artist)
    name = name.replace("{", "{{").replace("}", "}}")
    for token, stand_in in (("version", _VERSION), ("iteration", _ITERATION)):
        if token in made.fields:
            padding = getattr(made.fields[token].kind, "padding", 1)
            name = name.replace(str(stand_in), f"{{{token}:0{padding}d}}")
    return name
