"""A hot folder: each folder in it is a drop, taken in once it is whole, and again if it changes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from rushes.core import atomic, folders
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.transfer.learning import Place
from rushes.transfer.plan import listed

_SECOND = 1_000_000_000


class Ready(NamedTuple):
    """A drop that is whole: its folder, its manifests, and what tells this state from others."""

    folder: Path
    manifests: tuple[Path, ...]
    state: str


@dataclass(slots=True)
class HotFolder:
    """The drops below `folder`. `seen` are the states that were taken in, kept in the file `kept`.

    A drop is whole when nothing in it was written for `quiet` seconds and, with `manifest` (`*`
    and `?` match), when a file of such a name lies in it.
    """

    place: Place
    kept: Path
    quiet: float
    manifest: str = ""
    clock: Callable[[], float] = time.time
    seen: dict[str, str] = field(default_factory=dict)

    def ready(self) -> Iterator[Ready]:
        """Drops that are whole and were not taken in as they are, by name.

        Raises `path.not_found` and `path.unreadable` where the folder itself cannot be read.
        """
        self.seen = dict(_read(self.kept))
        for folder in _folders(Path(self.place.root)):
            tree = listed(self.place.storage, str(folder))
            since = (self.clock() - self.quiet) * _SECOND
            if not tree.files or any(one.mtime_ns > since for one in tree.files.values()):
                continue
            names = [path for path in tree.files if "/" not in path]
            found = [one for one in sorted(names) if fnmatchcase(one, self.manifest)]
            if self.manifest and not found:
                continue
            rows = sorted((path, *facts) for path, facts in tree.files.items())
            state = sha256(repr((rows, sorted(tree.odd))).encode("utf-8", "replace")).hexdigest()
            if self.seen.get(escape(folder.name)) != state:
                yield Ready(folder, tuple(folder / one for one in found), state)

    def taken(self, drop: Ready) -> None:
        """The drop was taken in, or refused: it is not looked at again as it is."""
        import orjson

        self.seen[escape(drop.folder.name)] = drop.state
        atomic.write_bytes(folders.made(self.kept.parent) / self.kept.name, orjson.dumps(self.seen))


def _folders(root: Path) -> list[Path]:
    """The folders in it, without links and hidden ones."""
    try:
        with os.scandir(root) as entries:
            found = [
                root / one.name
                for one in entries
                if one.is_dir(follow_symlinks=False) and not one.name.startswith(".")
            ]
    except FileNotFoundError as error:
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no folder {escape(str(root))}.",
            hint="Check the spelling, and that the storage is mounted.",
        ) from error
    except OSError as error:
        raise RushesError(
            Code.PATH_UNREADABLE,
            f"{escape(str(root))} cannot be read: {error.strerror or error}.",
            hint="Check its permissions.",
        ) from error
    return sorted(found)


def _read(path: Path) -> Mapping[str, str]:
    """What was seen before; nothing where that is lost, for taking in anew does no harm."""
    import orjson

    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
