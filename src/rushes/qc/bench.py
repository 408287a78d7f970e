"""One folder of a crawl: which of its assets are to be read, and what has been read of them."""

from __future__ import annotations

import time
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from rushes.core.errors import RushesError
from rushes.core.escape import escape, unescape
from rushes.model.files import FoundFolder
from rushes.model.finding import Finding, Severity
from rushes.model.signoff import Result
from rushes.qc.asset import Asset, assets
from rushes.qc.content import Content, content
from rushes.qc.deciding import Happened
from rushes.qc.desk import Desk
from rushes.qc.hashcache import AssetRow, FileRow
from rushes.qc.kept import read_kept
from rushes.qc.order import Order
from rushes.qc.places import Mode, sidecar
from rushes.qc.recording import Looked, Outcome, Spot, file_rows, keep_fresh, lost, scanned
from rushes.scan.gaps import Expect, findings, judge
from rushes.transfer.hashing import Hashed, Job, Known

_KEEP_AFTER_S = 20.0  # how much hashing of one folder a kill may cost

Wanted = Callable[[PurePosixPath, Asset], bool]


@dataclass(frozen=True, slots=True)
class Crawled:
    """What came of one folder: assets on which something was to be done, how many others stand
    as they did, by result, and what is wrong with the folder itself. `standing` are those of the
    others whose records were read and have been handed to no tracker.
    """

    folder: PurePosixPath
    outcomes: Sequence[Outcome] = ()
    unchanged: Mapping[str, int] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    problem: RushesError | None = None
    assets: int = 0
    standing: Sequence[Outcome] = ()


def everything(_folder: PurePosixPath, _asset: Asset) -> bool:
    """Take every asset."""
    return True


@dataclass(slots=True, eq=False)
class Bench:
    """One folder while its files are being read."""

    spot: Spot
    desk: Desk
    algorithm: str
    every: list[Asset] = field(default_factory=list)
    due: list[tuple[Asset, Happened]] = field(default_factory=list)
    unchanged: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    looked: list[Looked] = field(default_factory=list)
    failed: list[Outcome] = field(default_factory=list)
    waiting: int = 0
    place: int = 0
    kept_at: float = field(default_factory=time.monotonic)

    def fill(self, folder: FoundFolder, order: Order, expect: Expect, wanted: Wanted) -> None:
        """Tell the folder's assets apart: those to look into, and those that stand."""
        wrong: dict[str, list[Finding]] = {}
        judged = findings(judge(folder, expect)) if folder.sequences else ()
        for one in (*folder.findings, *judged):
            wrong.setdefault(one.subject, []).append(one)
        known = self.desk.cache.assets
        left = set(self.desk.sidecars)
        for asset in assets(folder, wrong):
            self.every.append(asset)
            row = known.get(escape(asset.name))
            if row is not None:
                left.discard(unescape(row.place))
            if not wanted(folder.path, asset):
                continue
            happened = self._happened(asset, row, order)
            if happened is None:
                assert row is not None
                self.unchanged[row.result] = self.unchanged.get(row.result, 0) + 1
            else:
                self.due.append((asset, happened))
        if left:
            self.findings += self._gone(left)

    def _happened(self, asset: Asset, row: AssetRow | None, order: Order) -> Happened | None:
        """Why the asset is to be looked into, as told without reading it; None where it is not."""
        if row is None:
            return (
                Happened.NEW
                if self.desk.place(asset.name, order.mode) is None
                else (Happened.CHANGED)
            )
        there = self.desk.sidecars.get(unescape(row.place))
        if there is None or there != (row.size, row.mtime_ns, row.inode):
            return Happened.CHANGED
        if asset.found.facts.fingerprint != row.fingerprint:
            return Happened.CHANGED
        if order.policy_version is not None and order.policy_version != row.policy_version:
            return Happened.POLICY
        policy = order.policy
        if policy is not None and row.policy not in policy.covering:
            return Happened.POLICY
        if row.scanned != scanned(asset):
            return Happened.POLICY
        if order.result is not None:
            return Happened.SIGNED
        untold = order.tracked and not row.told and row.result != Result.PENDING.value
        return Happened.UNCHANGED if order.deep or untold else None

    def _gone(self, places: set[str]) -> Iterator[Finding]:
        """Those of the sidecars whose media is not there any more; they are kept."""
        names = {sidecar(one.name, mode) for one in self.every for mode in Mode}
        yield from self._odd(places)
        for place in sorted(places - names - set(self.desk.legacy())):
            where = self.spot.folder / place
            yield Finding(
                rule="qc.media_gone",
                severity=Severity.WARNING,
                subject=escape(str(where)),
                message="The media of this record is not there any more.",
                fix="Put it back, or remove the record with it.",
            )

    def _odd(self, places: set[str]) -> Iterator[Finding]:
        """Sidecars for the whole folder, as the earlier tool wrote them, that make no sense."""
        for place in self.desk.legacy():
            problem = read_kept(self.desk.folder / place, self.spot.folder).problem
            if place in places and problem is not None:
                yield Finding(
                    rule="qc.sidecar_refused",
                    severity=Severity.ERROR,
                    subject=escape(str(self.spot.folder / place)),
                    message="This sidecar makes no sense, and was left alone.",
                    found=problem.message,
                    fix="Restore it from a backup, or move it away.",
                )

    def jobs(self, *, deep: bool) -> Iterator[Job[tuple[Bench, Asset]]]:
        """The files to read, asset by asset."""
        self.waiting = len(self.due)
        cache = self.desk.cache
        trusted = not deep and cache.algorithm == self.algorithm
        folder = str(self.spot.media)
        for asset, _ in self.due:
            facts = asset.found.facts
            names = asset.files()
            known: dict[str, Known] = {}
            for name in names if trusted and (cache.files or cache.fresh) else ():
                row = cache.known(escape(name))
                if row is not None:
                    known[name] = Known(row.size, row.mtime_ns, row.inode, (row.digest,))
            average = facts.size // max(1, facts.files)
            yield Job((self, asset), folder, names, known, [average] * len(names))

    def take(self, asset: Asset, files: Sequence[Hashed]) -> None:
        """One asset has been read."""
        self.waiting -= 1
        troubles = [one for one in files if one.trouble]
        if troubles:
            first = troubles[0]
            more = f", and {len(troubles) - 1:,} more" if len(troubles) > 1 else ""
            why = f"{escape(first.name)}: {first.said}{more}"
            self.failed += lost(self.spot.folder, [(asset, why)], Happened.UNREAD)
            return
        self.looked.append(Looked(asset, self._content(asset, files)))

    def is_late(self) -> bool:
        """Whether so much has been read since that a kill should not cost it."""
        return time.monotonic() - self.kept_at > _KEEP_AFTER_S

    def keep(self, order: Order) -> None:
        """Note what has been read so far; a folder that takes nothing says so at its end."""
        rows: dict[str, FileRow] = {}
        for one in self.looked:
            rows |= file_rows(one.content, self.spot.began_ns)
        self.kept_at = time.monotonic()
        with suppress(RushesError, OSError):
            keep_fresh(self.spot, order, rows)

    def as_planned(self) -> Crawled:
        """What would be looked into; nothing was done."""
        planned = [Outcome(self.spot.folder, asset, happened) for asset, happened in self.due]
        return self.told(planned)

    def told(self, outcomes: Sequence[Outcome], *, problem: RushesError | None = None) -> Crawled:
        """What came of the folder."""
        stand = dict(self.unchanged)
        turns = {one.name: at for at, one in enumerate(self.every)}
        acted: list[Outcome] = []
        standing: list[Outcome] = []
        for one in sorted(outcomes, key=lambda one: turns[one.asset.name]):
            if one.happened is Happened.UNCHANGED and one.sidecar is not None:
                result = one.sidecar.record.qc_result.value
                stand[result] = stand.get(result, 0) + 1
                row = self.desk.cache.assets.get(escape(one.asset.name))
                if row is None or not row.told:
                    standing.append(one)
            else:
                acted.append(one)
        return Crawled(
            self.spot.folder,
            acted,
            stand,
            tuple(self.findings),
            problem,
            len(self.every),
            standing,
        )

    def _content(self, asset: Asset, files: Sequence[Hashed]) -> Content:
        cache = self.desk.cache
        usable = cache.algorithm == self.algorithm
        known = ChainMap(cache.fresh, cache.files) if usable else {}
        return content(asset, files, algorithm=self.algorithm, known=known)
