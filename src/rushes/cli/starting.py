"""A settings file to begin with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from rushes.core import atomic
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.settings.document import sample_toml
from rushes.core.settings.search import TOML_NAME


def write_sample(at: Path, *, flags: Mapping[str, object], force: bool) -> Path:
    """Write a commented `rushes.toml` at `at`, a folder or a file, and return where it is.

    `flags` that are not None are set in it. Raises `write.failed`, also where a file is there
    already and `force` is not given.
    """
    path = at if at.suffix.lower() == ".toml" and not os.path.isdir(at) else at / TOML_NAME
    if not os.path.isdir(path.parent):
        raise RushesError(
            Code.WRITE_FAILED,
            f"There is no folder {escape(str(path.parent))} to write {path.name} into.",
            hint="Make it first, or name another with --at.",
        )
    if not force and os.path.lexists(path):
        raise RushesError(
            Code.WRITE_FAILED,
            f"There is already a {escape(str(path))}; it was left as it is.",
            hint="Replace it with --force, or name another place with --at.",
        )
    text = sample_toml(
        {name: _from(path.parent, flag) for name, flag in flags.items() if flag is not None}
    )
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise RushesError(
            Code.USAGE,
            "A path that is not valid UTF-8 cannot be written into a TOML file.",
            hint="Rename the folder, or name it with an environment variable.",
        ) from error
    (atomic.write_bytes if force else atomic.create_bytes)(path, data)
    return path


def _from(folder: Path, flag: object) -> object:
    """Paths of flags start from the working directory, those of a file from its folder."""
    if not isinstance(flag, Path):
        return flag
    whole = Path(os.path.abspath(flag))
    top = Path(os.path.abspath(folder))
    return whole.relative_to(top) if whole.is_relative_to(top) else whole
