"""The ASC MHL history that goes with a package: one generation, made of digests that are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rushes import __version__
from rushes.core import clock
from rushes.exchange.delivery.package import Digests, Package
from rushes.exchange.papers import LISTED
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.mhl.folder_hash import Child, folder_hash
from rushes.transfer.mhl.generation import (
    CHAIN,
    ENDING,
    FOLDER,
    ORIGINAL,
    Creator,
    FileEntry,
    FolderEntry,
    FolderHash,
    Generation,
    Hash,
)
from rushes.transfer.mhl.ignoring import ALWAYS
from rushes.transfer.mhl.reading import Link
from rushes.transfer.mhl.writing import chain_document, manifest_document

CHAIN_PATH = f"{FOLDER}/{CHAIN}"


class Listed(NamedTuple):
    """A file that is on the list, by its path in the package."""

    path: str
    size: int
    mtime_ns: int


@dataclass(slots=True)
class _Folder:
    """A folder of the package while its digest is made."""

    files: dict[str, Listed] = field(default_factory=dict)
    folders: dict[str, _Folder] = field(default_factory=dict)


def list_path(made: Package) -> str:
    """Where the hash list lies in the package."""
    return f"{FOLDER}/0001_{made.name}_{made.made:%Y-%m-%d_%H%M%SZ}{ENDING}"


def hash_list(made: Package, files: Sequence[Listed], digests: Digests) -> bytes:
    """The manifest of the generation: every file and folder; as many bytes for any digests."""
    when = made.made.isoformat()
    top = _tree(files)
    entries: list[FileEntry | FolderEntry] = []
    root = _walked(top, "", digests, entries, when)
    generation = Generation(
        1,
        list_path(made).rpartition("/")[2],
        Creator(
            made.made.isoformat(timespec="seconds"),
            made.sender or "rushes",
            "rushes",
            __version__,
            comment=f"Delivery {made.name}",
        ),
        "in-place",
        (root,),
        when,
        tuple(ALWAYS),
        entries,
    )
    return manifest_document(generation)


def chain(made: Package, files: Sequence[Listed], digests: Digests) -> bytes:
    """The chain that vouches for the list."""
    name = list_path(made).rpartition("/")[2]
    document = hash_list(made, files, digests)
    return chain_document([Link(1, name, "c4", digest_of(document, "c4"))])


def _tree(files: Iterable[Listed]) -> _Folder:
    top = _Folder()
    for one in files:
        *folders, name = one.path.split("/")
        here = top
        for folder in folders:
            here = here.folders.setdefault(folder, _Folder())
        here.files[name] = one
    return top


def _walked(
    folder: _Folder,
    path: str,
    digests: Mapping[str, Mapping[str, str]],
    entries: list[FileEntry | FolderEntry],
    when: str,
) -> FolderHash:
    """The folder's digest; what is in it is added to `entries` before itself, as lists have it."""
    children: list[Child] = []
    for name, inner in sorted(folder.folders.items()):
        below = f"{path}/{name}" if path else name
        made = _walked(inner, below, digests, entries, when)
        entries.append(FolderEntry(below, when, (made,), when))
        children.append((name, made.content, made.structure))
    for name, one in sorted(folder.files.items()):
        digest = digests[one.path][LISTED]
        entries.append(_entry(one, digest, when))
        children.append((name, digest, digest))
    return folder_hash(children, LISTED)


def _entry(one: Listed, digest: str, when: str) -> FileEntry:
    mtime = clock.from_ns(one.mtime_ns).isoformat(timespec="seconds")
    return FileEntry(one.path, one.size, mtime, (Hash(LISTED, digest, ORIGINAL),), when)
