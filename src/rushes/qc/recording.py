"""The records of one folder brought up to date: decided and written by one writer at a time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from rushes.core.digest import fingerprint
from rushes.core.errors import RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding
from rushes.model.signoff import Legacy, Sidecar
from rushes.qc import hashcache
from rushes.qc.asset import Asset, shown
from rushes.qc.content import Content
from rushes.qc.deciding import Decision, Happened, Seen, decide
from rushes.qc.desk import Desk, open_desk
from rushes.qc.hashcache import AssetRow, FileRow, HashCache
from rushes.qc.kept import Kept, read_kept
from rushes.qc.lock import folder_lock
from rushes.qc.order import Order, absolute, records_folder
from rushes.qc.places import CACHE, sidecar
from rushes.qc.sidecar import encode, record_hash
from rushes.qc.takeover import fitting
from rushes.qc.writing import Print, at_once, refused, write_all, write_loose
from rushes.scan.roots import Root

# How long a file must have been left alone before its time tells every later change: clocks of
# file systems tick this often, those that keep whole seconds every two.
_TICK_NS, _COARSE_TICK_NS = 50_000_000, 2_000_000_000
_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Looked:
    """An asset whose files have been read, with what policies and a tracker say of it."""

    asset: Asset
    content: Content
    findings: tuple[Finding, ...] | None = None
    asset_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did about one asset; `folder` is relative to the root.

    `sidecar` is what lies at `place` now, None where nothing was recorded or is known.
    """

    folder: PurePosixPath
    asset: Asset
    happened: Happened
    reason: str = ""
    sidecar: Sidecar | None = None
    place: Path | None = None

    @property
    def subject(self) -> str:
        """What records and JSON call the asset."""
        name = self.asset.name
        return escape(name if str(self.folder) == "." else f"{self.folder}/{name}")

    @property
    def shown(self) -> str:
        """The same as people are told it."""
        return shown(self.subject)


@dataclass(frozen=True, slots=True)
class Spot:
    """The folder whose records are written: `began_ns` is when its files began to be read."""

    root: Root
    folder: PurePosixPath
    began_ns: int

    @property
    def media(self) -> Path:
        """Where the media lies."""
        return Path(self.root.mount) / self.folder


def record_folder(
    spot: Spot, looked: Sequence[Looked], order: Order, *, every: Sequence[Asset]
) -> tuple[list[Outcome], RushesError | None]:
    """Decide on each of the assets and write what is needed, holding the folder's lock.

    What lies there is read anew under the lock, so that of two runs the second sees what the first
    has written. `every` are all assets of the folder: what the cache knows of others is forgotten.
    Where writing fails, what was recorded until then is told besides the problem. Raises
    `write.failed` or `lock.unavailable` where nothing could be written at all.
    """
    place = records_folder(spot.root, spot.folder, order)
    if order.sidecar_root is not None:
        _make(place)
    problem = None
    with folder_lock(place):
        desk = _listed(place)
        desk.clear()
        before = hashcache.encode(desk.cache)
        work = _Work(spot, order, desk, desk.cache.using(order.algorithm), every)
        outcomes: list[Outcome] = []
        step = at_once()  # assets that are decided and written together
        for at in range(0, len(looked), step):
            try:
                outcomes += work.take(looked[at : at + step])
            except RushesError as error:
                problem = error
                failed = [(one.asset, error.message) for one in looked[at:]]
                outcomes += lost(spot.folder, failed, Happened.UNWRITTEN)
                break
        problem = problem or work.problem
        work.cache.forget_others(
            {escape(one.name) for one in every},
            {escape(name) for one in every for name in one.files()},
        )
        after = hashcache.encode(work.cache)
        if after != before and problem is None:
            problem = _kept(place, after)
    return outcomes, problem


def _kept(place: Path, cache: bytes) -> RushesError | None:
    """Write the cache; a problem is told, as the records are there all the same."""
    try:
        write_loose(place, CACHE, cache)
    except RushesError as error:
        return error
    return None


def clear_up(desk: Desk) -> None:
    """Remove what a killed run left in a folder where nothing is to be recorded."""
    if desk.unfinished:
        # Where that does not go, another is at work, or the next run says what is wrong.
        with suppress(RushesError, OSError), folder_lock(desk.folder, wait_s=0.0):
            open_desk(desk.folder).clear()


def keep_fresh(spot: Spot, order: Order, rows: dict[str, FileRow]) -> None:
    """Note hashes of files whose assets are not all read yet, for a run that may be killed."""
    place = records_folder(spot.root, spot.folder, order)
    if order.sidecar_root is not None:
        _make(place)
    with folder_lock(place):
        cache = hashcache.read(place).using(order.algorithm)
        cache.fresh |= rows
        write_loose(place, CACHE, hashcache.encode(cache))


def note_told(spot: Spot, order: Order, names: Iterable[str]) -> None:
    """Note that the records of these assets were handed to a tracker's outbox."""
    place = records_folder(spot.root, spot.folder, order)
    with folder_lock(place):
        cache = hashcache.read(place)
        for name in map(escape, names):
            row = cache.assets.get(name)
            if row is not None:
                cache.assets[name] = row._replace(told=True)
        write_loose(place, CACHE, hashcache.encode(cache))


def file_rows(content: Content, began_ns: int) -> dict[str, FileRow]:
    """What a cache may keep of an asset's files: of those whose times tell every later change."""
    ended_ns = time.time_ns()
    return {
        escape(one.name): FileRow(one.size, one.mtime_ns, one.inode, one.digests[0])
        for one in content.files
        if is_settled(one.mtime_ns, began_ns, ended_ns)
    }


def is_settled(mtime_ns: int, began_ns: int, ended_ns: int) -> bool:
    """Whether a file of that time, read between those moments, cannot change and keep its time.

    A time that is yet to come is no clock's, but somebody's word: it changes with the file.
    """
    tick = _TICK_NS if mtime_ns % _SECOND_NS else _COARSE_TICK_NS
    return mtime_ns < began_ns - tick or mtime_ns > ended_ns + tick


@dataclass(slots=True)
class _Work:
    """One folder under its lock."""

    spot: Spot
    order: Order
    desk: Desk
    cache: HashCache
    every: Sequence[Asset]
    legacy: list[Legacy] = field(init=False)
    problem: RushesError | None = None

    def __post_init__(self) -> None:
        places = (self.desk.folder / place for place in self.desk.legacy())
        found = (read_kept(place, self.spot.folder).legacy for place in places)
        self.legacy = [one for one in found if one is not None]

    def take(self, looked: Sequence[Looked]) -> list[Outcome]:
        """Decide on some assets, write their sidecars, and note in the cache how things stand."""
        decided = [(one, *self._decided(one)) for one in looked]
        files = [
            (sidecar(one.asset.name, self.order.mode), encode(made.sidecar))
            for one, _, made in decided
            if made.sidecar is not None
        ]
        written = self._written(files) if files else {}
        return [self._outcome(one, kept, made, written) for one, kept, made in decided]

    def _written(self, files: Sequence[tuple[str, bytes]]) -> dict[str, Print]:
        """Write sidecars together; where that fails, one by one, so that each fails for itself."""
        try:
            return dict(
                zip([name for name, _ in files], write_all(self.desk.folder, files), strict=True)
            )
        except RushesError as error:
            self.problem = error
        written: dict[str, Print] = {}
        for one in files if len(files) > 1 else ():
            try:
                (written[one[0]],) = write_all(self.desk.folder, [one])
            except RushesError as error:
                self.problem = error
        return written

    def _decided(self, one: Looked) -> tuple[Kept | None, Decision]:
        kept = self._kept(one.asset.name)
        if kept is not None and kept.problem is not None:
            return kept, Decision(Happened.REFUSED, kept.problem.message)
        legacy = kept.legacy if kept is not None else self._legacy(one.asset)
        named = "" if one.asset.is_sequence else one.asset.name
        seen = Seen(
            asset=one.asset,
            path=absolute(self.spot.root, self.spot.folder, named),
            content=one.content,
            sidecar=kept.sidecar if kept is not None else None,
            legacy=legacy,
            known=self.cache.files,
            findings=one.findings,
            asset_id=one.asset_id,
            held_anew=self._held_anew(one.asset),
        )
        return kept, decide(seen, self.order)

    def _held_anew(self, asset: Asset) -> bool:
        """Whether the scan says something else of it than when it was recorded."""
        row = self.desk.cache.assets.get(escape(asset.name))
        return row is not None and row.scanned != scanned(asset)

    def _legacy(self, asset: Asset) -> Legacy | None:
        """What the earlier tool said of it: of a lone frame under the file's own name."""
        if asset.is_sequence and asset.found.facts.files == 1:
            place = self.desk.place(asset.files()[0], self.order.mode)
            if place is not None:
                return read_kept(self.desk.folder / place, self.spot.folder).legacy
        return fitting(asset, self.legacy, self.every)

    def _kept(self, name: str) -> Kept | None:
        """The sidecar of the asset `name`.

        A run that is killed while it changes their mode leaves two: then it is the longer story.
        """
        first = self.desk.place(name, self.order.mode)
        if first is None:
            return None
        kept = read_kept(self.desk.folder / first, self.spot.folder)
        for place in self.desk.places(name):
            other = (
                read_kept(self.desk.folder / place, self.spot.folder) if place != first else kept
            )
            if other.sidecar is not None and _is_told(kept, other.sidecar):
                kept = other
        return kept

    def _outcome(
        self, one: Looked, kept: Kept | None, made: Decision, written: dict[str, Print]
    ) -> Outcome:
        if made.happened is Happened.REFUSED:
            return Outcome(self.spot.folder, one.asset, made.happened, made.reason)
        now = made.sidecar
        if now is not None:
            place = sidecar(one.asset.name, self.order.mode)
            if place not in written:
                assert self.problem is not None
                why = self.problem.message
                return Outcome(self.spot.folder, one.asset, Happened.UNWRITTEN, why)
            self.desk.sidecars[place] = written[place]
        else:
            assert kept is not None
            now = kept.sidecar
            place = kept.place.relative_to(self.desk.folder).as_posix()
        assert now is not None
        self._tidy(one.asset, place, now)
        self._note(one, now, place, written=made.sidecar is not None)
        at = self.desk.folder / place
        return Outcome(self.spot.folder, one.asset, made.happened, made.reason, now, at)

    def _note(self, one: Looked, now: Sidecar, place: str, *, written: bool) -> None:
        """Keep in the cache how things stand, as far as times tell every later change."""
        for file in one.content.files:
            name = escape(file.name)
            self.cache.files.pop(name, None)
            self.cache.fresh.pop(name, None)
        self.cache.files |= file_rows(one.content, self.spot.began_ns)
        name = escape(one.asset.name)
        before = self.cache.assets.pop(name, None)
        facts = one.asset.found.facts
        # The scan looked before the files were read: it must have seen what was read.
        same = sum(file.size for file in one.content.files) == facts.size
        if same and is_settled(facts.newest_ns, self.spot.began_ns, time.time_ns()):
            record = now.record
            self.cache.assets[name] = AssetRow(
                facts.fingerprint,
                record.qc_result.value,
                record.policy_version,
                record.policy.hash if record.policy else "",
                escape(place),
                *self.desk.sidecars[place],
                told=before is not None and before.told and not written,
                scanned=scanned(one.asset),
            )

    def _tidy(self, asset: Asset, place: str, now: Sidecar) -> None:
        """Remove the asset's sidecars of other modes, where all they say is in this one.

        So is that of the earlier tool for the folder's sequence, once it was taken over.
        """
        lone = asset.is_sequence and asset.found.facts.files == 1
        names = [asset.name, *(asset.files() if lone else ())]
        others = [other for name in names for other in self.desk.places(name)]
        for other in (*others, *self.desk.legacy()):
            if other == place:
                continue
            kept = read_kept(self.desk.folder / other, self.spot.folder)
            if _is_told(kept, now):
                with suppress(OSError):
                    os.unlink(kept.place)
                self.desk.sidecars.pop(other, None)


def _is_told(kept: Kept, by: Sidecar) -> bool:
    """Whether all that `kept` says is in that history."""
    past = kept.sidecar.record if kept.sidecar is not None else kept.legacy
    return past is not None and record_hash(past) in map(record_hash, by.history)


def scanned(asset: Asset) -> str:
    """A digest of what the scan says of an asset."""
    said = [part for one in asset.findings for part in (one.rule, one.message)]
    return fingerprint(*said) if said else ""


def lost(
    folder: PurePosixPath, assets: Iterable[tuple[Asset, str]], happened: Happened
) -> list[Outcome]:
    """Outcomes for assets of which nothing was recorded, each with why."""
    return [Outcome(folder, asset, happened, why) for asset, why in assets]


def _make(place: Path) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(place, error) from error


def _listed(place: Path) -> Desk:
    try:
        return open_desk(place)
    except OSError as error:
        raise refused(place, error) from error
