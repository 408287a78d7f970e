"""A value that a source gives to a setting, checked, or refused in words."""

from __future__ import annotations

from typing import Any, NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.settings.keys import keys, nearest
from rushes.core.settings.origin import FROM_ENV_FILE, FROM_ENVIRONMENT, Origin
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
    told = "what it is (kept secret here)" if key.secret else _told(value)
    return invalid(origin, key.name, key.kind.wanted, told, hint=_hint(key, value, origin))


def invalid(origin: Origin, name: str, wanted: str, told: str, *, hint: str = "") -> RushesError:
    """`name` must be `wanted`, and is `told` instead."""
    shown = told if len(told) <= 80 else f"{told[:77]}..."
    return RushesError(
        Code.SETTINGS_INVALID,
        f"{origin}: {name} must be {wanted}, not {shown}.",
        hint=hint or "`rushes config init --at DIR` writes a file that shows every setting.",
    )


def _told(value: object) -> str:
    """A table as its lines in a file."""
    if not isinstance(value, dict) or not value:
        return repr(value)
    inner = {name: one for name, one in value.items() if not isinstance(one, str)} or value
    return ", ".join(f'"{name}" = {_written(one)}' for name, one in inner.items())


def _written(value: object) -> str:
    if isinstance(value, dict):
        return f"{{ {_told(value)} }}" if value else "{}"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _hint(key: Key, value: object, origin: Origin) -> str:
    """What to do where a file that shows every setting is no help."""
    if origin.kind in (FROM_ENVIRONMENT, FROM_ENV_FILE):
        example = f"{origin.name}='{key.kind.text_example}'"
        return f"Set it as in {example}, or take it away."
    numbers = isinstance(value, dict) and any(type(one) in (int, float) for one in value.values())
    return "Put the number in quotation marks." if numbers and key.kind.is_table else ""


def unknown(origin: Origin, name: str, near: str) -> RushesError:
    """There is no setting `name`; `near` is what may have been meant."""
    return RushesError(
        Code.SETTINGS_UNKNOWN,
        f"{origin}: there is no setting {name!r}.",
        hint=f"Did you mean {near}?" if near else "`rushes config show` lists all settings.",
    )
