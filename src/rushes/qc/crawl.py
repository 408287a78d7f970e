"""The crawl: what is new or changed since the last one, read, judged and recorded, by folder."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.mounts import lonely_locks, mounts_here
from rushes.model.files import FoundFolder
from rushes.model.finding import Finding, Severity
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress, Silent
from rushes.qc.asset import Asset
from rushes.qc.bench import Bench, Crawled, Wanted, everything
from rushes.qc.deciding import Happened
from rushes.qc.desk import open_desk
from rushes.qc.order import Order, records_folder
from rushes.qc.ordering import InOrder
from rushes.qc.places import FOLDER, Mode
from rushes.qc.pointers import point
from rushes.qc.recording import Looked, Spot, clear_up, lost, record_folder
from rushes.qc.writing import hindrance, refused
from rushes.scan.gaps import Expect
from rushes.scan.refused import not_read
from rushes.scan.roots import Root
from rushes.transfer.hashing import Job, hashes

_log = logging.getLogger(__name__)

Inspect = Callable[[PurePosixPath, Sequence[Asset]], Mapping[str, tuple[Finding, ...]]]
LookUp = Callable[[PurePosixPath, Sequence[Asset], Sequence[Asset]], Mapping[str, str]]


@dataclass(slots=True)
class Crawl:
    """One run over the folders of a walk of `root`.

    `inspect` holds a folder's assets against policies and gives findings by asset name; `look_up`
    asks a tracker for ids by asset name, and is given all assets of the folder besides; `wanted`
    chooses assets. With `dry`, nothing is read or written: outcomes say what a run would look into.
    """

    root: Root
    order: Order
    expect: Expect
    executor: Executor
    inspect: Inspect | None = None
    look_up: LookUp | None = None
    wanted: Wanted = everything
    dry: bool = False
    progress: Progress = Silent()  # noqa: RUF009 (it holds nothing)
    _done: InOrder[Crawled] = field(default_factory=InOrder)
    _places: int = 0
    _asked: bool = False  # whether locks reach other machines

    def run(self, folders: Iterable[FoundFolder]) -> Iterator[Crawled]:
        """Every folder that holds assets or records, in path order.

        A folder that cannot be written or locked is told as its problem, and the rest goes on.
        Raises `cancelled` and `executor.failed`.
        """
        done = hashes(
            self._jobs(folders),
            self.executor,
            algorithms=[self.order.algorithm],
            deep=self.order.deep,
            progress=self.progress,
        )
        for (bench, asset), files in done:
            bench.take(asset, files)
            if not bench.waiting:
                self._done.take(bench.place, self._finished(bench))
            elif bench.is_late():
                bench.keep(self.order)
            yield from self._drained()
        yield from self._drained()

    def _drained(self) -> Iterator[Crawled]:
        yield from self._done.ready()

    def _jobs(self, folders: Iterable[FoundFolder]) -> Iterator[Job[tuple[Bench, Asset]]]:
        """What is to be read; folders on which nothing is to be done are told on the way."""
        for folder in folders:
            if folder.path.name == FOLDER or folder.left_out.hidden_folder:
                continue
            bench = self._bench(folder)
            if bench is None:
                continue
            if not bench.due and not self.dry:
                clear_up(bench.desk)
            if self.dry or not bench.due:
                self._done.take(bench.place, bench.as_planned())
                continue
            yield from bench.jobs(deep=self.order.deep)

    def _bench(self, folder: FoundFolder) -> Bench | None:
        if folder.unread:
            # What is there of it may be less than there is: frames would seem to be removed.
            self._done.take(self._place(), Crawled(folder.path, problem=not_read(folder)))
            return None
        if not folder.sequences and not folder.left_out.hidden:
            return None  # neither media nor a trace of records
        place = records_folder(self.root, folder.path, self.order)
        try:
            desk = open_desk(place)
        except OSError as error:
            told = f"{escape(str(place))} cannot be listed: {error.strerror or error}."
            problem = RushesError(Code.PATH_UNREADABLE, told)
            self._done.take(self._place(), Crawled(folder.path, problem=problem))
            return None
        spot = Spot(self.root, folder.path, time.time_ns())
        bench = Bench(spot, desk, self.order.algorithm, place=self._place())
        bench.fill(folder, self.order, self.expect, self.wanted)
        _log.debug("%s: %s assets, %s due", escape(str(place)), len(bench.every), len(bench.due))
        if not self.dry and not self._asked:
            self._asked = True
            bench.findings += self._lonely()
        within = self.order.mode is Mode.SUBDIR
        why = hindrance(place, within=within) if bench.due and not self.dry else None
        if why is not None:
            # Told before hours are spent on reading what cannot be recorded.
            closed = refused(place, why)
            failed = [(asset, closed.message) for asset, _ in bench.due]
            left = lost(folder.path, failed, Happened.UNWRITTEN)
            self._done.take(bench.place, bench.told(left, problem=closed))
            return None
        return bench

    def _place(self) -> int:
        """The place of the next folder among those that are told."""
        self._places += 1
        return self._places - 1

    def _lonely(self) -> Iterator[Finding]:
        """Told once: where records are written, other machines do not see that they are."""
        place = records_folder(self.root, self.root.below, self.order)
        where = lonely_locks(os.path.realpath(place), mounts_here())
        if where is not None:
            yield Finding(
                rule="qc.lock_local",
                severity=Severity.WARNING,
                subject=escape(str(self.root.below)),
                message=f"Other machines do not see the locks that are taken on {escape(where)}.",
                fix="Let no two machines record there at once, or mount it with locks.",
            )

    def _finished(self, bench: Bench) -> Crawled:
        looked = bench.looked
        if not looked:
            clear_up(bench.desk)
            return bench.told(bench.failed)
        try:
            if self.inspect is not None and looked:
                said = self.inspect(bench.spot.folder, [one.asset for one in looked])
                looked = [
                    Looked(one.asset, one.content, said.get(one.asset.name, ())) for one in looked
                ]
            if self.look_up is not None and looked:
                ids = self.look_up(bench.spot.folder, [one.asset for one in looked], bench.every)
                looked = [
                    Looked(one.asset, one.content, one.findings, ids.get(one.asset.name))
                    for one in looked
                ]
            done, problem = record_folder(bench.spot, looked, self.order, every=bench.every)
        except RushesError as error:
            if error.code in (Code.CANCELLED, Code.EXECUTOR_FAILED):
                raise
            failed = [(one.asset, error.message) for one in looked]
            left = lost(bench.spot.folder, failed, Happened.UNWRITTEN)
            return bench.told([*left, *bench.failed], problem=error)
        if self.order.xattr:
            bench.findings += point(done, bench.spot.media)
        return bench.told([*done, *bench.failed], problem=problem)
