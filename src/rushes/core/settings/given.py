"""A value that a source gives to a setting, checked, or refused in words."""

from __future__ import annotations

from typing import Any, NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.settings.keys import keys, nearest
from rushes.core.settings.origin import Origin
from rushes.core.settings.section import Key


class Given(NamedTuple):
    """One value that a source gives to one setting."""

    key: Key
    value: Any
    origin: Origin


def known_key(name: str, origin: Origin) -> Key:
    """The setting of that dotted name. Raises `settings.unknown`."""
    key = keys().get(name)
    if key is None:
        raise unknown(origin, name, nearest(name))
    return key


def checked(key: Key, value: object, origin: Origin) -> object:
    """`value` as the setting holds it. Raises `settings.invalid`."""
    try:
        return key.kind.read(value)
    except ValueError as error:
        raise refused(key, value, origin) from (None if key.secret else error)


def refused(key: Key, value: object, origin: Origin) -> RushesError:
    """The error for a value that the setting cannot hold; a secret's is not told."""
    told = "what it is (kept secret here)" if key.secret else repr(value)
    return invalid(origin, key.name, key.kind.wanted, told)


def invalid(origin: Origin, name: str, wanted: str, told: str) -> RushesError:
    """`name` must be `wanted`, and is `told` instead."""
    shown = told if len(told) <= 80 else f"{told[:77]}..."
    return RushesError(
        Code.SETTINGS_INVALID,
        f"{origin}: {name} must be {wanted}, not {shown}.",
        hint="`rushes config init --at DIR` writes a file that shows every setting.",
    )


def unknown(origin: Origin, name: str, near: str) -> RushesError:
    """There is no setting `name`; `near` is what may have been meant."""
    return RushesError(
        Code.SETTINGS_UNKNOWN,
        f"{origin}: there is no setting {name!r}.",
        hint=f"Did you mean {near}?" if near else "`rushes config show` lists all settings.",
    )
