"""Which folders are hidden: those below the one that was asked for whose name begins with a dot."""

from __future__ import annotations

from pathlib import PurePosixPath


def is_hidden(path: str, start: str) -> bool:
    """Whether the folder `path` is hidden or lies in one that is, as seen from `start`, which holds
    it. Both are relative to the mount, "" for the mount itself.

    `start` is looked at whatever it is called, and wherever it lies: somebody asked for it.
    """
    return "/." in (path[len(start) :] if start else f"/{path}")


def shown_part(path: PurePosixPath, below: PurePosixPath) -> PurePosixPath:
    """As much of `path` as is not hidden, seen from `below`, which holds it."""
    if "/." not in f"/{path}":
        return path
    parts = path.parts
    first = len(below.parts)
    for at in range(first, len(parts)):
        if parts[at].startswith("."):
            return PurePosixPath(*parts[:at])
    return path
