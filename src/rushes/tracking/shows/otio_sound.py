"""OpenTimelineIO's files looked through before its library reads them: on a hole where an object
ought to be, that ends the process instead of raising.
"""

from __future__ import annotations

import math
from typing import Any

_LISTS = ("children", "effects", "markers")
_OBJECTS = ("Timeline", "Stack", "Track", "Clip", "Gap", "Transition")
_LARGEST = 1e12  # frames


def flaw(value: Any) -> str:
    """Why a document must not be read, in words; empty where it may be."""
    if isinstance(value, list):
        return next((why for one in value if (why := flaw(one))), "")
    if not isinstance(value, dict):
        return ""
    name = str(value.get("OTIO_SCHEMA", "")).partition(".")[0]
    return _own(name, value) or next((why for one in value.values() if (why := flaw(one))), "")


def _own(name: str, value: dict[str, Any]) -> str:
    if name == "RationalTime" and not (_number(value, "value") and _number(value, "rate")):
        return "a time in it is no number of frames"
    if name == "RationalTime" and value["rate"] <= 0:
        return "a rate in it is not above 0"
    if name == "TimeRange" and not all(_is(value.get(one)) for one in ("start_time", "duration")):
        return "a range in it has no beginning or no length"
    if name == "Timeline" and not _is(value.get("tracks"), "Stack"):
        return "a timeline in it has no tracks"
    if name not in _OBJECTS:
        return ""
    for key in _LISTS:
        items = value.get(key, [])
        if not isinstance(items, list) or not all(_is(one) for one in items):
            return f"{key} of a {name.lower()} in it are no objects"
    if name == "Transition" and not all(
        _is(value.get(one), "RationalTime") for one in ("in_offset", "out_offset")
    ):
        return "a transition in it has no length"
    return ""


def _is(value: Any, name: str = "") -> bool:
    """Whether a value is an object of the library, of the kind called so."""
    schema = value.get("OTIO_SCHEMA") if isinstance(value, dict) else None
    return isinstance(schema, str) and schema.partition(".")[0].startswith(name)


def _number(value: dict[str, Any], key: str) -> bool:
    found = value.get(key)
    number = isinstance(found, (int, float)) and not isinstance(found, bool)
    return number and math.isfinite(found) and abs(found) < _LARGEST  # type: ignore[arg-type]
