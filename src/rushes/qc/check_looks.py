"""Files looked at and judged in batches, by whichever worker has time, and put together again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.inspection.header.reading import read_header
from rushes.inspection.media.facts import Probed
from rushes.model.finding import Finding, Severity
from rushes.model.pixels import PixelStats
from rushes.policy.checks.files import FileSize
from rushes.policy.facts import Facts, NamedFile, measured
from rushes.policy.folding import Fold
from rushes.policy.judging import SequenceJudge, Verdict, judge, judge_media, judge_named
from rushes.policy.policy import Policy
from rushes.ports.storage import Storage
from rushes.qc.check_asset import Piece, Sort

Stats = Mapping[int | None, PixelStats | RushesError]


@dataclass(slots=True)
class Looked:
    """What was found in some files of an asset. `applied` are policies that had a rule for one.

    `judges` are those for sequences, one for each policy; `read` counts files that could be.
    """

    judges: list[SequenceJudge]
    fold: Fold = field(default_factory=Fold)
    applied: set[str] = field(default_factory=set)
    read: int = 0

    @staticmethod
    def fresh(policies: Iterable[Policy]) -> Looked:
        """Before the first file."""
        return Looked([SequenceJudge(one) for one in policies])

    def join(self, later: Looked) -> None:
        """Take what was found in the files after these."""
        self.fold.join(later.fold)
        self.applied |= later.applied
        self.read += later.read
        for one, other in zip(self.judges, later.judges, strict=True):
            one.join(other)

    def take(self, verdict: Verdict, frames: Sequence[int]) -> None:
        """What a policy makes of a file."""
        if verdict.applies:
            self.applied.add(verdict.policy.name)
        for finding in verdict.findings:
            self.fold.take(finding, verdict.policy.name, frames)

    def refuse(self, error: RushesError, piece: Piece, frame: int | None) -> None:
        """A file that could not be read: told alike of all frames to which it happened."""
        path, name = piece.path(frame), piece.name(frame)
        message = error.message.replace(escape(path), "the file").replace(name, "the file")
        message = f"{message[:1].upper()}{message[1:]}"
        finding = Finding(error.code.value, Severity.ERROR, name, message, fix=error.hint)
        self.fold.take(finding, "", _frames(frame))


def look(
    storage: Storage, policies: Sequence[Policy], batch: Sequence[tuple[Piece, Sort]]
) -> list[tuple[int, Looked]]:
    """Look at all files of a batch of images and plain files; a task of an executor.

    Each piece's asset goes with what was found in it.
    """
    return [
        (
            piece.at,
            images(storage, policies, piece)
            if sort is Sort.IMAGE
            else _plain(storage, policies, piece),
        )
        for piece, sort in batch
    ]


def images(
    storage: Storage, policies: Sequence[Policy], piece: Piece, stats: Stats | None = None
) -> Looked:
    """Read and judge headers, and pixels where there are `stats` of each frame."""
    looked = Looked.fresh(policies)
    for frame in piece.frames:
        try:
            facts = _image(storage, piece, frame, looked, stats)
        except RushesError as error:
            looked.refuse(error, piece, frame)
            continue
        if isinstance(facts, NamedFile):  # damaged: its name and its size are all there is
            for policy in policies:
                looked.take(judge_named(policy, facts), _frames(frame))
            continue
        looked.read += 1
        for policy, watching in zip(policies, looked.judges, strict=True):
            looked.take(judge(policy, facts), _frames(frame))
            if frame is not None:
                watching.take(facts, frame)
    return looked


def media(
    policies: Sequence[Policy], piece: Piece, probes: Mapping[int | None, Probed | RushesError]
) -> Looked:
    """Judge what was probed of each file."""
    looked = Looked.fresh(policies)
    for frame in piece.frames:
        probed = probes[frame]
        if isinstance(probed, RushesError):
            looked.refuse(probed, piece, frame)
            continue
        for finding in probed.findings:
            looked.fold.take(finding, "", _frames(frame))
        if probed.facts is not None:
            looked.read += 1
            for policy in policies:
                looked.take(judge_media(policy, probed.facts), _frames(frame))
    return looked


def _image(
    storage: Storage, piece: Piece, frame: int | None, looked: Looked, stats: Stats | None
) -> Facts | NamedFile:
    found = read_header(storage, piece.path(frame), called=piece.name(frame))
    pixels = stats[frame] if stats is not None else None
    if isinstance(pixels, RushesError):
        raise pixels
    for finding in found.findings:
        looked.fold.take(finding, "", _frames(frame))
    known = {finding.rule for finding in found.findings}
    for finding in pixels.findings if pixels is not None else ():
        if finding.rule not in known:  # both read the header
            looked.fold.take(finding, "", _frames(frame))
    if found.image is None:
        return NamedFile(found.path, found.size)
    return Facts(found.path, found.size, found.image, measured(pixels) if pixels else None)


def _plain(storage: Storage, policies: Sequence[Policy], piece: Piece) -> Looked:
    looked = Looked.fresh(policies)
    for frame, told in zip(piece.frames, _sizes(storage, policies, piece), strict=True):
        if told is None:
            gone = RushesError(Code.PATH_NOT_FOUND, "The file is not there any more.")
            looked.refuse(gone, piece, frame)
            continue
        looked.read += 1
        for policy in policies:
            looked.take(judge_named(policy, NamedFile(piece.name(frame), told)), _frames(frame))
    return looked


def _sizes(storage: Storage, policies: Sequence[Policy], piece: Piece) -> Sequence[int | None]:
    """Bytes of each file; 0 where no rule asks, so that names alone cost no question."""
    if not any(isinstance(rule.check, FileSize) for one in policies for rule in one.rules):
        return [0] * len(piece.frames)
    paths = [piece.path(frame) for frame in piece.frames]
    return [None if told is None else told[0] for told in storage.probe(paths)]


def _frames(frame: int | None) -> tuple[int, ...]:
    return () if frame is None else (frame,)
