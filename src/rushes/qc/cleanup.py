"""What quality checks left in a tree: a plan of what would go, what would stay, and what is lost.

A plan names every file with what tells it from others (inode, size, time), so that nothing but
what was planned, and shown, is ever deleted (see cleanup_removal).
"""

from __future__ import annotations

import os
import re
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.lock import is_held
from rushes.frames.whole import is_whole
from rushes.model.signoff import Legacy, Past, Record, Result
from rushes.ports.progress import Progress, Silent
from rushes.qc.kept import Kept, read_kept
from rushes.qc.places import CACHE, CHECKPOINT_ENDING, FOLDER, LOCK, is_artefact, is_part

IN_USE = "a run is writing records there"
_TOLD = 5  # names of what a `.qc` folder holds besides
_DIGITS = str.maketrans("123456789", "000000000")
_MATCHES_ALL = re.compile(r"[*?.]*\*[*?.]*")
# What names of pictures end with: all that OpenImageIO reads, which takes too long to ask.
_PICTURES = frozenset(
    [
        *(".exr", ".sxr", ".mxr", ".dpx", ".cin", ".hdr", ".rgbe", ".fits"),
        *(".tif", ".tiff", ".tx", ".env", ".sm", ".vsm", ".psd", ".pdd", ".psb"),
        *(".jpg", ".jpe", ".jpeg", ".jif", ".jfif", ".jfi", ".jp2", ".j2k", ".j2c", ".jph", ".jxl"),
        *(".png", ".gif", ".bmp", ".dib", ".ico", ".webp", ".heic", ".heif", ".heics", ".avif"),
        *(".ppm", ".pgm", ".pbm", ".pnm", ".pfm", ".tga", ".tpic", ".dds", ".ptex", ".ptx"),
        *(".iff", ".z", ".zfile", ".pic", ".rla", ".sgi", ".rgb", ".rgba", ".bw", ".int", ".inta"),
        *(".vdb", ".dng", ".cr2", ".cr3", ".crw", ".nef", ".arw", ".raf", ".orf", ".rw2", ".pef"),
    ]
)


class Kind(StrEnum):
    """What is deleted."""

    SIDECAR = "sidecar"
    CHECKPOINT = "checkpoint"
    CACHE = "hash cache"
    LOCK = "lock"
    PART = "unfinished file"
    ASKED = "file of --glob"
    FOLDER = ".qc folder"


class Item(NamedTuple):
    """A file or `.qc` folder as it was when it was planned; `name` may begin with `.qc/`.

    `precious` says that it was asked for by a pattern and may be media.
    """

    name: str
    kind: Kind
    size: int
    mtime_ns: int
    device: int
    inode: int
    precious: bool = False


class Tree(NamedTuple):
    """A folder to clean, without links in its path, and what tells that it is still that folder."""

    path: Path
    device: int
    inode: int


@dataclass(frozen=True, slots=True)
class Place:
    """What goes from one folder (relative to its tree) and from the `.qc` in it.

    The `.qc` folder itself comes last, and only if nothing else is in it.
    """

    tree: Tree
    folder: PurePosixPath
    items: tuple[Item, ...]

    @property
    def path(self) -> Path:
        """The folder as a whole path."""
        return self.tree.path / self.folder


class Left(NamedTuple):
    """Something that stays where it is, and why."""

    path: str
    reason: str


@dataclass(slots=True)
class Plan:
    """All that is to go. `kept` stays because it is none of ours, `busy` because a run is writing
    there; `unread` are folders that nobody could look into.
    """

    places: list[Place] = field(default_factory=list)
    kept: list[Left] = field(default_factory=list)
    busy: list[Left] = field(default_factory=list)
    unread: list[Left] = field(default_factory=list)

    def items(self) -> Iterator[tuple[Place, Item]]:
        """Everything, folder by folder."""
        for place in self.places:
            for item in place.items:
                yield place, item


@dataclass(frozen=True, slots=True)
class What:
    """What a plan takes besides artefacts: files whose name fits one of `globs`. `hidden` enters
    hidden folders other than `.qc`; folders that `ignore` names are never entered.
    """

    globs: tuple[str, ...] = ()
    hidden: bool = False
    ignore: tuple[str, ...] = ()


class Losses(NamedTuple):
    """What the sidecars of a plan say: `records` and `signed` count histories, too; `passed` and
    `failed` are assets. `checkpoints` are files, whatever they seal.
    """

    assets: int = 0
    records: int = 0
    signed: int = 0
    passed: int = 0
    failed: int = 0
    unreadable: int = 0
    checkpoints: int = 0


def planned(
    paths: Sequence[Path],
    what: What = What(),
    *,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Plan:
    """What would be deleted below `paths`; a folder that several of them hold is there once.

    Links are not followed, those excepted that lie on the way to one of `paths`. Raises
    `path.not_found`, `usage` for a pattern with a folder in it, and `cancelled`.
    """
    for pattern in what.globs:
        if not pattern or "/" in pattern or os.sep in pattern:
            raise RushesError(
                Code.USAGE,
                f"--glob is held against names of files, and {escape(pattern)!r} is none.",
                hint="Write a pattern without a folder, as in *.bak.",
            )
    # Those that hold others come first: a folder and the `.qc` in it are cleaned under one lock.
    plan, trees = Plan(), sorted(_tree(path) for path in paths)
    seen: set[tuple[int, int]] = set()
    for tree in trees:
        waiting = deque([PurePosixPath(".")])
        while waiting:
            progress.report(len(seen))
            if progress.cancelled():
                raise RushesError(Code.CANCELLED, "The cleanup was cancelled.")
            waiting.extend(_look(plan, tree, waiting.popleft(), what, seen))
    plan.places.sort(key=lambda one: (one.tree.path, one.folder))
    return plan


def losses(plan: Plan) -> Losses:
    """What the records that a plan takes away say, and how many checkpoints of them go."""
    told = Losses()
    for place, item in plan.items():
        if item.kind is Kind.SIDECAR:
            told = _plus(told, read_kept(place.path / item.name, place.folder))
        elif item.kind is Kind.CHECKPOINT:
            told = told._replace(checkpoints=told.checkpoints + 1)
    return told


def _tree(path: Path) -> Tree:
    try:
        whole = Path(os.path.realpath(path))
        about = os.stat(whole)
    except OSError:
        about = None
    if about is None or not stat.S_ISDIR(about.st_mode):
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"There is no folder {escape(str(path))}.",
            hint="Check the spelling, and that the storage is mounted.",
        )
    return Tree(whole, about.st_dev, about.st_ino)


def _look(
    plan: Plan, tree: Tree, folder: PurePosixPath, what: What, seen: set[tuple[int, int]]
) -> Iterator[PurePosixPath]:
    """Plan what goes from one folder, and tell the folders below it."""
    path = tree.path / folder
    try:
        about = os.stat(path, follow_symlinks=False)
        if not stat.S_ISDIR(about.st_mode) or (about.st_dev, about.st_ino) in seen:
            return
        seen.add((about.st_dev, about.st_ino))
        with os.scandir(path) as listing:
            entries = sorted(listing, key=lambda one: one.name)
        items, kept = _chosen(path, entries, "", what)
        for entry in entries:
            if entry.name != FOLDER and _is_entered(entry, what):
                yield folder / entry.name
        if any(one.name == FOLDER for one in entries):
            inner, also, below = _box(path, what, seen)
            items, kept = items + inner, kept + also
            yield from (folder / FOLDER / name for name in below)
    except OSError as error:
        plan.unread.append(Left(escape(str(path)), f"cannot be read: {error.strerror or error}"))
        return
    plan.kept += kept
    if items and is_held(locked_by(path) / LOCK):
        plan.busy.append(Left(escape(str(path)), IN_USE))
    elif items:
        plan.places.append(Place(tree, folder, tuple(items)))


def _box(
    path: Path, what: What, seen: set[tuple[int, int]]
) -> tuple[list[Item], list[Left], list[str]]:
    """What goes from the `.qc` in a folder, what stays, and which folders are in it."""
    box = path / FOLDER
    about = os.stat(box, follow_symlinks=False)
    if not stat.S_ISDIR(about.st_mode):
        return [], [Left(escape(str(box)), "it is a link or a file, no folder of records")], []
    if (about.st_dev, about.st_ino) in seen:
        return [], [], []
    seen.add((about.st_dev, about.st_ino))
    with os.scandir(box) as listing:
        entries = sorted(listing, key=lambda one: one.name)
    items, _ = _chosen(box, entries, f"{FOLDER}/", what)
    going = {one.name for one in items}
    stay = [one.name for one in entries if f"{FOLDER}/{one.name}" not in going]
    below = [one.name for one in entries if _is_entered(one, what)]
    if not stay:
        return [*items, _item(FOLDER, Kind.FOLDER, about)], [], below
    more = f" and {len(stay) - _TOLD:,} more" if len(stay) > _TOLD else ""
    held = ", ".join(escape(name) for name in stay[:_TOLD])
    return items, [Left(escape(str(box)), f"it holds something else: {held}{more}")], below


def _is_entered(entry: os.DirEntry[str], what: What) -> bool:
    name = entry.name
    if not entry.is_dir(follow_symlinks=False) or (name.startswith(".") and not what.hidden):
        return False
    return not any(fnmatchcase(name, pattern) for pattern in what.ignore)


def _chosen(
    path: Path, entries: Sequence[os.DirEntry[str]], prefix: str, what: What
) -> tuple[list[Item], list[Left]]:
    """The files among `entries` that go, and those that only have the names of such."""
    items: list[Item] = []
    kept: list[Left] = []
    for entry in entries:
        name = entry.name
        kind = _kind(name, what)
        if kind is None or entry.is_dir(follow_symlinks=False):
            continue
        if not entry.is_file(follow_symlinks=False):
            kept.append(Left(escape(str(path / name)), "it is a link, or no plain file"))
            continue
        precious = kind is Kind.ASKED and _precious(name, what)
        about = os.stat(entry.path, follow_symlinks=False)  # Windows' entries have no inode
        items.append(_item(prefix + name, kind, about, precious=precious))
    return items, kept


def _kind(name: str, what: What) -> Kind | None:
    if is_artefact(name):
        if is_part(name):
            return Kind.PART
        if name.endswith(CHECKPOINT_ENDING):
            return Kind.CHECKPOINT
        return {CACHE: Kind.CACHE, LOCK: Kind.LOCK}.get(name, Kind.SIDECAR)
    if any(fnmatchcase(name, pattern) for pattern in what.globs):
        return Kind.ASKED
    return None


def _precious(name: str, what: What) -> bool:
    """Whether a file that only a pattern names may be media, or somebody's work."""
    fitting = [one for one in what.globs if fnmatchcase(name, one)]
    if all(_MATCHES_ALL.fullmatch(one) for one in fitting):
        return True
    return is_whole(name.translate(_DIGITS)) or os.path.splitext(name)[1].lower() in _PICTURES


def _item(name: str, kind: Kind, about: os.stat_result, *, precious: bool = False) -> Item:
    size = 0 if kind is Kind.FOLDER else about.st_size
    return Item(name, kind, size, about.st_mtime_ns, about.st_dev, about.st_ino, precious)


def _plus(told: Losses, kept: Kept) -> Losses:
    if kept.problem is not None:
        return told._replace(unreadable=told.unreadable + 1)
    past: tuple[Past, ...] = (kept.legacy,) if kept.legacy else ()
    if kept.sidecar is not None:
        past = (*kept.sidecar.history, kept.sidecar.record)
    last = past[-1]
    result = last.result if isinstance(last, Legacy) else last.qc_result.value
    return told._replace(
        assets=told.assets + 1,
        records=told.records + len(past),
        signed=told.signed + sum(isinstance(one, Record) and bool(one.signature) for one in past),
        passed=told.passed + (result == Result.PASS.value),
        failed=told.failed + (result == Result.FAIL.value),
    )


def locked_by(path: Path) -> Path:
    """The folder whose lock guards the records in the folder `path`."""
    return path.parent if path.name == FOLDER else path
