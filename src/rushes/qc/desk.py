"""The records of one folder, as they lie on storage: which sidecars, which cache, what is left."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rushes.qc import hashcache
from rushes.qc.hashcache import HashCache
from rushes.qc.places import CACHE, ENDING, FOLDER, LEGACY_SEQUENCE, LOCK, Mode, is_part, sidecar
from rushes.qc.writing import Print, print_of


@dataclass(slots=True)
class Desk:
    """What lies in the folder of records `folder`, which is the media's own unless they are apart.

    `sidecars` go by their place relative to `folder`. `unfinished` says that a run was killed
    while it wrote here, `parts` are the files that it left.
    """

    folder: Path
    cache: HashCache = field(default_factory=HashCache)
    sidecars: dict[str, Print] = field(default_factory=dict)
    unfinished: bool = False
    parts: list[Path] = field(default_factory=list)

    def place(self, name: str, mode: Mode) -> str | None:
        """Where the sidecar of the asset `name` lies: as `mode` has it, else as another has it."""
        for one in (mode, *(other for other in Mode if other is not mode)):
            place = sidecar(name, one)
            if place in self.sidecars:
                return place
        return None

    def places(self, name: str) -> list[str]:
        """All sidecars of the asset `name`, one for each mode that it was ever recorded in."""
        return [place for one in Mode if (place := sidecar(name, one)) in self.sidecars]

    def legacy(self) -> list[str]:
        """Sidecars for the whole folder, as the earlier tool wrote them for a sequence."""
        return [
            place
            for name in LEGACY_SEQUENCE
            for place in (f"{FOLDER}/{name}", name)
            if place in self.sidecars
        ]

    def clear(self) -> None:
        """Remove what killed runs left; only for who holds the folder's lock."""
        for one in self.parts:
            with suppress(OSError):
                one.unlink()
        self.parts = []


def open_desk(folder: Path) -> Desk:
    """What lies in `folder` now; nothing, where there is no such folder.

    Raises `OSError` where it cannot be listed.
    """
    desk = Desk(folder)
    cached = False
    for place, entry in _entries(folder):
        name = entry.name
        if is_part(name):
            desk.parts.append(Path(entry.path))
            desk.unfinished = True
        elif name == LOCK:
            desk.unfinished = True
        elif name.endswith(ENDING) or name in LEGACY_SEQUENCE:
            with suppress(FileNotFoundError):  # another run has just put it elsewhere
                desk.sidecars[place] = print_of(entry.stat(follow_symlinks=False))
        elif name == CACHE:
            cached = True
    if cached:
        desk.cache = hashcache.read(folder)
    return desk


def _entries(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    within = None
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as listing:
        for entry in listing:
            if entry.name == FOLDER:
                within = entry
            yield entry.name, entry
    # What lies behind a link is not this folder's.
    if within is not None and within.is_dir(follow_symlinks=False):
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(within.path) as listing:
            for entry in listing:
                yield f"{FOLDER}/{entry.name}", entry
