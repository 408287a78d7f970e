"""Automatic checks: assets held against policies, however many files they have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.core.errors import Code, RushesError
from rushes.inspection.media.facts import Probed
from rushes.inspection.media.many import Wanted, probed
from rushes.model.finding import Finding, Severity
from rushes.model.pixels import PixelStats
from rushes.policy.checks.check import FramesCheck, NameCheck
from rushes.policy.checks.frames import Frames
from rushes.policy.checks.loudness import LoudnessCheck
from rushes.policy.facts import FrameFacts
from rushes.policy.judging import judge_frames
from rushes.policy.policy import Policy
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress, Silent
from rushes.ports.storage import Storage
from rushes.qc.check_asset import Asset, Piece, Sort
from rushes.qc.check_looks import Looked, images, look, media

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["MOST", "NOT_APPLICABLE", "Asset", "check"]

MOST = 200  # findings of one asset
NOT_APPLICABLE, EMPTY = "policy.not_applicable", "files.empty"
_BATCH = 256  # files whose headers are read in one task: some 50 ms
_WINDOW = 4096  # files that are under way at once


@dataclass(frozen=True, slots=True)
class _Quiet:
    """Progress of a part of the work, which can be cancelled like the whole."""

    whole: Progress

    def report(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say nothing."""

    def cancelled(self) -> bool:
        """Whether the whole is."""
        return self.whole.cancelled()


@dataclass(frozen=True, slots=True)
class _Work:
    """What all assets are held against, and with what."""

    policies: Sequence[Policy]
    storage: Storage
    executor: Executor
    pixels: bool
    workers: int | None
    progress: Progress


def check(
    assets: Iterable[Asset],
    policies: Sequence[Policy],
    *,
    storage: Storage,
    executor: Executor,
    pixels: bool = False,
    workers: int | None = None,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Iterator[tuple[Asset, tuple[Finding, ...]]]:
    """Every asset with what is wrong with it, in the order of assets, which are taken as needed.

    Headers of OpenEXR files are read by the executor's workers; with `pixels` all of their pixels
    are decoded, too, in as many processes as `workers` says (one per core). Movies and sound are
    probed, and their sound decoded where a rule is about loudness. Of all other files names, sizes
    and frames are judged, and a note tells which rules were not. The scan's findings about frames
    are among the findings, unless a rule of a policy says how bad they are. What is alike on many
    frames is told once; there are at most `MOST` findings of an asset, the last of which counts
    the others. Raises `cancelled` and `executor.failed`.
    """
    work = _Work(policies, storage, executor, pixels, workers, progress)
    done = 0
    for window in _windows(assets):
        for asset, looked in zip(window, _looked(work, window), strict=True):
            done += asset.count
            progress.report(done, note="files checked")
            yield asset, _findings(asset, policies, looked)


def _windows(assets: Iterable[Asset]) -> Iterator[list[Asset]]:
    window: list[Asset] = []
    files = 0
    for one in assets:
        window.append(one)
        files += one.count
        if files >= _WINDOW:
            yield window
            window, files = [], 0
    if window:
        yield window


def _looked(work: _Work, window: Sequence[Asset]) -> Iterator[Looked]:
    """What was found in the files of each asset, all being looked at together."""
    found = [Looked.fresh(work.policies) for _ in window]
    futures = [
        work.executor.submit(look, work.storage, work.policies, batch)
        for batch in _batches(work, window)
    ]
    for at, each in _media(work, window):
        found[at].join(each)
    if work.pixels:
        for at, each in _pixels(work, window):
            found[at].join(each)
    for future in futures:
        _go_on(work, futures)
        for at, each in future.result():
            found[at].join(each)
    yield from found


def _go_on(work: _Work, futures: Iterable[Future[list[tuple[int, Looked]]]]) -> None:
    if work.progress.cancelled():
        for one in futures:
            one.cancel()
        raise RushesError(Code.CANCELLED, "The checks were cancelled.")


def _batches(work: _Work, window: Sequence[Asset]) -> Iterator[list[tuple[Piece, Sort]]]:
    """Pieces for the executor, small ones together."""
    batch: list[tuple[Piece, Sort]] = []
    files = 0
    for at, asset in enumerate(window):
        if asset.sort is Sort.MEDIA or (asset.sort is Sort.IMAGE and work.pixels):
            continue
        for piece in asset.pieces(at, _BATCH):
            if batch and files + len(piece.frames) > _BATCH:
                yield batch
                batch, files = [], 0
            batch.append((piece, asset.sort))
            files += len(piece.frames)
    if batch:
        yield batch


def _media(work: _Work, window: Sequence[Asset]) -> Iterator[tuple[int, Looked]]:
    pieces = _pieces(window, Sort.MEDIA)
    outcomes: dict[int, dict[int | None, Probed | RushesError]] = {}
    wanted = (
        ((piece.at, frame), Wanted(Path(piece.path(frame)), piece.name(frame), loud))
        for piece in pieces
        for loud in [_loud(work.policies, piece)]
        for frame in piece.frames
    )
    for (at, frame), one in probed(wanted, workers=work.workers, progress=_Quiet(work.progress)):
        outcomes.setdefault(at, {})[frame] = one
    for piece in pieces:
        yield piece.at, media(work.policies, piece, outcomes[piece.at])


def _loud(policies: Sequence[Policy], piece: Piece) -> bool:
    """Whether any rule asks for the loudness of these files."""
    name = piece.sequence.name(piece.frames[0] or 0)
    return any(
        isinstance(rule.check, LoudnessCheck) and rule.of_file(name)
        for one in policies
        for rule in one.rules
    )


def _pixels(work: _Work, window: Sequence[Asset]) -> Iterator[tuple[int, Looked]]:
    pieces = _pieces(window, Sort.IMAGE)
    if not pieces:
        return
    # Its libraries take as long to import as all the rest.
    from rushes.inspection.pixels.many import statistics_of

    outcomes: dict[int, dict[int | None, PixelStats | RushesError]] = {}
    wanted = (
        ((piece.at, frame), Path(piece.path(frame))) for piece in pieces for frame in piece.frames
    )
    quiet = _Quiet(work.progress)
    for (at, frame), one in statistics_of(wanted, workers=work.workers, progress=quiet):
        outcomes.setdefault(at, {})[frame] = one
    for piece in pieces:
        yield piece.at, images(work.storage, work.policies, piece, outcomes[piece.at])


def _pieces(window: Sequence[Asset], sort: Sort) -> list[Piece]:
    """Each asset of that sort as one piece."""
    return [
        piece
        for at, asset in enumerate(window)
        if asset.sort is sort
        for piece in asset.pieces(at, max(1, asset.count))
    ]


def _findings(asset: Asset, policies: Sequence[Policy], looked: Looked) -> tuple[Finding, ...]:
    fold = looked.fold
    for finding in asset.findings:
        if not any(_judges(one, asset, finding.rule) for one in policies):
            fold.take(finding, "")
    facts = FrameFacts(asset.subject, asset.found, asset.held())
    for policy, watching in zip(policies, looked.judges, strict=True):
        looked.take(judge_frames(policy, facts), ())
        for outcome in watching.end(asset.subject):
            for finding, frames in zip(outcome.findings, outcome.frames, strict=True):
                fold.take(finding, policy.name, frames)
    for finding in (*_empty(asset), *_left_out(asset, policies, looked)):
        fold.take(finding, "")
    digits = asset.sequence.subframe_digits
    return tuple(fold.findings(asset.subject, files=asset.count, most=MOST, subframe_digits=digits))


def _judges(policy: Policy, asset: Asset, rule: str) -> bool:
    """Whether the policy says itself how bad it is what the scan found."""
    name = asset.sequence.pattern
    return any(
        isinstance(one.check, Frames) and one.check.judges(rule) and one.of_file(name)
        for one in policy.rules
    )


def _empty(asset: Asset) -> Iterator[Finding]:
    """A single file of zero bytes that nothing looks into; a scan tells those of sequences."""
    noted = asset.found.facts
    if asset.sort is Sort.PLAIN and noted.files == 1 and not noted.size:
        fix = "Write or copy it again, and check the free space where it was written."
        yield Finding(EMPTY, Severity.ERROR, asset.subject, "It has zero bytes.", fix=fix)


def _left_out(asset: Asset, policies: Sequence[Policy], looked: Looked) -> Iterator[Finding]:
    """Notes that keep what was not judged from passing for what was."""
    silent: list[tuple[str, int]] = []  # policies, and how many of their rules look into files
    for policy in policies:
        others = sum(not isinstance(one.check, (NameCheck, FramesCheck)) for one in policy.rules)
        if asset.sort is Sort.PLAIN and others:
            silent.append((policy.name, others))
        elif looked.read and policy.name not in looked.applied:
            told = f"Not judged: no rule of {policy.name} is for such files."
            yield Finding(NOT_APPLICABLE, Severity.NOTE, asset.subject, told)
    if silent:
        counts = [f"{name} has {n:,} {'rule' if n == 1 else 'rules'}" for name, n in silent]
        verb = "says" if [n for _, n in silent] == [1] else "say"
        told = f"{' and '.join(counts)} that {verb} nothing of such files."
        yield Finding(NOT_APPLICABLE, Severity.NOTE, asset.subject, told)
