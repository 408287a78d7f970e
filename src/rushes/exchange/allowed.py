"""Folders that an order from afar may name: those of the settings, and what lies below them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape

_S3 = "s3://"


def check_allowed(field: str, place: str, allowed: Sequence[str], *, setting: str) -> str:
    """The place as it is written plainly: a folder here, or `s3://bucket/folder`.

    Raises `access.denied` where the setting allows none, and `field.invalid` for a place that is
    none of its own nor below one. Nothing is looked at: where links lead, `check_real` tells.
    """
    if not allowed:
        raise RushesError(
            Code.ACCESS_DENIED,
            f"{field}: this server is told of no folder that it may use for that.",
            hint=f"Whoever runs it names some in the setting {setting}.",
        )
    plain = _plain(place)
    if plain is None:
        raise _invalid(
            field, place, "is no absolute path and no s3://bucket/folder", "Write it out."
        )
    if not _is_below(plain, filter(None, map(_plain, allowed))):
        raise _invalid(
            field,
            place,
            f"lies below none of the folders of {setting}",
            f"There are: {', '.join(map(escape, allowed))}.",
        )
    return plain


def check_real(field: str, place: str, allowed: Sequence[str], *, setting: str) -> None:
    """The same of where the place really is, links followed. Raises as `check_allowed` does."""
    check_allowed(field, place, allowed, setting=setting)
    if place.startswith(_S3):
        return
    real = [os.path.realpath(one) for one in allowed if not one.startswith(_S3)]
    if not _is_below(os.path.realpath(place), real):
        raise _invalid(
            field,
            place,
            f"leads out of the folders of {setting}",
            "It is a link, or lies behind one: name the folder itself.",
        )


def _plain(place: str) -> str | None:
    """The place without turns; None where it is none that could be meant."""
    scheme, found, rest = place.partition("://")
    path = PurePosixPath(rest if found else place)
    parts = [one for one in path.parts if one != "/"]
    if "\0" in place or ".." in parts or not parts or (found and scheme != "s3"):
        return None
    if not found and not path.is_absolute():
        return None
    return ("s3://" if found else "/") + "/".join(parts)


def _is_below(plain: str, allowed: Iterable[str]) -> bool:
    return any(f"{plain}/".startswith(f"{one.rstrip('/')}/") for one in allowed)


def _invalid(field: str, place: str, why: str, hint: str) -> RushesError:
    return RushesError(Code.FIELD_INVALID, f"{field}: {escape(place)} {why}.", hint=hint)
