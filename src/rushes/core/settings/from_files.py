"""What settings files say, as checked values with their origins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rushes.core import folders
from rushes.core.errors import Code, RushesError
from rushes.core.settings.given import Given, checked, invalid, known_key
from rushes.core.settings.keys import sections
from rushes.core.settings.lines import Dotted
from rushes.core.settings.origin import Origin
from rushes.core.settings.reading import SettingsFile, read_settings_file

_PROFILES = "profiles"
# Sections of toolkit.yaml that nothing here uses.
_SEED_ONLY = ("publishing",)


def file_layers(paths: Sequence[tuple[Path, str]], *, profile: str) -> list[list[Given]]:
    """The files' own values, each file over the former, then the chosen profile's, likewise.

    Every profile is checked, chosen or not. Raises `settings.unknown`, `settings.invalid`,
    `path.not_found` or `path.unreadable`.
    """
    files = [read_settings_file(path, kind=kind) for path, kind in paths]
    layers = [list(_values(file, _without_profiles(file), above=(), profile="")) for file in files]
    by_file = [_profiles(file) for file in files]
    if profile and not any(profile in profiles for profiles in by_file):
        raise no_profile(profile, sorted({name for profiles in by_file for name in profiles}))
    return layers + [profiles[profile] for profiles in by_file if profile in profiles]


def profile_names(paths: Sequence[tuple[Path, str]]) -> list[str]:
    """The profiles of these files by name. Raises as `file_layers` does of files and profiles."""
    return sorted(
        {name for path, kind in paths for name in _profiles(read_settings_file(path, kind=kind))}
    )


def no_profile(profile: str, known: Sequence[str]) -> RushesError:
    """The error for a profile that no file has."""
    from difflib import get_close_matches

    near = get_close_matches(profile, known, n=1)
    there = f"There are: {', '.join(known)}." if known else "No settings file has profiles."
    return RushesError(
        Code.SETTINGS_UNKNOWN,
        f"There is no profile {profile!r}.",
        hint=f"Did you mean {near[0]}?" if near else there,
    )


def _without_profiles(file: SettingsFile) -> dict[str, Any]:
    return {name: value for name, value in file.table.items() if name != _PROFILES}


def _profiles(file: SettingsFile) -> dict[str, list[Given]]:
    profiles = file.table.get(_PROFILES) or {}
    if not isinstance(profiles, dict):
        origin = _origin(file, (_PROFILES,))
        raise invalid(origin, _PROFILES, "tables, as in [profiles.farm]", repr(profiles))
    layers: dict[str, list[Given]] = {}
    for name, table in profiles.items():
        if not isinstance(table, dict):
            origin = _origin(file, (_PROFILES, str(name)))
            raise invalid(origin, f"{_PROFILES}.{name}", "a table of settings", repr(table))
        above = (_PROFILES, str(name))
        layers[str(name)] = list(_values(file, table, above=above, profile=str(name)))
    return layers


def _values(
    file: SettingsFile, table: dict[Any, Any], *, above: Dotted, profile: str
) -> Iterator[Given]:
    for name, value in table.items():
        path = (*above, str(name))
        origin = _origin(file, path, profile)
        if value is None or (file.is_seed and name in _SEED_ONLY):
            continue
        if name not in sections():
            yield from _one(file, str(name), value, path=path, profile=profile)
        elif isinstance(value, dict):
            for last, inner in value.items():
                inside = (*path, str(last))
                if inner is not None:
                    yield from _one(file, f"{name}.{last}", inner, path=inside, profile=profile)
        else:
            raise invalid(origin, str(name), "a table of settings", repr(value))


def _one(
    file: SettingsFile, name: str, value: object, *, path: Dotted, profile: str
) -> Iterator[Given]:
    origin = _origin(file, path, profile)
    key = known_key(name, origin)
    if key.kind.is_table and isinstance(value, dict):
        # Entry by entry, so that each is told with its own line.
        for entry, inner in value.items():
            place = _origin(file, (*path, str(entry)), profile)
            yield Given(key, checked(key, {entry: inner}, place), place)
        return
    read = checked(key, value, origin)
    if key.kind.is_path:
        read = folders.expanded(str(read))
        read = file.base / read if file.base is not None else read
    yield Given(key, read, origin)


def _origin(file: SettingsFile, path: Dotted, profile: str = "") -> Origin:
    return Origin(file.kind, path=file.path, line=file.lines.get(path, 0), profile=profile)
