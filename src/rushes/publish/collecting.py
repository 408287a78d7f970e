"""The first stage of a publish: the file sequences and single files that it is of."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import cast

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.frames.group import Rules, group
from rushes.model.files import FoundFolder
from rushes.model.finding import Finding, Severity
from rushes.ports.storage import Listing, Storage
from rushes.qc.asset import Asset, assets
from rushes.scan.folder import Ground, read_folder
from rushes.scan.refused import not_read
from rushes.scan.roots import Root
from rushes.scan.rows import found_folder

_RULES = Rules()
SIDECAR = ".publish_"  # how the names of records beside the files begin


@dataclass(frozen=True, slots=True)
class Item:
    """A file sequence or single file; `folder` is its absolute path."""

    folder: PurePosixPath
    asset: Asset

    @property
    def path(self) -> PurePosixPath:
        """The file, or the sequence's pattern."""
        return self.folder / self.asset.found.sequence.pattern


@dataclass(frozen=True, slots=True)
class Collected:
    """All that is to be published. `root` is the innermost folder that holds all of it.

    `beside` is where its record goes: the same, unless paths in several places were given.
    """

    root: PurePosixPath
    items: tuple[Item, ...]
    findings: tuple[Finding, ...] = ()
    beside: PurePosixPath = PurePosixPath()

    @property
    def files(self) -> int:
        """How many files there are."""
        return sum(one.asset.found.facts.files for one in self.items)

    @property
    def size(self) -> int:
        """Their bytes."""
        return sum(one.asset.found.facts.size for one in self.items)

    @property
    def path(self) -> PurePosixPath:
        """What the record calls it: the one sequence or file there is, else the folder."""
        return self.items[0].path if len(self.items) == 1 else self.root

    def below(self, item: Item) -> str:
        """The folder of an item below the root, empty for the root itself."""
        below = str(item.folder.relative_to(self.root))
        return "" if below == "." else below


def collected(found: Iterable[tuple[Root, FoundFolder]], *, rules: Rules = _RULES) -> Collected:
    """All assets of folders, each folder with the root that it was walked from.

    Raises `path.unreadable` where a folder was not read as a whole, for what is not seen cannot be
    published, and `nothing.found` where there is no file.
    """
    items: dict[PurePosixPath, Item] = {}
    findings: list[Finding] = []
    given: set[PurePosixPath] = set()
    for root, folder in found:
        given.add(root.path)
        if folder.unread:
            raise not_read(folder)
        place = PurePosixPath(root.mount) / folder.path
        for asset in assets(folder, {}):
            item = Item(place, asset)
            items.setdefault(item.path, item)
        findings += [*folder.findings, *_left_out(place, folder, rules)]
    if not items:
        raise RushesError(
            Code.NOTHING_FOUND,
            "There is no file to be published; nothing was recorded.",
            hint="`rushes ls -r` lists what is there; hidden and unfinished files are left out.",
        )
    ordered = tuple(items[path] for path in sorted(items) if not _elsewhere(path, items))
    root_path = PurePosixPath(os.path.commonpath([str(one.folder) for one in ordered]))
    inside = any(root_path.is_relative_to(one) for one in given)
    beside = root_path if inside else ordered[0].folder
    return Collected(root_path, ordered, tuple(dict.fromkeys(findings)), beside)


def _elsewhere(path: PurePosixPath, items: Mapping[PurePosixPath, Item]) -> bool:
    """Whether all files of an item are in another one: a file that is named beside its folder."""
    own = set(items[path].asset.files())
    return any(
        one.folder == items[path].folder and at != path and own <= set(one.asset.files())
        for at, one in items.items()
        if one.asset.found.facts.files > len(own)
    )


def named_files(
    folder: Root, names: Sequence[str], *, storage: Storage, rules: Rules
) -> tuple[Root, FoundFolder]:
    """Files that were named one by one, grouped as a walk groups them.

    Raises `path.not_found` where one is not there, `usage` where one is hidden or unfinished by
    its name.
    """
    below = "" if str(folder.below) == "." else str(folder.below)
    only = cast("Storage", _Only(storage, frozenset(names)))
    ground = Ground(only, folder.mount, below, rules, ignore=(), probes=0, settled_ns=0)
    found = found_folder(read_folder(ground, below, None))
    there = {name for one in assets(found, {}) for name in one.files()}
    for name in names:
        path = str(PurePosixPath(folder.path) / name)
        if name not in there and not os.path.lexists(path):
            raise RushesError(
                Code.PATH_NOT_FOUND,
                f"There is no file {escape(path)}.",
                hint="Check the spelling, and that the storage is mounted.",
            )
        if name not in there:
            raise RushesError(
                Code.USAGE,
                f"{escape(path)} is no file to be published: it is hidden, unfinished, a record or"
                " no plain file.",
                hint="Publish what is finished, under its own name.",
            )
    return folder, found


def _left_out(place: PurePosixPath, folder: FoundFolder, rules: Rules) -> Iterator[Finding]:
    left = folder.left_out
    if left.temporary and (count := _unfinished(place, rules)):
        yield _told(folder, count, "unfinished by their names", "Wait for whoever writes them.")
    if left.special:
        yield _told(folder, left.special, "links that lead nowhere, or no files", "Mend them.")


def _unfinished(place: PurePosixPath, rules: Rules) -> int:
    """Files that somebody is writing now, the records of other publishes left aside."""
    try:
        names = [one for one in os.listdir(place) if not one.startswith(f".{SIDECAR}")]
    except OSError:
        return 0
    return len(group(names, rules).temporary)


def _told(folder: FoundFolder, count: int, what: str, fix: str) -> Finding:
    return Finding(
        rule="publish.left_out",
        severity=Severity.WARNING,
        subject=escape(str(folder.path)),
        message=f"{count:,} {'entry' if count == 1 else 'entries'} not published: {what}.",
        fix=fix,
    )


@dataclass(frozen=True, slots=True)
class _Only:
    """Some files of a folder, as if there were no others."""

    storage: Storage
    names: frozenset[str]

    def list_folder(self, path: str, *, beat: Callable[[], None] | None = None) -> Listing:
        whole = self.storage.list_folder(path, beat=beat)
        kept = [at for at, name in enumerate(whole.names) if name in self.names]
        return replace(
            whole.only(kept),
            folders=[],
            special=[],
            dead=[],
            unreadable=[name for name in whole.unreadable if name in self.names],
        )

    def __getattr__(self, name: str) -> object:
        return getattr(self.storage, name)
