"""A folder as its histories see it: every subfolder with its files, and whose history they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.ports.progress import Progress
from rushes.ports.storage import Storage
from rushes.transfer.mhl.generation import FOLDER
from rushes.transfer.mhl.history import History, load
from rushes.transfer.mhl.ignoring import ALWAYS, Ignoring
from rushes.transfer.mhl.xml import writable


class File(NamedTuple):
    """A file in its folder, as it was met."""

    name: str
    size: int


@dataclass(eq=False, slots=True)
class Folder:
    """A folder below the root ("" for the root); files and folders by name, without those left out.

    `starts` tells whether its history begins in it.
    """

    path: str
    name: str
    history: History
    mtime_ns: int
    files: list[File] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)

    @property
    def starts(self) -> bool:
        """Whether its history begins in it."""
        return self.path == self.history.below

    def child(self, name: str) -> str:
        """The path of what is called so in it."""
        return f"{self.path}/{name}" if self.path else name


@dataclass(slots=True)
class Tree:
    """All folders and histories of a root. `findings` tell what cannot be recorded, or is not.

    `unread` are paths that could not be looked at: nothing is known of what lies there.
    """

    root: Path
    top: Folder
    histories: list[History]
    ignoring: Ignoring
    findings: list[Finding] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def folders(self) -> Iterator[Folder]:
        """Every folder after those in it, and those by name: the order of manifests."""
        waiting = [(self.top, iter(self.top.folders))]
        while waiting:
            folder, inner = waiting[-1]
            following = next(inner, None)
            if following is not None:
                waiting.append((following, iter(following.folders)))
            else:
                waiting.pop()
                yield folder

    def unmet(self) -> Iterator[tuple[str, bool]]:
        """Recorded paths that nothing was met at, and whether it was a folder; those that are
        left out aside.
        """
        # A history that was begun later took over what the one above had recorded.
        met = {folder.path for folder in self.folders()}
        met.update(folder.child(file.name) for folder in self.folders() for file in folder.files)
        for history in self.histories:
            for inner, recorded in history.recorded.items():
                path = history.path(inner)
                if path in met or self._is_unread(path):
                    continue
                if not self.ignoring.hides(path, folder=recorded.folder):
                    met.add(path)
                    yield path, recorded.folder

    def _is_unread(self, path: str) -> bool:
        return any(path == one or path.startswith(f"{one}/") for one in self.unread)


def read_tree(storage: Storage, root: Path, ignore: Sequence[str], *, progress: Progress) -> Tree:
    """Walk `root`, with its histories and their patterns; `ignore` are patterns besides those.

    Raises `path.not_found` and `path.unreadable` where the root or a manifest cannot be read, and
    `cancelled`.
    """
    history = load(root)
    ignoring = Ignoring()
    ignoring.add((*ALWAYS, *ignore, *history.ignore))
    top = Folder("", "", history, 0)
    tree = Tree(root, top, [history], ignoring)
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        if progress.cancelled():
            raise RushesError(Code.CANCELLED, "The walk was cancelled.")
        _fill(tree, storage, folder)
        waiting += folder.folders
    return tree


def _fill(tree: Tree, storage: Storage, folder: Folder) -> None:
    try:
        listing = storage.list_folder(str(tree.root / folder.path))
    except RushesError as error:
        if not folder.path:
            raise
        tree.unread.add(folder.path)
        tree.findings.append(_unreadable(folder.path, error.message))
        return
    folder.mtime_ns = listing.stamp[1]
    if folder.path and FOLDER in listing.folders:
        history = load(tree.root, folder.path, folder.history)
        if history.links or history.problems:
            folder.history = history
            tree.histories.append(history)
            tree.ignoring.add(history.ignore, below=folder.path)
    matches = tree.ignoring.matches
    kept = sorted(
        File(name, size)
        for name, size in zip(listing.names, listing.sizes, strict=True)
        if not matches(folder.child(name), folder=False)
    )
    folders = sorted(
        name
        for name in listing.folders
        if name != FOLDER and not matches(folder.child(name), folder=True)
    )
    folder.files = list(_nameable(tree, folder, kept))
    folder.folders = [
        Folder(folder.child(name), name, folder.history, 0)
        for name in folders
        if _named(tree, folder.child(name))
    ]
    tree.unread.update(map(folder.child, listing.unreadable))
    for name in (*listing.special, *listing.unreadable):
        if not matches(folder.child(name), folder=False):
            tree.findings.append(_left_out(folder.child(name), broken=name in listing.unreadable))


def _nameable(tree: Tree, folder: Folder, files: Iterable[File]) -> Iterator[File]:
    return (file for file in files if _named(tree, folder.child(file.name)))


def _named(tree: Tree, path: str) -> bool:
    if writable(path):
        return True
    tree.findings.append(
        Finding(
            rule="mhl.name",
            severity=Severity.ERROR,
            subject=escape(path),
            message="XML cannot hold this name: it has control characters, or is no UTF-8.",
            fix="Rename it, or leave it out with --ignore.",
        )
    )
    return False


def _unreadable(path: str, message: str) -> Finding:
    return Finding("mhl.unreadable", Severity.ERROR, escape(path), message)


def _left_out(path: str, *, broken: bool) -> Finding:
    if broken:
        return _unreadable(path, "It cannot be read.")
    return Finding(
        rule="mhl.special",
        severity=Severity.WARNING,
        subject=escape(path),
        message="It is no file: a link to a folder or to nothing, a pipe, a device or a socket."
        " Hash lists have no place for it.",
    )


def required(history: History) -> None:
    """Raise `nothing.found` where there is no history at all."""
    if not history.links and not history.problems:
        raise RushesError(
            Code.NOTHING_FOUND,
            f"There is no ASC MHL history in {escape(str(history.root))}.",
            hint="Begin one with: rushes mhl create",
        )
