"""Reservations of numbers as texts: the path with the number in it, and the token that holds it."""

from __future__ import annotations

import re
from uuid import UUID

from rushes.core.errors import Code, RushesError
from rushes.model.work import Number

_WIDE = re.compile(r"\{[^{}]*:[^{}]*[0-9]{3,}[^{}]*\}|\{[^{}]*[.!\[][^{}]*\}")


def written_at(path: str, number: Number) -> str:
    """The path with the number in it. Raises `usage` where the pattern makes no sense."""
    if _WIDE.search(path):
        raise _no_path(path, "only plain numbers of up to 99 digits can be written")
    try:
        return path.format(version=number.version, iteration=number.iteration)
    except (LookupError, ValueError, AttributeError) as error:
        raise _no_path(path, str(error)) from error


def reservation(token: str) -> str:
    """A reservation's token in the one way it is written. Raises `usage` for what can be none."""
    try:
        return str(UUID(token))
    except (ValueError, AttributeError, TypeError):
        raise RushesError(Code.USAGE, f"{token!r:.80} is no token of a reservation.") from None


def _no_path(path: str, why: str) -> RushesError:
    return RushesError(
        Code.USAGE,
        f"The path {path!r} cannot be given a number: {why}.",
        hint="Write {version:03d} and {iteration:03d} where the numbers belong.",
    )
