"""Who fills the disk: use by place in the studio's work, and by folder."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from rushes.model.files import FolderUse, FoundFolder
from rushes.scan.hidden import shown_part
from rushes.scan.layout import LEVELS, NOWHERE, Layout, Place

_ALL = PurePosixPath(".")
_HEAVIEST = 5


@dataclass(slots=True)
class Use:
    """What a place or folder holds, everything below it included. Sizes are bytes.

    `largest_path` is relative to the storage root and None where there are no files.
    """

    files: int = 0
    size: int = 0
    allocated: int = 0
    largest: int = 0
    largest_path: PurePosixPath | None = None
    oldest_ns: int = 0
    newest_ns: int = 0

    def add(self, folder: PurePosixPath, use: FolderUse) -> None:
        """Take in what lies in one folder itself."""
        if not use.files:
            return
        if self.largest_path is None or use.largest > self.largest:
            self.largest, self.largest_path = use.largest, folder / use.largest_name
        self._span(use.oldest_ns, use.newest_ns)
        self.files += use.files
        self.size += use.size
        self.allocated += use.allocated

    def join(self, other: Use) -> None:
        """Take in all that `other` holds."""
        if not other.files:
            return
        if self.largest_path is None or other.largest > self.largest:
            self.largest, self.largest_path = other.largest, other.largest_path
        self._span(other.oldest_ns, other.newest_ns)
        self.files += other.files
        self.size += other.size
        self.allocated += other.allocated

    def _span(self, oldest_ns: int, newest_ns: int) -> None:
        self.oldest_ns = min(self.oldest_ns, oldest_ns) if self.files else oldest_ns
        self.newest_ns = max(self.newest_ns, newest_ns) if self.files else newest_ns


class Usage:
    """Disk use of one walk, taken in folder by folder.

    `depth` is how many levels of folders below `below`, where the walk began, are told apart. A
    hidden folder belongs to the place of the folder that it lies in.
    """

    def __init__(self, layout: Layout, *, below: PurePosixPath = _ALL, depth: int = 1) -> None:
        self.layout = layout
        self.below = below
        self.depth = depth
        self.total = Use()
        self._places: dict[Place, Use] = {}
        self._folders: dict[PurePosixPath, Use] = {}
        self._heaviest: list[tuple[int, str, FolderUse]] = []

    def take(self, folder: FoundFolder) -> None:
        """Add one folder as the walk met it."""
        self.take_use(folder.path, folder.use)

    def take_use(self, path: PurePosixPath, use: FolderUse) -> None:
        """Add what lies in the folder `path` itself."""
        self._folders.setdefault(self._folder(path), Use()).add(path, use)
        place = self.layout.place(shown_part(path, self.below))
        self._places.setdefault(place, Use()).add(path, use)
        self.total.add(path, use)
        if use.size and (len(self._heaviest) < _HEAVIEST or use.size >= self._heaviest[0][0]):
            heapq.heappush(self._heaviest, (use.size, str(path), use))
            if len(self._heaviest) > _HEAVIEST:
                heapq.heappop(self._heaviest)

    def heaviest(self) -> list[tuple[PurePosixPath, Use]]:
        """The few folders that most bytes lie in, what lies in their subfolders not counted."""
        found: list[tuple[PurePosixPath, Use]] = []
        for _, path, own in sorted(self._heaviest, key=lambda one: (-one[0], one[1])):
            use = Use()
            use.add(PurePosixPath(path), own)
            found.append((PurePosixPath(path), use))
        return found

    def places(self, level: str) -> dict[Place, Use]:
        """Use of every place on `level` ("show" … "task"), all below it included."""
        found: dict[Place, Use] = {}
        for place, use in self._places.items():
            at = place.up_to(level)
            if at.level == level:
                found.setdefault(at, Use()).join(use)
        return found

    def elsewhere(self) -> Use:
        """Use of what belongs to no show."""
        return self._places.get(NOWHERE, Use())

    def folders(self) -> dict[PurePosixPath, Use]:
        """Use of every folder down to `depth` levels, all below it included."""
        found: dict[PurePosixPath, Use] = {}
        for path, use in self._folders.items():
            for one in (path, *path.parents):
                if one == self.below or not one.is_relative_to(self.below):
                    break
                found.setdefault(one, Use()).join(use)
        return found

    def whole(self, place: Place) -> bool:
        """Whether the walk began high enough to have met all of `place`."""
        here = self.layout.place(self.below)
        return here.holds(place) and (place != here or self.layout.begins(self.below))

    def _folder(self, path: PurePosixPath) -> PurePosixPath:
        inside = path.relative_to(self.below).parts[: self.depth]
        return self.below.joinpath(*inside)


def levels(deepest: str) -> Iterable[str]:
    """The levels from the show down to `deepest`."""
    return LEVELS[: LEVELS.index(deepest) + 1]
