"""The key that sessions are signed with: made once, and kept from everybody else."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from rushes.core import folders
from rushes.core.errors import Code, RushesError

_NAME = "server.key"
_SHORTEST = 32


def secret_key(data_dir: Path) -> str:
    """The key in `data_dir`; made there on first use. Raises `write.failed`.

    Of several processes that make it at once, one does, and the others read it.
    """
    path = folders.made(data_dir) / _NAME
    try:
        if not path.exists():
            _make(path)
        key = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"The server's key {path} can neither be read nor made: {error}.",
            hint="Check its permissions. If it is damaged, delete it: people log in anew then.",
        ) from error
    if len(key) < _SHORTEST:
        raise RushesError(
            Code.WRITE_FAILED,
            f"The server's key {path} is damaged.",
            hint="Delete it: another one is made, and people log in anew.",
        )
    return key


def _make(path: Path) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(64))
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            os.link(part, path)
    finally:
        part.unlink()
