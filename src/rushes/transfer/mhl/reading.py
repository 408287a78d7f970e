"""Manifests and chains as they are read, those of other tools included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from rushes.transfer.mhl.generation import (
    FORMATS,
    Author,
    Creator,
    FileEntry,
    FolderEntry,
    FolderHash,
    Generation,
    Hash,
    Reference,
)
from rushes.transfer.mhl.xml import inside, invalid, read


class Link(NamedTuple):
    """One line of the chain: a generation's manifest and its digest."""

    number: int
    file: str
    format: str
    digest: str


def read_chain(path: Path, data: bytes) -> list[Link]:
    """The generations in their order. Raises `manifest.invalid`."""
    links: list[Link] = []
    file, digest = "", ("", "")

    def end(tag: str, attributes: Mapping[str, str], text: str) -> None:
        nonlocal file, digest
        if tag == "path":
            file = inside(text)
            if "/" in file:
                raise ValueError(f"the manifest {file!r} is not in this folder")
        elif tag in FORMATS:
            digest = (tag, text.strip())
        elif tag == "hashlist":
            if not file or not digest[1]:
                raise ValueError("a generation lacks its path or its hash")
            links.append(Link(int(attributes.get("sequencenr", "0")), file, *digest))
            file, digest = "", ("", "")

    read(path, data, root="ascmhldirectory", begin=lambda _tag: None, end=end)
    return sorted(links)


def read_generation(path: Path, data: bytes, number: int) -> Generation:
    """The generation in a manifest. Raises `manifest.invalid`."""
    reader = _Reader()
    read(path, data, root="hashlist", begin=reader.begin, end=reader.end)
    if not reader.version.startswith("2"):
        raise invalid(path, f"its version is {reader.version!r}, not 2.0")
    return Generation(
        number,
        path.name,
        reader.creator,
        reader.process,
        reader.root,
        reader.root_hashed,
        tuple(reader.ignore),
        reader.entries,
        tuple(reader.references),
    )


@dataclass(slots=True)
class _Reader:
    """What was read so far, and the parts of the entry that is open."""

    version: str = ""
    creator: Creator = field(default_factory=Creator)
    process: str = ""
    root: tuple[FolderHash, ...] = ()
    root_hashed: str = ""
    ignore: list[str] = field(default_factory=list)
    entries: list[FileEntry | FolderEntry] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    path: str = ""
    size: int | None = None
    mtime: str = ""
    previous: str = ""
    hashed: str = ""
    hashes: list[Hash] = field(default_factory=list)
    content: list[Hash] = field(default_factory=list)

    def begin(self, tag: str) -> None:
        """Forget the entry before."""
        if tag in ("hash", "directoryhash", "roothash", "hashlistreference"):
            self.path = self.mtime = self.previous = self.hashed = ""
            self.size, self.hashes, self.content = None, [], []

    def end(self, tag: str, attributes: Mapping[str, str], text: str) -> None:
        """Take what an element told."""
        if tag in FORMATS:
            self.hashes.append(Hash(tag, text.strip(), attributes.get("action", "")))
            self.hashed = self.hashed or attributes.get("hashdate", "")
        elif tag == "path":
            self.path = inside(text)
            self.size = int(attributes["size"]) if attributes.get("size") else None
            self.mtime = attributes.get("lastmodificationdate", "")
        elif tag == "previousPath":
            self.previous = inside(text)
        elif tag == "content":
            self.content, self.hashes = self.hashes, []
        elif tag in ("hash", "directoryhash", "roothash", "hashlistreference"):
            self._entry(tag)
        else:
            self._told(tag, attributes, text)

    def _entry(self, tag: str) -> None:
        if tag == "roothash":
            self.root, self.root_hashed = self._folder(), self.hashed
            return
        path = inside(self.path)
        if tag == "hash":
            entry = FileEntry(
                path, self.size, self.mtime, tuple(self.hashes), self.hashed, self.previous
            )
            self.entries.append(entry)
        elif tag == "directoryhash":
            folder = FolderEntry(path, self.mtime, self._folder(), self.hashed, self.previous)
            self.entries.append(folder)
        else:
            c4 = next((one.digest for one in self.hashes if one.format == "c4"), "")
            self.references.append(Reference(path, c4))

    def _folder(self) -> tuple[FolderHash, ...]:
        structure = {one.format: one.digest for one in self.hashes}
        return tuple(
            FolderHash(one.format, one.digest, structure.get(one.format, ""))
            for one in self.content
        )

    def _told(self, tag: str, attributes: Mapping[str, str], text: str) -> None:
        """What stands once, about the whole generation."""
        if tag == "hashlist":
            self.version = attributes.get("version", "")
        elif tag == "process":
            self.process = text
        elif tag == "pattern":
            self.ignore.append(text)
        elif tag == "author":
            known = (attributes.get(name, "") for name in ("email", "phone", "role"))
            authors = (*self.creator.authors, Author(text.strip(), *known))
            self.creator = replace(self.creator, authors=authors)
        elif tag == "tool":
            version = attributes.get("version", "")
            self.creator = replace(self.creator, tool=text, tool_version=version)
        elif tag == "creationdate":
            self.creator = replace(self.creator, created=text.strip())
        elif tag == "hostname":
            self.creator = replace(self.creator, host=text)
        elif tag == "location":
            self.creator = replace(self.creator, location=text)
        elif tag == "comment":
            self.creator = replace(self.creator, comment=text)
