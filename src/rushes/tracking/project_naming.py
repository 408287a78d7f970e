"""A project's own naming, as its record has it: templates by purpose, and how shots are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.core.errors import RushesError
from rushes.tracking.naming import Template
from rushes.tracking.naming_refused import unknown
from rushes.tracking.naming_sets import SETS
from rushes.tracking.naming_templates import Templates, read_templates
from rushes.tracking.refusing import refused, shown

_OWN = "show"  # what a grammar is called that is written out in the project
_TABLES = ("templates", "shots", "tokens")
_SHOWN = "naming"  # what messages call a project's tables
_NUMBERED = ("publish", "ingest", "ingest_asset")  # purposes under which each version is a folder


def grammars(chosen: str, tables: Mapping[str, Any]) -> Mapping[str, Template]:
    """The grammars of a project: its `shot_grammar`, which is written out, or the name of one in
    its `templates`, or of a set that comes along. Empty where it has none.

    Raises `notation.invalid`.
    """
    return show_templates(chosen, tables).shots


def show_templates(chosen: str, tables: Mapping[str, Any]) -> Templates:
    """The templates of a project, with its grammars.

    On record are templates by name, or tables as the settings have them. Raises
    `notation.invalid`.
    """
    laid = tables_of(tables)
    shots = laid.get("shots", {})
    if not chosen:
        return read_templates(laid, shown=_SHOWN)
    if "{" in chosen:
        return read_templates({**laid, "shots": {_OWN: chosen}}, shown="shot_grammar")
    if isinstance(shots, Mapping) and chosen in shots:
        return read_templates({**laid, "shots": {chosen: shots[chosen]}}, shown=_SHOWN)
    there = {name for name, one in SETS.items() if one.get("shots")}
    if chosen not in there:
        raise unknown("grammar of shots' codes", chosen, [*there, *shots])
    lent = SETS[chosen]
    tokens = {**lent.get("tokens", {}), **laid.get("tokens", {})}
    return read_templates({**laid, "shots": lent["shots"], "tokens": tokens}, shown=chosen)


def naming_of(project: Mapping[str, Any], otherwise: Templates) -> Templates:
    """The naming of a project's record; what it has none of is as `otherwise`.

    Raises `notation.invalid`.
    """
    own = show_templates(str(project["shot_grammar"]), project["templates"]).row()
    lent = otherwise.row()
    return read_templates(
        {name: own[name] or lent[name] for name in lent}, shown=str(project["code"])
    )


def check_naming(chosen: str, tables: Mapping[str, Any]) -> None:
    """Raise `field.invalid` for naming of which no names can be made, or names that do harm.

    Templates of publishes and of what comes in have a version, or each would lie in the place of
    the one before.
    """
    try:
        # Also by itself: where only files are named, shots are called whatever they are.
        read_templates(tables_of(tables), shown=_SHOWN)
    except RushesError as error:
        raise refused("templates", error.message.rstrip("."), hint=error.hint) from error
    try:
        made = show_templates(chosen, tables)
    except RushesError as error:
        raise refused("shot_grammar", error.message.rstrip("."), hint=error.hint) from error
    for name, one in made.templates.items():
        if name in _NUMBERED and "version" not in one.required:
            raise refused(
                "templates",
                f"{name}: {shown(one.text)} has no {{version}}, so that each would lie in the"
                " place of the one before",
                hint="Write {version:03d} where the number belongs.",
            )


def tables_of(tables: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is on record as the settings have it: templates alone are a table of them."""
    return tables if set(tables) & set(_TABLES) else {"templates": tables}
