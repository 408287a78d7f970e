"""What generations record, made of the digests of a tree's files and of former generations."""

from __future__ import annotations

from dataclasses import dataclass, field

from rushes.core import clock
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.transfer.mhl.files import Digests, ReadFiles
from rushes.transfer.mhl.folder_hash import Child, folder_hash
from rushes.transfer.mhl.generation import (
    FAILED,
    ORIGINAL,
    VERIFIED,
    FileEntry,
    FolderEntry,
    FolderHash,
    Hash,
)
from rushes.transfer.mhl.history import History
from rushes.transfer.mhl.tree import Folder, Tree


@dataclass(slots=True)
class Composed:
    """Entries and root digests of each history, and what the comparison came to."""

    entries: dict[History, list[FileEntry | FolderEntry]] = field(default_factory=dict)
    roots: dict[History, tuple[FolderHash, ...]] = field(default_factory=dict)
    hashed: str = ""
    failed: list[Finding] = field(default_factory=list)
    verified: int = 0
    original: int = 0


def composed(tree: Tree, formats: tuple[str, ...], read: ReadFiles) -> Composed:
    """Entries in the order of manifests: what is in a folder comes before the folder."""
    made = Composed({history: [] for history in tree.histories})
    made.hashed = clock.now().isoformat()
    known: dict[Folder, tuple[FolderHash, ...]] = {}
    for folder in tree.folders():
        digests = read.digests.get(folder, {})
        for file in folder.files:
            _file(made, folder, file.name, digests[file.name])
        hashes = tuple(_folder(folder, name, digests, known) for name in formats)
        known[folder] = hashes
        _record(made, folder, hashes)
        for inner in folder.folders:
            del known[inner]
    return made


def compared(path: str, digests: dict[str, str], known: dict[str, str]) -> Finding | None:
    """What is wrong with a file whose digests are not those on record."""
    for name, digest in digests.items():
        if known.get(name, digest) != digest:
            return Finding(
                rule="mhl.changed",
                severity=Severity.ERROR,
                subject=escape(path),
                message="The file is not what it was when it was recorded.",
                found=f"{name}:{digest}",
                wanted=f"{name}:{known[name]}",
                fix="Restore it from a copy that still verifies.",
            )
    return None


def _file(made: Composed, folder: Folder, name: str, now: Digests) -> None:
    path = folder.child(name)
    inner = folder.history.inner(path)
    recorded = folder.history.recorded.get(inner)
    known = recorded.digests if recorded is not None else {}
    wrong = compared(path, now.by_format, known)
    if wrong is not None:
        # Formats that are new say nothing of a file that is not the recorded one.
        hashes = [
            Hash(each, digest, VERIFIED if known[each] == digest else FAILED)
            for each, digest in now.by_format.items()
            if each in known
        ]
        made.failed.append(wrong)
    else:
        action = VERIFIED if known else ORIGINAL
        hashes = [Hash(each, digest, action) for each, digest in now.by_format.items()]
        made.verified += bool(known)
        made.original += not known
    mtime = _date(now.mtime_ns)
    entry = FileEntry(inner, now.size, mtime, tuple(hashes), now.hashed)
    made.entries[folder.history].append(entry)


def _folder(
    folder: Folder,
    algorithm: str,
    digests: dict[str, Digests],
    known: dict[Folder, tuple[FolderHash, ...]],
) -> FolderHash:
    children: list[Child] = []
    for name, now in digests.items():
        digest = now.by_format[algorithm]
        children.append((name, digest, digest))
    for inner in folder.folders:
        one = next(one for one in known[inner] if one.format == algorithm)
        children.append((inner.name, one.content, one.structure))
    return folder_hash(children, algorithm)


def _record(made: Composed, folder: Folder, hashes: tuple[FolderHash, ...]) -> None:
    """A folder that a nested history begins in is in that as its root, in the other by name."""
    history: History | None = folder.history
    if folder.starts:
        made.roots[folder.history] = hashes
        history = folder.history.parent
    if history is not None:
        path = history.inner(folder.path)
        entry = FolderEntry(path, _date(folder.mtime_ns), hashes, made.hashed)
        made.entries[history].append(entry)


def _date(nanoseconds: int) -> str:
    return clock.from_ns(nanoseconds).isoformat(timespec="seconds")
