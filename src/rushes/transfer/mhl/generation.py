"""What one generation of a history records: the content of one manifest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

FOLDER = "ascmhl"
CHAIN = "ascmhl_chain.xml"
ENDING = ".mhl"

# In the order in which the schema wants them.
FORMATS = ("c4", "md5", "sha1", "xxh128", "xxh3", "xxh64")

ORIGINAL = "original"
VERIFIED = "verified"
FAILED = "failed"


class Hash(NamedTuple):
    """A file's digest in one format. `action` tells how it came about; old tools leave it out."""

    format: str
    digest: str
    action: str


class FileEntry(NamedTuple):
    """A file of the generation. Paths are relative to the history's folder, dates are ISO text."""

    path: str
    size: int | None
    mtime: str
    hashes: tuple[Hash, ...]
    hashed: str = ""
    previous: str = ""  # its path before it was renamed


class FolderHash(NamedTuple):
    """A folder's two digests in one format: of what is in it, and of that with its names."""

    format: str
    content: str
    structure: str


class FolderEntry(NamedTuple):
    """A folder of the generation; without hashes where its tool made none."""

    path: str
    mtime: str
    hashes: tuple[FolderHash, ...]
    hashed: str = ""
    previous: str = ""


class Reference(NamedTuple):
    """A generation of a nested history, that belongs to this one; the path is relative."""

    path: str
    c4: str


class Author(NamedTuple):
    """Who made a generation."""

    name: str
    email: str = ""
    phone: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Creator:
    """When, where and with what a generation was made, and by whom."""

    created: str = ""
    host: str = ""
    tool: str = ""
    tool_version: str = ""
    authors: tuple[Author, ...] = ()
    location: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Generation:
    """One manifest; `number` comes from the chain. `root` are the digests of the whole folder."""

    number: int
    file: str
    creator: Creator
    process: str
    root: tuple[FolderHash, ...]
    root_hashed: str
    ignore: tuple[str, ...]
    entries: Sequence[FileEntry | FolderEntry] = field(default_factory=list)
    references: tuple[Reference, ...] = ()

    @property
    def files(self) -> int:
        """How many files it records."""
        return sum(isinstance(entry, FileEntry) for entry in self.entries)
