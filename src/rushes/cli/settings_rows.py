"""Settings as they are shown: values as text, secrets covered, each with its source."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.masking import masked_secret
from rushes.core.settings import Key, Origin, Settings, keys, sections
from rushes.core.settings.keys import nearest


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting, or one entry of a table of settings. `value` is fit for JSON."""

    name: str
    value: Any
    shown: str
    origin: Origin

    def as_json(self) -> dict[str, Any]:
        """The row as `rushes config show --json` and `rushes info --json` have it."""
        path = self.origin.path
        return {
            "name": self.name,
            "value": self.value,
            "source": {
                "kind": self.origin.kind,
                "name": self.origin.name,
                "path": escape(str(path)) if path is not None else None,
                "line": self.origin.line or None,
                "profile": self.origin.profile,
            },
        }


def setting_rows(settings: Settings, name: str = "") -> list[SettingRow]:
    """All settings, or the one or the section called `name`. Raises `settings.unknown`."""
    chosen = [key for key in keys().values() if name in ("", key.name, key.section)]
    rows = [row for key in chosen for row in _rows(settings, key)]
    if not chosen:
        rows = [row for row in setting_rows(settings) if row.name == name]
    if not rows:
        near = nearest(name)
        raise RushesError(
            Code.SETTINGS_UNKNOWN,
            f"There is no setting {name!r}.",
            hint=f"Did you mean {near}?" if near else f"Sections are: {', '.join(sections())}.",
        )
    return rows


def _rows(settings: Settings, key: Key) -> Iterator[SettingRow]:
    value = settings.value(key.name)
    if isinstance(value, dict) and value:
        for entry in value:
            name = f"{key.name}.{entry}"
            yield SettingRow(escape(name), value[entry], value[entry], settings.origin(name))
        return
    fit = _fit(key, value)
    yield SettingRow(key.name, fit, _shown(key, fit), settings.origin(key.name))


def _fit(key: Key, value: object) -> Any:
    if key.secret and value is not None:
        return masked_secret(str(value))
    if isinstance(value, Path):
        return escape(_whole(value))
    if isinstance(value, tuple):
        return list(value)
    return value


def _whole(path: Path) -> str:
    """Where it points to: toolkit.yaml, variables and flags start from the working directory."""
    with suppress(FileNotFoundError):  # which may have been deleted
        return os.path.abspath(path)
    return str(path)


def _shown(key: Key, value: Any) -> str:
    if value is None or value in ({}, []):
        return f"({key.unset or 'none'})"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
