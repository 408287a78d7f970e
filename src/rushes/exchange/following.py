"""What is written beside a lot once it is on record: sidecars as pending, and a hash list."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from rushes.core import clock
from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.exchange.checking import LISTED
from rushes.exchange.lot import Lot
from rushes.frames.group import Rules
from rushes.model.finding import Finding, Severity
from rushes.ports.executor import Executor
from rushes.ports.progress import Silent
from rushes.ports.storage import Storage
from rushes.qc import places
from rushes.qc.bench import Crawled
from rushes.qc.crawl import Crawl
from rushes.qc.order import Order
from rushes.scan.gaps import nothing_known
from rushes.scan.options import WalkOptions
from rushes.scan.roots import Root
from rushes.scan.walk import walk
from rushes.transfer.mhl.commit import Told, write
from rushes.transfer.mhl.compose import composed
from rushes.transfer.mhl.files import Digests, ReadFiles
from rushes.transfer.mhl.generation import CHAIN, FOLDER, FORMATS
from rushes.transfer.mhl.tree import Tree, read_tree

# Records of quality checks are no media, and change after the hash list was made.
ARTEFACTS = (
    *(places.FOLDER, places.CACHE, places.LOCK, f"*{places.ENDING}"),
    *("qc.sequence.json", ".qc.*.part"),
)
Written = Callable[[Root, Crawled], None]


@dataclass(frozen=True, slots=True)
class Following:
    """How sidecars and hash lists are written. `written` is told of each folder's sidecars."""

    storage: Storage
    target: str
    rules: Rules
    executor: Executor
    order: Order
    options: WalkOptions
    comment: str = ""
    written: Written = lambda _root, _crawled: None

    def __call__(self, lot: Lot) -> list[Finding]:
        """Write both; what could not be written is told, and may be written another time."""
        return followed(lot, self._sidecars, self._hash_list)

    def lacks(self, lot: Lot) -> bool:
        """Whether the hash list is missing, which is written last."""
        return not (Path(self.target) / lot.place / FOLDER / CHAIN).exists()

    def _sidecars(self, lot: Lot) -> Iterator[Finding]:
        """A record for each asset that says it waits for somebody to check it."""
        root = Root(self.target, PurePosixPath(lot.place))
        ignore = (*self.options.ignore, places.FOLDER, places.HASH_LISTS)
        options = replace(self.options, cache=None, full=True, ignore=ignore)
        folders = walk(
            self.storage,
            root.mount,
            below=root.below,
            rules=self.rules,
            options=options,
            executor=self.executor,
            progress=Silent(),
        )
        crawl = Crawl(root, self.order, expect=nothing_known, executor=self.executor)
        for one in crawl.run(folders):
            self.written(root, one)
            if one.problem is not None:
                yield unwritten(lot, one.problem)

    def _hash_list(self, lot: Lot) -> Iterator[Finding]:
        """A generation of ASC MHL in the lot's folder, from the digests that are known.

        Those are ours, and the ones that manifests named and that were held against them.
        """
        place = Path(self.target) / lot.place
        _clear_up(place / FOLDER, begun=not self.lacks(lot))
        told = Told(comment=self.comment, ignore=ARTEFACTS)
        tree = read_tree(self.storage, place, told.ignore, progress=Silent())
        digests = {target: listed(lot.measures[path].digests) for path, target in lot.targets()}
        read = _read(tree, lot, digests)
        if is_listed(read):
            return
        parts = composed(tree, (LISTED,), read)
        list(write(tree.histories, told, parts))
        yield from parts.failed


def followed(lot: Lot, *steps: Callable[[Lot], Iterable[Finding]]) -> list[Finding]:
    """Take all steps for a lot; what could not be written by one is told, and the next is taken."""
    told: list[Finding] = []
    for step in steps:
        try:
            told += step(lot)
        except RushesError as error:
            if error.code.value in ("cancelled", "executor.failed"):
                raise
            told.append(unwritten(lot, error))
    return told


def _clear_up(folder: Path, *, begun: bool) -> None:
    """Remove what a run that was killed left half-written.

    Of a history that has begun, those alone that have their final name already: somebody else may
    be writing a generation.
    """
    with suppress(OSError):
        for one in folder.glob(".*.part"):
            if not begun or one.stat().st_nlink > 1:
                one.unlink()


def listed(digests: Mapping[str, str]) -> dict[str, str]:
    """The digests that a hash list can hold, ours first."""
    others = {name: one for name, one in sorted(digests.items()) if name in FORMATS}
    return {LISTED: digests[LISTED]} | others


def _read(tree: Tree, lot: Lot, digests: Mapping[str, dict[str, str]]) -> ReadFiles:
    """The files of the lot as if they had just been hashed; others in the folder are none of it."""
    now = clock.now().isoformat()
    read = ReadFiles()
    for folder in tree.folders():
        known: dict[str, Digests] = {}
        for file in folder.files:
            path = folder.child(file.name)
            by_format = digests.get(f"{lot.place}/{path}")
            if by_format is not None:
                found = os.stat(tree.root / path)
                known[file.name] = Digests(found.st_size, found.st_mtime_ns, by_format, now)
        folder.files = [one for one in folder.files if one.name in known]
        read.digests[folder] = known
    return read


def is_listed(read: ReadFiles) -> bool:
    """Whether the history has all of it already."""
    return all(
        (before := folder.history.recorded.get(folder.history.inner(folder.child(name))))
        is not None
        and before.digests.get(LISTED) == digests.by_format[LISTED]
        for folder, files in read.digests.items()
        for name, digests in files.items()
    )


def unwritten(lot: Lot, error: RushesError) -> Finding:
    """What is told of a paper that is not there."""
    return Finding(
        "ingest.beside",
        Severity.WARNING,
        escape(lot.place),
        f"It is on record, and something beside it could not be written: {error.message}",
        fix=error.hint or "Run the same command again.",
    )
