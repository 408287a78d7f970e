"""The files of a drop as file sequences and single files, grouped as a scan groups them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, cast

from rushes.core.escape import escape
from rushes.exchange.drop import Drop
from rushes.exchange.papers import papers_of
from rushes.frames.group import Rules, group
from rushes.model.files import FoundFolder, Kind
from rushes.model.finding import Finding
from rushes.ports.storage import Listing, Storage, blocks_of
from rushes.ports.storage_writing import Facts
from rushes.publish.collecting import Item
from rushes.qc.asset import assets
from rushes.scan.folder import Ground, read_folder
from rushes.scan.hidden import is_hidden
from rushes.scan.rows import found_folder

# What lies beside media and is none: read by people, or by whoever delivers it.
_PAPERS = (
    *(".txt", ".pdf", ".csv", ".json", ".xml", ".html", ".md", ".log", ".mhl", ".xlsx", ".xls"),
    *(".docx", ".doc", ".rtf", ".md5", ".sha1", ".sha256", ".ds_store", ".db", ".ini", ".url"),
)


@dataclass(frozen=True, slots=True)
class Grouped:
    """What a drop's files come to.

    `items` are sequences and single files, by folder and name; their folders are relative to the
    drop. `skipped` tells of the files that are no media, by path, as the end of a sentence.
    """

    items: tuple[Item, ...]
    skipped: Mapping[str, str]
    findings: tuple[Finding, ...] = ()


def grouped(drop: Drop, *, rules: Rules, without: Iterable[str] = ()) -> Grouped:
    """The items of a drop. `without` are files that are known to be no media: manifests."""
    skipped = dict.fromkeys(papers_of(drop.place, drop.files), "it is a paper of a delivery")
    skipped |= dict.fromkeys(without, "it is a manifest")
    skipped |= dict.fromkeys(drop.histories, "it is part of a hash list")
    folders: dict[str, dict[str, Facts]] = {}
    for path, facts in drop.files.items():
        folder, _, name = path.rpartition("/")
        if path in skipped:
            continue
        if is_hidden(folder, ""):
            skipped[path] = "it lies in a hidden folder"
        elif name.lower().endswith(_PAPERS):
            skipped[path] = "it is no media"
        else:
            folders.setdefault(folder, {})[name] = facts
    items: list[Item] = []
    findings: list[Finding] = []
    for folder, files in sorted(folders.items()):
        skipped |= _unfinished(folder, files, rules)
        found = _read(folder, files, rules)
        findings += found.findings
        items += (Item(PurePosixPath(folder), one) for one in assets(found, {}))
    return Grouped(tuple(items), skipped, tuple(findings))


def alone(item: Item, drop: Drop, *, rules: Rules) -> Iterator[Item]:
    """Each file of an item as an item of its own."""
    for path in paths_of(item):
        folder, _, name = path.rpartition("/")
        found = _read(folder, {name: drop.files[path]}, rules)
        yield from (Item(item.folder, one) for one in assets(found, {}))


def paths_of(item: Item) -> Sequence[str]:
    """The files of an item, by their paths in the drop."""
    folder = str(item.folder)
    prefix = "" if folder == "." else f"{folder}/"
    return [f"{prefix}{name}" for name in item.asset.files()]


def unnumbered(item: Item) -> str:
    """The path of a sequence without its frame number; empty for a single file."""
    made = item.asset.found.sequence
    if made.kind is Kind.FILE:
        return ""
    name = f"{made.head.rstrip('._-')}{made.tail}"
    return name if str(item.folder) == "." else f"{item.folder}/{name}"


def shown(item: Item) -> str:
    """What people and findings call it: the file, or the sequence's pattern, in the drop."""
    return escape(str(item.path))


def _read(folder: str, files: Mapping[str, Facts], rules: Rules) -> FoundFolder:
    """Some files of a folder as a scan would find them."""
    storage = cast("Storage", _Listed(files))
    ground = Ground(storage, "", "", rules, ignore=(), probes=0, settled_ns=0)
    return found_folder(read_folder(ground, folder, None))


def _unfinished(folder: str, files: Mapping[str, Facts], rules: Rules) -> dict[str, str]:
    """Files that are hidden, or unfinished by their names: no sequence takes them."""
    names = list(files)
    found = group(names, rules)
    prefix = f"{folder}/" if folder else ""
    told = {f"{prefix}{names[at]}": "it is hidden" for at in found.hidden}
    return told | {f"{prefix}{names[at]}": "by its name it is unfinished" for at in found.temporary}


@dataclass(frozen=True, slots=True)
class _Listed:
    """The files of one folder as if a storage listed them, whichever storage they are on."""

    files: Mapping[str, Facts]

    def list_folder(self, _path: str, *, beat: Callable[[], None] | None = None) -> Listing:
        del beat  # it takes no time
        sizes = [one.size for one in self.files.values()]
        mtimes = [one.mtime_ns for one in self.files.values()]
        blocks = [blocks_of(size) for size in sizes]
        return Listing((0, 0, 0), list(self.files), sizes, mtimes, blocks)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)
