"""One folder: from its listing to what is recorded of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import translate
from functools import lru_cache
from operator import itemgetter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rushes.core.escape import escape
from rushes.model.files import FileSequence
from rushes.model.finding import Finding, Severity
from rushes.ports.storage import BLOCK, Listing, Probes, Stamp, Storage
from rushes.scan.dead_links import finding as links_finding
from rushes.scan.dead_links import shown
from rushes.scan.facts import Files, Odd, findings, measure, span
from rushes.scan.hidden import is_hidden
from rushes.scan.rows import (
    FolderRow,
    SequenceRow,
    UseRow,
    finding_row,
    runs,
)

if TYPE_CHECKING:
    from rushes.frames.group import Group, Grouping, Rules

_HERE = PurePosixPath(".")
_BY_NAME = itemgetter(0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a walk needs wherever it is done.

    It begins at the folder `start`, "" for the mount. Of a folder that changed at `settled_ns` or
    later no stamp is kept.
    """

    storage: Storage
    mount: str
    start: str
    rules: Rules
    ignore: tuple[str, ...]
    probes: int
    settled_ns: int

    def absolute(self, path: str) -> str:
        """Where the folder `path` ("" for the mount) lies on this machine.

        Where the walk begins may be a link, so that ends with a dot, which follows it.
        """
        base = self.mount.rstrip("/")
        whole = f"{base}/{path}" if path else base
        return f"{whole}/." if path == self.start else whole


def read_folder(ground: Ground, path: str, beat: Callable[[], None] | None) -> FolderRow:
    """List one folder and make its row. Raises what `Storage.list_folder` raises."""
    from rushes.frames.group import group  # not needed where all is unchanged

    listing = ground.storage.list_folder(ground.absolute(path), beat=beat)
    folders = entered(listing.folders, ground.ignore)
    told = [_unreadable(path, listing.unreadable)] if listing.unreadable else []
    if is_hidden(path, ground.start):
        return _hidden(ground, path, listing, folders=folders, told=told)
    special = len(listing.special)
    dead = shown(listing.dead, ground.rules) if listing.dead else ()
    if dead:
        told.append(links_finding(subject(path), dead))
    if not listing.names:
        return FolderRow(
            path,
            left_out=(0, 0, special, dead, False) if special else None,
            findings=tuple([finding_row(one) for one in told]),
            unread=bool(listing.unreadable),
            folders=folders,
            stamp=_kept(ground, listing, 0),
        )
    files = Files(listing.names, listing.sizes, listing.mtimes, listing.blocks, listing.sums)
    grouping = group(files.names, ground.rules, folder=path)
    rows, probes = _sequences(ground, path, files, grouping=grouping, told=told)
    hidden, temporary = len(grouping.hidden), len(grouping.temporary)
    use = _use(files, rows)
    return FolderRow(
        path,
        tuple(rows),
        use,
        (hidden, temporary, special, dead, False) if hidden or temporary or special else None,
        tuple([finding_row(one) for one in told]),
        bool(listing.unreadable),
        folders,
        _kept(ground, listing, use[-1]),
        probes,
    )


def _hidden(
    ground: Ground, path: str, listing: Listing, *, folders: tuple[str, ...], told: list[Finding]
) -> FolderRow:
    """The row of a hidden folder: what it takes, and nothing of what is in it."""
    files = Files(listing.names, listing.sizes, listing.mtimes, listing.blocks, listing.sums)
    use = _use(files, ()) if files.names else None
    return FolderRow(
        path,
        use=use,
        left_out=(len(files.names) + len(listing.special), 0, 0, (), True),
        findings=tuple([finding_row(one) for one in told]),
        unread=bool(listing.unreadable),
        folders=folders,
        stamp=_kept(ground, listing, use[-1] if use else 0),
    )


def unread_folder(path: str, finding: Finding) -> FolderRow:
    """The row of a folder that could not be read, and why."""
    return FolderRow(path, findings=(finding_row(finding),), unread=True)


def subject(path: str, name: str = "") -> str:
    """What findings call a folder, or something in it."""
    return escape(f"{path}/{name}" if path and name else path or name or ".")


def _sequences(
    ground: Ground, path: str, files: Files, *, grouping: Grouping, told: list[Finding]
) -> tuple[list[SequenceRow], Probes]:
    """The rows of all groups, in name order, and the files to probe next time."""
    rows: list[SequenceRow] = []
    names: list[str] = []
    sizes: list[int] = []
    mtimes: list[int] = []
    told += [replace(one, subject=subject(path, one.subject)) for one in grouping.findings]
    for one in grouping.groups:
        own = files if one.members is None else files.only(one.members)
        frames = runs(one.frames.runs)
        facts, odd = measure(one, own, frames)
        rows.append(
            (one.head, one.tail, one.padding, one.kind.value, frames, one.subframe_digits, facts)
        )
        if odd is not None:
            told += _odd(one, odd, path)
        places = _probed(len(own.names), ground.probes)
        names += [own.names[at] for at in places]
        sizes += [own.sizes[at] for at in places]
        mtimes += [own.mtimes[at] for at in places]
    rows.sort(key=_BY_NAME)
    return rows, (tuple(names), tuple(sizes), tuple(mtimes))


def _odd(one: Group, odd: Odd, path: str) -> list[Finding]:
    sequence = FileSequence(
        _HERE, one.head, one.tail, one.padding, one.frames, one.kind, one.subframe_digits
    )
    return findings(sequence, odd, subject(path, sequence.pattern))


def _probed(files: int, count: int) -> Iterable[int]:
    """Up to `count` of so many files, spread evenly, the first and the last among them."""
    if count > 1 and files > count:
        return [step * (files - 1) // (count - 1) for step in range(count)]
    return range(min(count, files))


def _use(files: Files, rows: Sequence[SequenceRow]) -> UseRow:
    """What all files of the folder take, hidden and temporary ones too."""
    sizes = files.sizes
    if len(rows) == 1 and rows[0][-1][0] == len(sizes):
        count, size, allocated, smallest, largest, oldest, newest, *_ = rows[0][-1]
    else:
        count, sums = len(sizes), files.sums()
        size, allocated = sums.size, BLOCK * sums.blocks
        smallest, largest = sums.smallest, sums.largest
        oldest, newest = span(sums.oldest, sums.newest)
    # Uncompressed frames are all the largest: the first, whatever the listing's order.
    alike = smallest == largest
    name = min(files.names) if alike else files.names[sizes.index(largest)]
    return count, size, allocated, largest, name, oldest, newest


def _kept(ground: Ground, listing: Listing, newest_ns: int) -> Stamp | None:
    """The stamp, unless something might change without changing it.

    That is: the folder or a file in it changed so lately that its clock may not have ticked
    since; it holds broken links, whose targets may come back; or it was not wholly readable.
    """
    if listing.special or listing.unreadable:
        return None
    _, changed, created = listing.stamp
    return listing.stamp if max(changed, created, newest_ns) < ground.settled_ns else None


def entered(folders: list[str], ignore: tuple[str, ...]) -> tuple[str, ...]:
    """Subfolders to walk, in name order."""
    if ignore and folders:
        ignored = _any_of(ignore)
        folders = [one for one in folders if ignored(one) is None]
    return tuple(sorted(folders))


@lru_cache(maxsize=8)
def _any_of(globs: tuple[str, ...]) -> Callable[[str], object]:
    """What finds names that any of the shell patterns matches; capitals count."""
    return re.compile("|".join(map(translate, globs))).match


def _unreadable(path: str, names: list[str]) -> Finding:
    some = ", ".join(escape(name) for name in sorted(names)[:3])
    return Finding(
        rule="files.unreadable",
        severity=Severity.ERROR,
        subject=subject(path),
        message=f"{len(names):,} entries of this folder cannot be asked for size or time: {some}.",
        fix="Check the permissions of the folder (it needs x as well as r) and of the storage.",
    )
