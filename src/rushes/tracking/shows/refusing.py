"""How a file is refused: all that is wrong with it at once, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rushes.core.errors import Code, RushesError

_SHOWN = 20


class Wrong(NamedTuple):
    """Something that makes no sense, and where in the file."""

    at: str
    why: str


def refuse(name: str, wrong: Sequence[Wrong], *, hint: str = "") -> None:
    """Raise `field.invalid` with all that is wrong with a file; nothing where nothing is."""
    if not wrong:
        return
    told = _told(wrong)
    if len(told) == 1:
        message = f"{name}, {told[0]}" if wrong[0].at else f"{name}: {told[0]}"
    else:
        message = "\n  ".join([f"{name}: {len(wrong)} things make no sense.", *told])
    raise RushesError(
        Code.FIELD_INVALID, message, hint=hint or "Nothing was written. Mend the file, then repeat."
    )


def _told(wrong: Sequence[Wrong]) -> list[str]:
    """A line for each thing that is wrong, with the places that it is wrong in."""
    places: dict[str, list[str]] = {}
    for one in wrong:
        places.setdefault(one.why, []).append(one.at)
    told = []
    for why, at in places.items():
        more = f" and {len(at) - 1} more places" if len(at) > 2 else ""
        first = " and ".join(at[:2]) if len(at) == 2 else f"{at[0]}{more}"
        told.append(f"{first}: {why}" if at[0] else why)
    rest = len(told) - _SHOWN
    return told if rest <= 0 else [*told[:_SHOWN], f"… and {rest} more"]
