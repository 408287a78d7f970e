"""What a project has on record, as far as names and paths are held against it."""

from __future__ import annotations

from collections.abc import Mapping

from rushes.exchange.validate_names import OnRecord, Rules
from rushes.tracking.naming import Template
from rushes.tracking.naming_templates import Templates
from rushes.tracking.project_naming import naming_of
from rushes.tracking.shows.state import Show


def on_record(show: Show) -> OnRecord:
    """The codes of the show. A shot is also known by its sequence and episode before its code."""
    shots: set[str] = set()
    for one in show.shots:
        if one.fields["archived"] is None:
            parts = [str(part) for part in show.shot_keys[one.id] if part]
            shots |= {"_".join(parts[at:]) for at in range(len(parts))}
            shots.add("_".join((show.code, *parts)))
    living = {
        "shot": shots,
        "asset": _codes(show.assets),
        "sequence": _codes(show.sequences),
        "episode": _codes(show.episodes),
    }
    codes = {token: frozenset(some) for token, some in living.items()}
    return OnRecord({**codes, "seq": codes["sequence"]})


def templates_on_record(show: Show, otherwise: Templates) -> Templates:
    """The show's own templates and grammar; what it has none of is as in the settings."""
    return naming_of(show.project.fields, otherwise)


def rules_of(
    templates: Templates, show: Show | None, asked: Mapping[str, Template] | None = None
) -> Rules:
    """What names are held against; `asked` are the templates that somebody picked."""
    held = templates.templates if asked is None else asked
    if show is None:
        return Rules(held, templates)
    return Rules(held, templates, on_record(show), show.code)


def _codes(found: object) -> frozenset[str]:
    assert isinstance(found, (list, tuple))
    return frozenset(str(one.fields["code"]) for one in found if one.fields["archived"] is None)
