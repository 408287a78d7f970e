"""Files on storage as people think of them: sequences, single files, and their folders."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from typing import NamedTuple

from rushes.model.finding import Finding
from rushes.model.frames import FrameSet


class Kind(str, Enum):
    """What the number in the names counts."""

    FRAMES = "frames"  # 1001, 1002, …: moments in time; gaps are missing frames
    TILES = "tiles"  # UDIM 1001 … 1999: places on a surface; gaps mean nothing
    FILE = "file"  # a single file; head is its whole name, frames is empty


@dataclass(frozen=True, slots=True)
class FileSequence:
    """Files in one folder that differ in nothing but their frame number, or one single file.

    `frames` are those on disk. What ought to be there comes from the shot, never from the disk,
    so that a lost last frame cannot pass for a shorter shot. `folder` is relative to the storage
    root; `head` and `tail` are as the file system gave them (surrogateescape). A frame is written
    with `padding` digits, or more when it is wider. With `subframe_digits` = n, frames count
    10**-n frames: 1001.25 is 100125 with n = 2, and the name carries the point.
    """

    folder: PurePosixPath
    head: str
    tail: str
    padding: int
    frames: FrameSet
    kind: Kind = Kind.FRAMES
    subframe_digits: int = 0

    def name(self, frame: int) -> str:
        """The file name of `frame`, whether or not it is there; a single file's own name."""
        if self.kind is Kind.FILE:
            return self.head
        sign, size = ("-", -frame) if frame < 0 else ("", frame)
        if self.subframe_digits:
            whole, part = divmod(size, 10**self.subframe_digits)
            number = f"{whole:0{self.padding}d}.{part:0{self.subframe_digits}d}"
        else:
            number = f"{size:0{self.padding}d}"
        return f"{self.head}{sign}{number}{self.tail}"

    def path(self, frame: int) -> PurePosixPath:
        """Where `frame` belongs, whether or not it is there, relative to the storage root."""
        return self.folder / self.name(frame)

    def frame(self, name: str) -> int | None:
        """The frame whose file is called `name`, whether or not it is there; None where that is
        no name of this sequence.
        """
        number = name[len(self.head) : len(name) - len(self.tail)]
        digits = number.removeprefix("-").replace(".", "", 1)
        if self.kind is Kind.FILE or not (digits.isascii() and digits.isdigit()):
            return None
        if len(digits) > 18:
            return None
        size = int(digits)
        frame = -size if number.startswith("-") else size
        return frame if self.name(frame) == name else None

    @property
    def pattern(self) -> str:
        """`plate.%04d.exr`; `%d` when frames are not padded, `<UDIM>` for tiles."""
        if self.kind is Kind.FILE:
            return self.head
        if self.kind is Kind.TILES:
            return f"{self.head}<UDIM>{self.tail}"
        number = f"%0{self.padding}d" if self.padding > 1 else "%d"
        point = f".%0{self.subframe_digits}d" if self.subframe_digits else ""
        return f"{self.head}{number}{point}{self.tail}"


class FileFacts(NamedTuple):
    """What the file system says of the files of one sequence, added up. Sizes are bytes.

    `allocated` is what the file system set aside (blocks × 512), `smallest` and `largest` are
    single files' sizes, times are `st_mtime_ns`. `empty` are the frames of zero bytes, `short`
    those far smaller than their neighbours (see scan.facts). `fingerprint` changes when a file
    is added, removed, resized or touched; it is no hash of the content.
    """

    files: int
    size: int
    allocated: int
    smallest: int
    largest: int
    oldest_ns: int
    newest_ns: int
    fingerprint: str
    empty: FrameSet = FrameSet()
    short: FrameSet = FrameSet()


@dataclass(frozen=True, slots=True)
class FoundSequence:
    """A file sequence as a scan met it."""

    sequence: FileSequence
    facts: FileFacts


class LeftOut(NamedTuple):
    """Files that are in no sequence, yet take room: hidden, temporary, or no files at all.

    `dead_links` are the names of those among the special ones that are links to nothing, hidden
    and temporary ones not told; in order, as the file system gave them. In a `hidden_folder`, one
    whose name begins with a dot or that lies in such a one, all there is counts as hidden.
    """

    hidden: int = 0
    temporary: int = 0
    special: int = 0  # sockets, devices, pipes, links to folders or to nothing
    dead_links: tuple[str, ...] = ()
    hidden_folder: bool = False


class FolderUse(NamedTuple):
    """What lies in one folder itself, its subfolders not counted. Sizes are bytes.

    Hidden and temporary files count here. `largest_name` is as the file system gave it.
    """

    files: int = 0
    size: int = 0
    allocated: int = 0
    largest: int = 0
    largest_name: str = ""
    oldest_ns: int = 0
    newest_ns: int = 0


_NO_USE, _NOTHING = FolderUse(), LeftOut()


@dataclass(frozen=True, slots=True)
class FoundFolder:
    """One folder as a scan met it: its sequences in name order, its use, and what was wrong."""

    path: PurePosixPath  # relative to the storage root; "." for the root itself
    sequences: tuple[FoundSequence, ...] = ()
    use: FolderUse = _NO_USE
    left_out: LeftOut = _NOTHING
    findings: tuple[Finding, ...] = ()
    unread: bool = False  # not listed, or only in part: what is not here may be there
