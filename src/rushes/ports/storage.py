"""Where files lie: folders seen one at a time, and files read by ranges of bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

Stamp = tuple[int, int, int]
# Some files of one folder as they were, in columns: names, sizes, and mtimes in nanoseconds.
Probes = tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]
KnownFolder = tuple[str, Stamp, Probes]  # a folder as it was; its path comes first
BLOCK = 512  # bytes in one of a listing's blocks, whatever the file system's own blocks are


def blocks_of(size: int) -> int:
    """How many of those hold so many bytes."""
    return -(-size // BLOCK)


class Sums(NamedTuple):
    """What the columns of some files, one or more, add up to: bytes, nanoseconds and blocks."""

    size: int
    mtime: int
    blocks: int
    smallest: int
    largest: int
    oldest: int
    newest: int

    @staticmethod
    def of(sizes: Sequence[int], mtimes: Sequence[int], blocks: Sequence[int]) -> Sums:
        """Added up here and now."""
        return Sums(
            sum(sizes),
            sum(mtimes),
            sum(blocks),
            min(sizes),
            max(sizes),
            min(mtimes),
            max(mtimes),
        )


@dataclass(slots=True)
class Listing:
    """One folder's entries, files in columns; order is the storage's own.

    The file `names[i]` has `sizes[i]` bytes, was last changed at `mtimes[i]` (nanoseconds since
    1970), and takes `blocks[i]` blocks of 512 bytes.

    Links to files are followed (their target's size and times count); links to folders are not,
    so that a loop cannot catch a walk: they are counted as `special`, as are sockets, devices,
    pipes and links that lead nowhere, which are named in `dead`, too. A file with several hard
    links counts under each of its names. Files that vanish while the folder is read are left out.
    `stamp` is (inode, mtime_ns, ctime_ns) of the folder before it was read.
    """

    stamp: Stamp
    names: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    mtimes: list[int] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    special: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)  # of `special`: links that lead nowhere
    unreadable: list[str] = field(default_factory=list)  # named by the storage, and nothing told
    sums: Sums | None = None  # where the storage added up all files while it listed them

    def add(self, name: str, *, size: int, mtime_ns: int, blocks: int) -> None:
        """Take in one file."""
        self.sums = None
        self.names.append(name)
        self.sizes.append(size)
        self.mtimes.append(mtime_ns)
        self.blocks.append(blocks)

    def only(self, members: Sequence[int]) -> Listing:
        """The same with no files but those at these positions."""
        return replace(
            self,
            names=[self.names[at] for at in members],
            sizes=[self.sizes[at] for at in members],
            mtimes=[self.mtimes[at] for at in members],
            blocks=[self.blocks[at] for at in members],
            sums=None,
        )


@dataclass(frozen=True, slots=True)
class Room:
    """A file system's bytes: those there are for ordinary users, and those still free."""

    size: int
    free: int


class OpenFile(Protocol):
    """One file, read by ranges. Every read raises `path.unreadable` where it fails."""

    @property
    def size(self) -> int:
        """Its bytes when it was opened."""
        ...

    @property
    def mtime_ns(self) -> int:
        """When it had last been changed when it was opened."""
        ...

    def read(self, offset: int, size: int) -> bytes:
        """The bytes from `offset`; fewer than `size` only where the file ends."""
        ...

    def changed(self) -> bool:
        """Whether it is another than when it was opened, as far as size and time tell."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Storage(Protocol):
    """A place with folders and files, read-only here. Picklable, so that workers can hold it.

    Paths are absolute, with `/` between names, as the file system spells them.
    """

    def list_folder(self, path: str, *, beat: Callable[[], None] | None = None) -> Listing:
        """The entries of the folder `path`, which is not a link.

        `beat` is called now and then while a long listing comes in, so that a slow folder can be
        told from a dead one. Raises `path.not_found` when there is no such folder (any more),
        `path.unreadable` when it may not or cannot be read.
        """
        ...

    def stamp(self, path: str) -> Stamp | None:
        """The folder's stamp now, or None where there is no such folder."""
        ...

    def probe(self, paths: Sequence[str]) -> Sequence[tuple[int, int] | None]:
        """Size and mtime_ns of each file, links followed; None where there is none."""
        ...

    def unchanged(self, folders: Sequence[KnownFolder]) -> int:
        """How many of the first `folders` are as they were: what `stamp` and `probe` tell now is
        what is known of them.

        Of those after them nothing is said, be they changed or not; the next one has to be asked
        by `stamp` and `probe`. 0 where asking for many is no quicker than one by one.
        """
        ...

    def open_file(self, path: str) -> OpenFile:
        """The file at `path`, links followed; to be closed.

        Raises `path.not_found`, and `path.unreadable` for what is no file or may not be read.
        """
        ...

    def may_hang(self) -> bool:
        """Whether a call may stay silent for ever, so that somebody has to watch over it."""
        ...

    def room(self, path: str) -> Room | None:
        """How much room there is where `path` lies; None where that cannot be told."""
        ...
