"""Where Rushes keeps a person's data and settings on each operating system."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape

# The same folders as platformdirs gives; importing that costs more than the rest of a start-up.
_LINUX = {
    "data": ("XDG_DATA_HOME", ".local/share"),
    "config": ("XDG_CONFIG_HOME", ".config"),
}
_MAC = {
    "data": "Library/Application Support",
    "config": "Library/Application Support",
}


def data_folder(environ: Mapping[str, str] | None = None) -> Path:
    """What must survive: the database, scan stamps, logs. `RUSHES_DATA_DIR` moves it."""
    environ = os.environ if environ is None else environ
    chosen = environ.get("RUSHES_DATA_DIR", "")
    return expanded(chosen, environ) if chosen else _folder("data", environ)


def config_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Where a person's own `rushes.toml` lies."""
    return _folder("config", os.environ if environ is None else environ)


def expanded(text: str, environ: Mapping[str, str] | None = None) -> Path:
    """`text` as a path, a leading `~` being this person's home folder."""
    if text != "~" and not text.startswith(("~/", "~\\")):
        return Path(text)
    return _home(os.environ if environ is None else environ) / text[2:]


def made(folder: Path) -> Path:
    """`folder`, created for this person alone (0700) if it was not there.

    Raises `write.failed` when it cannot be.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"Could not create the folder {escape(str(folder))}: {error.strerror or error}.",
            hint="Set RUSHES_DATA_DIR to a folder that you may write to.",
        ) from error
    return folder


def _folder(kind: str, environ: Mapping[str, str]) -> Path:
    if sys.platform == "win32":
        local = environ.get("LOCALAPPDATA") or str(_home(environ) / "AppData" / "Local")
        return Path(local) / "rushes"
    if sys.platform == "darwin":
        return _home(environ) / _MAC[kind] / "rushes"
    variable, below = _LINUX[kind]
    chosen = environ.get(variable, "")
    # The XDG specification has relative paths ignored.
    top = Path(chosen) if chosen.startswith("/") else _home(environ) / below
    return top / "rushes"


def _home(environ: Mapping[str, str]) -> Path:
    given = environ.get("USERPROFILE" if sys.platform == "win32" else "HOME", "")
    if given:
        return Path(given)
    try:
        return Path.home()
    except RuntimeError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            "This account has no home folder to keep data in.",
            hint="Set HOME, or RUSHES_DATA_DIR to a folder that you may write to.",
        ) from error
