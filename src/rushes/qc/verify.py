"""Verifying: every record of a tree held against its signature, its chain and its media."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.frames.notation import format_frames, parse_frames
from rushes.model.files import FoundFolder
from rushes.model.signoff import Record
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress, Silent
from rushes.qc.asset import Asset, assets, cheap_print
from rushes.qc.bench import Wanted, everything
from rushes.qc.checkpoint import Leaf
from rushes.qc.content import content
from rushes.qc.kept import Kept, kept, kept_in
from rushes.qc.order import records_place
from rushes.qc.ordering import InOrder
from rushes.qc.places import FOLDER
from rushes.qc.sealing import leaf_of
from rushes.qc.signing import Trust
from rushes.qc.verdict import Told, Verdict, of_sidecar
from rushes.scan.refused import not_read
from rushes.scan.roots import Root
from rushes.transfer.hashing import ALGORITHMS, Hashed, Job, hashes


@dataclass(frozen=True, slots=True)
class Verified:
    """One asset's record, and all that was found of it; `told` is `valid` alone, or what is wrong.

    `subject` is the asset's escaped path below the root.
    """

    subject: str
    told: tuple[Told, ...]
    record: Record | None = None
    place: Path | None = None
    records: int = 0

    @property
    def is_kept(self) -> bool:
        """Whether it lies there, rather than being missed."""
        return self.place is not None and self.told[0].verdict is not Verdict.NO_RECORD

    @property
    def verdict(self) -> Verdict:
        """The first thing to say of it."""
        return self.told[0].verdict


@dataclass(slots=True)
class Verifying:
    """One run over the folders of a walk of `root`.

    With `quick` the media is not read, and only what its sizes and times tell is told. `leaves`
    are filled while it goes on: what a checkpoint or the database's mirror is compared with.
    `bare` counts assets without a record, which are told one by one where `every` one must have
    one. Where assets are `named`, those are looked for among the
    records of the folders, whether or not there is media.
    """

    root: Root
    trust: Trust
    executor: Executor
    sidecar_root: Path | None = None
    wanted: Wanted = everything
    named: frozenset[str] | None = None
    quick: bool = False
    every: bool = False
    progress: Progress = Silent()  # noqa: RUF009 (it holds nothing)
    leaves: dict[str, Leaf] = field(default_factory=dict)
    bare: int = 0
    problems: list[RushesError] = field(default_factory=list)

    def run(self, folders: Iterable[FoundFolder]) -> Iterator[Verified]:
        """Every record, those with something wrong about themselves first, then as media is read.

        A folder that cannot be listed is one of the `problems`, and the rest goes on.
        """
        waiting: dict[str, list[_Waiting]] = {}
        met: set[PurePosixPath] = set()
        for folder in self._with_orphans(folders, met):
            if folder.path.name == FOLDER:
                continue
            if folder.unread:
                self.problems.append(not_read(folder))
            for one in self._records(folder):
                if isinstance(one, Verified):
                    yield one
                else:
                    waiting.setdefault(one.algorithm, []).append(one)
        for algorithm, several in sorted(waiting.items()):
            yield from self._read(several, algorithm)

    def _with_orphans(
        self, folders: Iterable[FoundFolder], met: set[PurePosixPath]
    ) -> Iterator[FoundFolder]:
        """The folders, and, where records are kept apart, those whose media is gone with them."""
        for folder in folders:
            met.add(folder.path)
            yield folder
        if self.sidecar_root is None or self.named or self.wanted is not everything:
            return
        place = records_place(self.root, self.root.below, self.sidecar_root)
        if place.is_dir():
            for path in sorted({self.root.below / one.folder for one in kept(place)} - met):
                yield FoundFolder(path)

    def _records(self, folder: FoundFolder) -> Iterator[Verified | _Waiting]:
        place = records_place(self.root, folder.path, self.sidecar_root)
        there = {one.name: one for one in assets(folder, {}) if self.wanted(folder.path, one)}
        if self.wanted is not everything and not there:
            return
        met: set[str] = set()
        for one in self._kept(place, folder.path):
            asset = there.get(one.name)
            if asset is None and self.wanted is not everything:
                continue
            if self.named is not None and one.name not in self.named:
                continue
            twice = one.name in met
            met.add(one.name)
            yield self._judged(one, asset, twice=twice)
        bare = sorted(there.keys() - met)
        self.bare += len(bare)
        for name in bare if self.every else ():
            subject = escape(str(folder.path / name))
            yield Verified(subject, (Told(Verdict.NO_RECORD),))

    def _kept(self, place: Path, folder: PurePosixPath) -> Sequence[Kept]:
        try:
            return list(kept_in(place, called=folder))
        except FileNotFoundError:
            return ()
        except OSError as error:
            told = f"{escape(str(place))} cannot be listed: {error.strerror or error}."
            self.problems.append(RushesError(Code.PATH_UNREADABLE, told))
            return ()

    def _judged(self, kept: Kept, asset: Asset | None, *, twice: bool) -> Verified | _Waiting:
        """What is told without the media; what is left waits for it to be read."""
        told = [Told(Verdict.TWICE, escape(str(kept.place)))] if twice else []
        if kept.problem is not None:
            unread = kept.problem.code is Code.PATH_UNREADABLE
            verdict = Verdict.UNREADABLE if unread else Verdict.INVALID
            told.insert(0, Told(verdict, kept.problem.message))
            return Verified(kept.subject, tuple(told), place=kept.place)
        self._note(kept)
        if kept.sidecar is None:
            told.append(Told(Verdict.UNSIGNED, "a record of the earlier tool"))
            return Verified(kept.subject, tuple(told), place=kept.place, records=1)
        record = kept.sidecar.record
        told += of_sidecar(kept.sidecar, self.trust)
        made = Verified(kept.subject, (), record, kept.place, records=len(kept.sidecar.history) + 1)
        if asset is None:
            told.append(Told(Verdict.MEDIA_GONE))
        elif self.quick:
            if cheap_print(asset.found) != record.cheap_fp:
                told.append(Told(Verdict.CONTENT_CHANGED, _touched(asset, record)))
        else:
            algorithm = record.content_hash.partition(":")[0]
            if algorithm in ALGORITHMS:
                return _Waiting(made, tuple(told), asset, algorithm)
            told.append(Told(Verdict.CONTENT_UNREAD, f"nothing here hashes with {algorithm!r}"))
        return _with(made, told)

    def _note(self, kept: Kept) -> None:
        leaf = leaf_of(kept)
        assert leaf is not None
        known = self.leaves.get(leaf.path)
        if known is None or len(known.hashes) < len(leaf.hashes):
            self.leaves[leaf.path] = leaf

    def _read(self, several: Sequence[_Waiting], algorithm: str) -> Iterator[Verified]:
        files = sum(one.asset.found.facts.files for one in several)
        jobs = (one.job(self.root, at) for at, one in enumerate(several))
        done = InOrder[Verified]()
        for at, found in hashes(
            jobs, self.executor, algorithms=[algorithm], progress=self.progress, total=files
        ):
            done.take(at, several[at].read(found))
            yield from done.ready()


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A record whose media is still to be read."""

    made: Verified
    told: tuple[Told, ...]
    asset: Asset
    algorithm: str

    def job(self, root: Root, at: int) -> Job[int]:
        """The files to read; it is the `at`th."""
        facts, names = self.asset.found.facts, self.asset.files()
        folder = str(PurePosixPath(root.mount) / self.asset.found.sequence.folder)
        average = facts.size // max(1, facts.files)
        return Job(at, folder, names, sizes=[average] * len(names))

    def read(self, files: Sequence[Hashed]) -> Verified:
        """The record, now that its media was read."""
        record = self.made.record
        assert record is not None
        told = list(self.told)
        failed = next((one for one in files if one.trouble), None)
        if failed is not None:
            told.append(Told(Verdict.CONTENT_UNREAD, f"{escape(failed.name)}: {failed.said}"))
        else:
            now = content(self.asset, files, algorithm=self.algorithm, known={}).hash
            if now != record.content_hash:
                told.append(Told(Verdict.CONTENT_CHANGED, _difference(self.asset, record)))
        return _with(self.made, told)


def _with(made: Verified, told: Sequence[Told]) -> Verified:
    return replace(made, told=tuple(told) or (Told(Verdict.VALID),))


def _touched(asset: Asset, record: Record) -> str:
    """What sizes and times tell without the bytes."""
    now = cheap_print(asset.found)
    if now[:2] == record.cheap_fp[:2]:
        return "as times tell, which may be all that changed; without --quick it is read"
    return _difference(asset, record)


def _difference(asset: Asset, record: Record) -> str:
    """What can be told of it: frames that came or went."""
    now, then = cheap_print(asset.found), record.cheap_fp
    told = _frames(asset, record)
    if told:
        return told
    if now.files != then.files:
        return f"{now.files:,} files instead of {then.files:,}"
    if now.bytes != then.bytes:
        return f"{now.bytes:,} bytes instead of {then.bytes:,}"
    return "the same files and sizes, other bytes"


def _frames(asset: Asset, record: Record) -> str:
    """Frames that came or went; empty where the same ones are there."""
    made, then = asset.found.sequence, record.sequence
    if then is None or then.subframe_digits != made.subframe_digits:
        return ""
    digits = made.subframe_digits
    was = parse_frames(then.frames, subframe_digits=digits)
    both = (("added", made.frames - was), ("removed", was - made.frames))
    return "; ".join(
        f"frames {what}: {format_frames(frames, subframe_digits=digits)}"
        for what, frames in both
        if frames
    )
