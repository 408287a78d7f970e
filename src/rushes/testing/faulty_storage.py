"""A storage on which things go wrong where a test says so."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rushes.adapters.storage.local import LocalStorage
from rushes.ports.storage import KnownFolder, Listing, OpenFile, Room, Stamp


@dataclass(frozen=True)
class FaultyStorage:
    """The local storage, but for folders of certain names.

    Listing a folder named in `hangs` blocks in the kernel, reading the pipe `pipe` until somebody
    writes there. One in `kills` costs the process its life; with `marker`, a file that is made
    then, only once. One in `vanishes` is removed just before it is read. Every folder listed is
    noted in `listed` (in this process). Nobody has to mind one that is not `hanging`.
    """

    hangs: tuple[str, ...] = ()
    pipe: str = ""
    kills: tuple[str, ...] = ()
    marker: str = ""
    vanishes: tuple[str, ...] = ()
    hanging: bool = True
    listed: list[str] = field(default_factory=list)
    local: LocalStorage = field(default_factory=LocalStorage)

    def list_folder(self, path: str, *, beat: Callable[[], None] | None = None) -> Listing:
        """The folder's entries, unless something happens."""
        name = path.removesuffix("/.").rpartition("/")[2]
        self.listed.append(name)
        if name in self.hangs:
            os.close(os.open(self.pipe, os.O_RDONLY))
        if name in self.kills and not (self.marker and os.path.exists(self.marker)):
            if self.marker:
                Path(self.marker).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if name in self.vanishes:
            shutil.rmtree(path)
        return self.local.list_folder(path, beat=beat)

    def stamp(self, path: str) -> Stamp | None:
        """As the local storage."""
        return self.local.stamp(path)

    def probe(self, paths: Sequence[str]) -> Sequence[tuple[int, int] | None]:
        """As the local storage."""
        return self.local.probe(paths)

    def unchanged(self, folders: Sequence[KnownFolder]) -> int:
        """As the local storage."""
        return self.local.unchanged(folders)

    def open_file(self, path: str) -> OpenFile:
        """As the local storage."""
        return self.local.open_file(path)

    def may_hang(self) -> bool:
        """It may, unless it was told not to."""
        return self.hanging

    def room(self, path: str) -> Room | None:
        """As the local storage."""
        return self.local.room(path)
