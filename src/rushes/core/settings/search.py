"""Which settings files count, and in which order."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from rushes.core import folders
from rushes.core.escape import escape
from rushes.core.settings.origin import FROM_PROJECT_FILE, FROM_USER_FILE

TOML_NAME = "rushes.toml"
SEED_NAME = "toolkit.yaml"


def settings_files(
    *, config: Path | None, environ: Mapping[str, str], cwd: Path | None
) -> tuple[list[tuple[Path, str]], list[str]]:
    """The files to read with their kind of origin, the weakest first, and notes on the choice.

    A person's own file comes first, then the project's: `config` where given, else the nearest
    `rushes.toml` from `cwd` upwards, else a `toolkit.yaml` in `cwd` itself.
    """
    notes: list[str] = []
    found: list[tuple[Path, str]] = []
    user = folders.config_folder(environ) / TOML_NAME
    project = config or (_project_file(cwd, notes, user=user) if cwd is not None else None)
    if os.path.isfile(user) and (project is None or not _same(user, project)):
        found.append((user, FROM_USER_FILE))
    if project is not None:
        found.append((project, FROM_PROJECT_FILE))
    return found, notes


# `os.path.isfile` throughout: `Path.is_file` raises where a folder above may not be entered.
def _project_file(cwd: Path, notes: list[str], *, user: Path) -> Path | None:
    seed = cwd / SEED_NAME
    for folder in (cwd, *cwd.parents):
        path = folder / TOML_NAME
        if not os.path.isfile(path) or _same(path, user):
            continue
        if os.path.isfile(seed):
            notes.append(
                f"{escape(str(path))} is read; {escape(str(seed))} is not,"
                f" because a {TOML_NAME} goes before it."
            )
        return path
    if not os.path.isfile(seed):
        return None
    notes.append(f"{escape(str(seed))} is read, because no {TOML_NAME} was found.")
    return seed


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
