"""Where files lie, seen one folder at a time."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol


@dataclass(slots=True)
class Listing:
    """One folder's entries. `names[i]` has `stats[i]`; order is the storage's own.

    Links to files are followed (their target's size and times count); links to folders are not,
    so that a loop cannot catch a walk: they are counted as `special`, as are sockets, devices,
    pipes and broken links. `stamp` is (inode, mtime_ns, ctime_ns) of the folder before it was
    read.
    """

    names: list[str]
    stats: list[os.stat_result]
    folders: list[str]
    special: list[str]
    unreadable: list[str]  # entries that vanished or could not be asked while the folder was read
    stamp: tuple[int, int, int]


class Storage(Protocol):
    """A place with folders and files, read-only here. Picklable, so that workers can hold it."""

    def list_folder(self, path: str) -> Listing:
        """The entries of the absolute folder `path`.

        Raises `path.not_found` or `path.unreadable`.
        """
        ...

    def stamp(self, path: str) -> tuple[int, int, int] | None:
        """The folder's stamp now, or None where there is no such folder."""
        ...
