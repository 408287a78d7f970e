"""All sources of settings laid over one another, the weakest first."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rushes.core import folders
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.settings.given import Given
from rushes.core.settings.keys import keys
from rushes.core.settings.layers import environment_layer, flag_layer
from rushes.core.settings.origin import DEFAULT, FROM_PROJECT_FILE, Origin
from rushes.core.settings.schema import Settings
from rushes.core.settings.search import settings_files

_ENV_NAME = ".env"
_IN_ORDER = (
    ("disk.show_warn", "disk.show_critical"),
    ("disk.shot_warn", "disk.shot_critical"),
    ("disk.filesystem_warn", "disk.filesystem_critical"),
)


def load(
    *,
    flags: Mapping[str, object] | None = None,
    config: Path | None = None,
    profile: str | None = None,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Settings:
    """The settings: defaults, a person's file, the project's, their profile, `.env`, environment,
    flags.

    `.env` lies beside the project's file, or in `cwd` where there is none. `flags` go by dotted
    name (`scan.workers`). `config` and `profile` fall back on RUSHES_CONFIG and RUSHES_PROFILE;
    `environ` and `cwd` on this process's. Raises `settings.unknown`, `settings.invalid`,
    `path.not_found` or `path.unreadable`.
    """
    environ = os.environ if environ is None else environ
    profile = profile or environ.get("RUSHES_PROFILE", "")
    cwd = cwd or _cwd()
    paths, notes = _files(config, environ, cwd)
    layers = [environment_layer(environ), flag_layer(flags or {})]
    env_file = _env_file(paths, cwd)
    if env_file is not None:
        from rushes.core.settings.dotenv import dotenv_layer, read_dotenv  # few have one

        variables = read_dotenv(env_file)
        profile = profile or variables.get("RUSHES_PROFILE", ("", 0))[0]
        layers = [dotenv_layer(env_file, variables, environ), *layers]
        notes.append(f"{escape(str(env_file))} is read; it goes before settings files.")
    if paths or profile:
        from rushes.core.settings.from_files import file_layers  # costs what few runs need

        layers = [*file_layers(paths, profile=profile), *layers]
    values, origins = _laid(layers)
    seed = any(_is_seed(path) for path, _ in paths)
    values.setdefault("data_dir", folders.data_folder(environ))
    values.setdefault("log_dir", Path("logs") if seed else values["data_dir"] / "logs")
    _check_order(values, origins)
    return _built(
        values,
        profile=profile,
        origins=origins,
        files=tuple(path for path, _ in paths),
        notes=tuple(notes),
        log_name="toolkit.log" if seed else "rushes.log",
    )


def profiles(
    *,
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> list[str]:
    """The names of the profiles that `load` would know of. Raises as that does of files."""
    from rushes.core.settings.from_files import profile_names

    paths, _ = _files(config, os.environ if environ is None else environ, cwd or _cwd())
    return profile_names(paths)


def _files(
    config: Path | None, environ: Mapping[str, str], cwd: Path | None
) -> tuple[list[tuple[Path, str]], list[str]]:
    named = environ.get("RUSHES_CONFIG", "")
    config = config or (folders.expanded(named, environ) if named else None)
    return settings_files(config=config, environ=environ, cwd=cwd)


def _cwd() -> Path | None:
    try:
        return Path.cwd()
    except OSError:  # it was deleted while we stood in it
        return None


def _env_file(paths: Sequence[tuple[Path, str]], cwd: Path | None) -> Path | None:
    """The `.env` that counts. A folder of that name, as some call a Python environment, is none."""
    folders_of_project = [path.parent for path, kind in paths if kind == FROM_PROJECT_FILE]
    folder = folders_of_project[0] if folders_of_project else cwd
    if folder is None or not os.path.isfile(folder / _ENV_NAME):
        return None
    return folder / _ENV_NAME


def _is_seed(path: Path) -> bool:
    return path.suffix.lower() in (".yaml", ".yml")


def _laid(layers: list[list[Given]]) -> tuple[dict[str, Any], dict[str, Origin]]:
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for given in (one for layer in layers for one in layer):
        name = given.key.name
        origins[name] = given.origin
        if given.key.kind.is_table:
            values.setdefault(name, {}).update(given.value)
            origins.update({f"{name}.{entry}": given.origin for entry in given.value})
        else:
            values[name] = given.value
    return values, origins


def _check_order(values: Mapping[str, Any], origins: Mapping[str, Origin]) -> None:
    for low, high in _IN_ORDER:
        if low not in origins and high not in origins:
            continue
        warn, critical = (values.get(name, keys()[name].default) for name in (low, high))
        if warn is not None and critical is not None and warn > critical:
            name, other = (low, high) if low in origins else (high, low)
            raise RushesError(
                Code.SETTINGS_INVALID,
                f"{origins[name]}: {low} is above {high}, so that nothing would ever be"
                " warned of before it is critical.",
                hint=f"Set both; {other} comes from {origins.get(other, DEFAULT)}.",
            )


def _built(values: dict[str, Any], **others: Any) -> Settings:
    whole: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        section, _, last = name.rpartition(".")
        (parts.setdefault(section, {}) if section else whole)[last] = value
    made = Settings.own_sections()
    whole.update({section: made[section](**inside) for section, inside in parts.items()})
    return Settings(**whole, **others)
