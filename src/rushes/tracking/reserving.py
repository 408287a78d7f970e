"""Reservations of numbers as texts: the path with the number in it, and the token that holds it."""

from __future__ import annotations

import re
from string import Formatter
from uuid import UUID

from rushes.core.errors import Code, RushesError
from rushes.model.work import MOST, Number
from rushes.tracking.paths import check_path
from rushes.tracking.refusing import refused

_WIDE = re.compile(r"\{[^{}]*:[^{}]*[0-9]{3,}[^{}]*\}|\{[^{}]*[.!\[][^{}]*\}")

_PARTS = Formatter().parse


def written_at(path: str, number: Number, *, exact: bool) -> str:
    """The path with the number in it; no path where none is given.

    Raises `usage` where the pattern makes no sense, and `field.invalid` where the version is not
    in it, so that the next number would write over what this one wrote; so it does where the path
    is not absolute, or leads elsewhere. Whoever asks for one `exact` number knows where it belongs,
    and may write its path out.
    """
    if _WIDE.search(path):
        raise _no_path(path, "only plain numbers of up to 99 digits can be written")
    try:
        made = path.format(version=number.version, iteration=number.iteration)
        if path and not exact and all(name != "version" for _, name, *_ in _PARTS(path)):
            raise _same_path(path)
        check_path("path", made, whole=True)
        return made
    except (LookupError, ValueError, AttributeError) as error:
        raise _no_path(path, str(error)) from error


def sensible(number: Number) -> Number:
    """The number, if there can be such a one. Raises `field.invalid`."""
    for name, value in zip(("version", "iteration"), number, strict=True):
        if not 1 <= value <= MOST:
            raise refused(
                name,
                f"{value} is no number that can be had",
                hint=f"They are from 1 to {MOST:,}; look for one that was taken by mistake.",
            )
    return number


def reservation(token: str) -> str:
    """A reservation's token in the one way it is written. Raises `usage` for what can be none."""
    try:
        return str(UUID(token))
    except (ValueError, AttributeError, TypeError):
        raise RushesError(Code.USAGE, f"{token!r:.80} is no token of a reservation.") from None


def _same_path(path: str) -> RushesError:
    return RushesError(
        Code.FIELD_INVALID,
        f"The path {path!r} has no {{version}}: each number would be written to the same place.",
        hint="Write {version:03d} where the number belongs, or give no path at all.",
    )


def _no_path(path: str, why: str) -> RushesError:
    return RushesError(
        Code.USAGE,
        f"The path {path!r} cannot be given a number: {why}.",
        hint="Write {version:03d} and {iteration:03d} where the numbers belong.",
    )
