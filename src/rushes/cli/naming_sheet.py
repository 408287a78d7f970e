"""Names held against templates, as text and as JSON."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rushes.bootstrap.naming import templates_of as templates_of
from rushes.bootstrap.naming import templates_on_record
from rushes.cli import show
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.tracking.naming import Template, told
from rushes.tracking.naming_fit import Fit, Misfit, fits, misfit
from rushes.tracking.naming_templates import Templates


@dataclass(frozen=True, slots=True)
class Held:
    """A path with the templates that it fits, else the one that it comes nearest to."""

    path: str
    fits: tuple[Fit, ...]
    nearest: Misfit | None = None


def chosen_templates(session: Session, like: str | None, project: str | None) -> Templates:
    """The templates of a project's record, else those of the settings or of a set."""
    if project is None:
        return templates_of(session.settings, like)
    return templates_on_record(session.settings, project, like=like)


def one_template(templates: Templates, asked: str) -> Template:
    """The template of that name; what holds a brace is one that is written out."""
    return templates.template(asked) if "{" in asked else templates[asked]


def asked_for(templates: Templates, asked: Sequence[str]) -> Mapping[str, Template]:
    """The templates that were asked for, or all of them where none was."""
    if not asked:
        return templates.templates
    return {one: one_template(templates, one) for one in asked}


def pairs(given: Sequence[str]) -> dict[str, str]:
    """`token=value` taken apart. Raises `usage`."""
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not name or not equals or name in found:
            why = "is given twice" if name in found else "is no value of a token"
            raise RushesError(
                Code.USAGE, f"{one!r} {why}.", hint="Write each token once, as in shot=sh010."
            )
        found[name] = value
    return found


def held_against(templates: Mapping[str, Template], path: str, root: Path | None) -> Held:
    """The path held against templates; below the folder of all shows, from there on."""
    below = _below(path, root)
    held, rooted = (path, False) if below is None else (below, True)
    found = fits(templates, held, rooted=rooted)
    if found:
        return Held(path, tuple(found))
    return Held(path, (), misfit(templates, held, rooted=rooted))


def _below(path: str, root: Path | None) -> str | None:
    if root is None or ".." in path.split("/"):
        return None
    whole, top = os.path.abspath(path), os.path.abspath(root)
    return whole[len(top) :].lstrip("/") if whole.startswith(f"{top.rstrip('/')}/") else None


def show_checked(held: Sequence[Held]) -> None:
    """A line for each name, and of those that fit nothing what to do."""
    for one in held:
        if one.nearest is None:
            show.text(f"{show.styled('fits', 'green')}  {escape(one.path)}: {_names(one)}")
        else:
            _show_misfit(one.nearest, one.path)
    wrong = sum(not one.fits for one in held)
    show.text(f"{show.counted(len(held), 'name')}, {wrong:,} of them wrong")


def show_parsed(held: Sequence[Held]) -> None:
    """The values of each name, by each template that it fits."""
    for one in held:
        if one.nearest is not None:
            _show_misfit(one.nearest, one.path)
        for fit in one.fits:
            show.text(f"{escape(one.path)}: {fit.template}: {told(fit.values)}")


def held_row(held: Held) -> dict[str, Any]:
    """A name as `rushes naming check --json` and `parse --json` have it."""
    return {
        "path": escape(held.path),
        "fits": [
            {"template": one.template, "held": one.held, "values": dict(one.values)}
            for one in held.fits
        ],
        "nearest": _nearest_row(held.nearest) if held.nearest else None,
        "finding": held.nearest.finding().row() if held.nearest else None,
    }


def show_listed(templates: Templates) -> None:
    """The templates, then the grammars, then the project's own tokens."""
    show.table([(name, one.text) for name, one in templates.templates.items()])
    for title, rows in (
        ("Codes of shots:", {name: one.text for name, one in templates.shots.items()}),
        ("Tokens of its own:", templates.tokens),
    ):
        if rows:
            show.text(title)
            show.table([(f"  {name}", text) for name, text in rows.items()])


def listed_row(templates: Templates) -> dict[str, Any]:
    """The templates as `rushes naming list --json` has them."""
    return {
        "templates": [
            {
                "name": name,
                "text": one.text,
                "tokens": list(one.fields),
                "required": [token for token in one.fields if token in one.required],
            }
            for name, one in templates.templates.items()
        ],
        "shots": [{"name": name, "text": one.text} for name, one in templates.shots.items()],
        "tokens": [{"name": name, "holds": text} for name, text in templates.tokens.items()],
    }


def _names(held: Held) -> str:
    return ", ".join(fit.template for fit in held.fits)


def _show_misfit(nearest: Misfit, path: str) -> None:
    show.text(f"{show.styled('wrong', 'red')} {escape(path)}: {nearest.departure.why}")
    named = f"{nearest.template}, " if nearest.template != nearest.text else ""
    show.text(f"      nearest: {named}{nearest.text}", colour="bright_black")
    if nearest.departure.right:
        show.text(f"      right:   {nearest.departure.right}")


def _nearest_row(nearest: Misfit) -> dict[str, Any]:
    return {
        "template": nearest.template,
        "text": nearest.text,
        "held": escape(nearest.held),
        "at": nearest.departure.at,
        "why": nearest.departure.why,
        "right": nearest.departure.right or None,
    }
