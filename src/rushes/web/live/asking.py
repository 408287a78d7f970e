"""Which events an address asks for: `?after=7&kind=task,version.create&project=2&target=7`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rushes.core.errors import Code, RushesError
from rushes.ports.events import Wanted
from rushes.tracking.event_sight import check_type

PARAMETERS = ("after", "kind", "target", "project")
_LARGEST = 2**63 - 1
_DIGITS = re.compile(r"[0-9]{1,19}", re.ASCII)


def wanted(given: Mapping[str, str]) -> Wanted:
    """The events that are asked for. Raises `field.invalid`, naming the parameter."""
    types = tuple(one for one in given.get("kind", "").split(",") if one)
    for one in types:
        check_type(one)
    return Wanted(types, _number(given, "target"), _number(given, "project"))


def after(given: Mapping[str, str]) -> int | None:
    """The position to go on from; None where nothing is said. Raises `field.invalid`."""
    return _number(given, "after")


def check_names(names: Iterable[str], known: Iterable[str]) -> None:
    """Raise `field.invalid` for a parameter that there is not."""
    there = tuple(known)
    for name in names:
        if name not in there:
            raise RushesError(
                Code.FIELD_INVALID,
                f"The parameter {name[:80]!r}: there is no such.",
                hint=f"There are {', '.join(there)}.",
            )


def _number(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name, "")
    if not text:
        return None
    if not _DIGITS.fullmatch(text) or int(text) > _LARGEST:
        raise RushesError(
            Code.FIELD_INVALID, f"The parameter {name!r}: {text[:80]!r} is no whole number."
        )
    return int(text)
