"""Which folders are hidden: those below the one that was asked for whose name begins with a dot."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath


def hidden_name(name: str) -> bool:
    """Whether a folder of that name is hidden, unless it is the one that was asked for."""
    return name.startswith(".")


def shown(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the `names` of folders that are not hidden."""
    return tuple(name for name in names if not hidden_name(name))


def any_hidden(names: Iterable[str]) -> bool:
    """Whether one of the `names` of folders is hidden, and with it what lies below."""
    return any(map(hidden_name, names))


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
    for at in range(len(below.parts), len(parts)):
        if hidden_name(parts[at]):
            return PurePosixPath(*parts[:at])
    return path
