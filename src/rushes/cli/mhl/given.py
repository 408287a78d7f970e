"""What is given to commands about hash lists: a folder, patterns, and who does the work."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from rushes.cli import face
from rushes.cli.session import Session
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.qc import places

# Records of quality checks are no media, and change after the hash list was made.
ARTEFACTS = (
    places.FOLDER,
    places.CACHE,
    places.LOCK,
    f"*{places.ENDING}",
    "qc.sequence.json",
    ".qc.*.part",
)

root = click.argument("root", type=face.GivenPath(), metavar="ROOT")
ignore = click.option(
    "--ignore",
    multiple=True,
    metavar="PATTERN",
    help="Leave out what matches, as in .gitignore; may be given several times.",
)


def hashing(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options of commands that hash; they become settings of the session."""

    @wraps(function)
    def run(session: Session, *, workers: int | None, cluster: str | None, **given: Any) -> int:
        session.flags |= face.executor_flags(workers, cluster)
        return function(session, **given)

    hashed: Callable[..., int] = face.with_options(run, face.executing("Hash"))
    return hashed


def folder(path: Path) -> Path:
    """The folder at `path`, links to it followed: manifests bear its own name.

    Raises `path.not_found`.
    """
    found = Path(os.path.realpath(path.expanduser()))
    if not found.is_dir():
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no folder {escape(str(path))}.",
            hint="Check the spelling, and that the storage is mounted.",
        )
    return found
