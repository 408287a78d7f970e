"""Values that a shot takes from its sequence, and what that has not from the project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EFFECTIVE = "effective"  # the field of shots that holds it, where it is asked for
INHERITED = ("fps", "width", "height", "colour_space", "handles")
LEVELS = ("shot", "sequence", "project")


def effective(levels: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Each inherited value, and the level it is `from`: the nearest that has one.

    `levels` are the fields of a shot, its sequence and its project, by these names; a level may
    be missing, as the first is for sequences.
    """
    return {name: _nearest(name, levels) for name in INHERITED}


def _nearest(name: str, levels: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    for level in LEVELS:
        value = levels.get(level, {}).get(name)
        if value is not None:
            return {"value": value, "from": level}
    return {"value": None, "from": None}
