"""What became of the files that `rushes exr check` looked at, told once for all frames alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rushes.cli.exr.check_targets import Refused, Target
from rushes.cli.exr.images import Wanted
from rushes.cli.exr.reading import header
from rushes.core.errors import RushesError
from rushes.frames.notation import brief_frames, format_frames
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet
from rushes.model.pixels import PixelStats
from rushes.policy.checks.check import FramesCheck, MediaCheck
from rushes.policy.facts import Facts, measured
from rushes.policy.folding import Alike, Fold, Told
from rushes.policy.judging import NOT_MEASURED, SequenceJudge, judge, not_measured
from rushes.policy.policy import Policy
from rushes.ports.storage import Storage

Row = Callable[[dict[str, Any]], None]
PASSED, FAILED, INCOMPLETE = "passed", "failed", "incomplete"


@dataclass(slots=True)
class Checked:
    """One target with what was found. `unread` files could not be judged: damaged, or worse."""

    target: Target
    policies: Sequence[Policy]
    files: int = 0
    unread: int = 0
    unread_frames: list[int] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    fold: Fold = field(default_factory=Fold)
    unmeasured: dict[str, str] = field(default_factory=dict)

    @property
    def told(self) -> dict[Alike, Told]:
        """The findings, each once."""
        return self.fold.told

    @property
    def counts(self) -> Counter[tuple[str, Severity]]:
        """How many findings there are of each policy, the empty name standing for the reader."""
        return self.fold.counts

    @property
    def failed(self) -> bool:
        """Whether there is an error, of a policy or of the files themselves."""
        return any(severity is Severity.ERROR for _, severity in self.counts)

    def verdict(self, policy: Policy) -> str:
        """`passed` only where every file was read and every rule was judged."""
        if self.counts[policy.name, Severity.ERROR]:
            return FAILED
        if self.unread or self.counts["", Severity.ERROR] or policy.name in self.unmeasured:
            return INCOMPLETE
        return PASSED

    def of(self, policy: str) -> Iterator[tuple[Alike, Told]]:
        """What was found by one policy; the empty name stands for the reader."""
        return ((one, told) for one, told in self.told.items() if one.policy == policy)

    def frames(self, told: Told) -> str:
        """The frames of a finding, as in 1001-1100; empty where there are none."""
        return format_frames(FrameSet.of(told.frames), subframe_digits=self.target.digits)

    def place(self, frames: Sequence[int]) -> str:
        """The target's name, with these frames of it where they are not all."""
        every = FrameSet.of(frames)
        if not every or len(every) == self.files:
            return self.target.name
        return f"{self.target.name} {brief_frames(every, subframe_digits=self.target.digits)}"

    def rows(self) -> Iterator[dict[str, Any]]:
        """The verdicts as JSON, one for each policy."""
        for one in self.policies:
            yield {
                "path": self.target.name,
                "sequence": self.target.moving,
                "files": self.files,
                "unread": self.unread,
                "policy": one.name,
                "version": one.version,
                "digest": one.digest,
                "verdict": self.verdict(one),
                **{f"{level.value}s": self.counts[one.name, level] for level in Severity},
            }


def check(
    target: Target,
    policies: Sequence[Policy],
    storage: Storage,
    *,
    row: Row | None = None,
    pixels: Iterator[PixelStats | RushesError] | None = None,
) -> Checked:
    """Read and judge all files of a target, one after the other.

    Every finding goes to `row`, too, as it stands in JSON. `pixels` are the statistics of the
    files in their order; without them, rules about pixels are not judged.
    """
    checked = Checked(target, policies)
    taking = _Taking(checked, row)
    sequences = {one.name: SequenceJudge(one) for one in policies} if target.moving else {}
    for one in target.files:
        checked.files += 1
        facts = _facts(one, storage, taking, next(pixels) if pixels is not None else None)
        if facts is None:
            checked.unread += 1
            checked.unread_frames += [] if one.frame is None else [one.frame]
            continue
        for policy in policies:
            for finding in judge(policy, facts).findings:
                taking.take(finding, policy.name, one.frame)
        for watching in sequences.values():
            watching.take(facts, one.frame or 0)
    for name, watching in sequences.items():
        for outcome in watching.end(target.name):
            for finding, frames in zip(outcome.findings, outcome.frames, strict=True):
                taking.take_sequence(finding, name, frames)
    for policy in policies:
        for finding in _left_out(policy, target):
            taking.take(finding, policy.name, None)
    return checked


def _left_out(policy: Policy, target: Target) -> Iterator[Finding]:
    """What says that rules are not judged here: this command looks into OpenEXR files alone."""
    frames = [one.id for one in policy.rules if isinstance(one.check, FramesCheck)]
    if frames and target.moving:
        yield not_measured(target.name, frames, "frames")
    if all(isinstance(one.check, (FramesCheck, MediaCheck)) for one in policy.rules):
        media = [one.id for one in policy.rules if isinstance(one.check, MediaCheck)]
        if media:
            yield not_measured(target.name, media, "media")


def _facts(
    one: Wanted, storage: Storage, taking: _Taking, pixels: PixelStats | RushesError | None
) -> Facts | None:
    try:
        found = header(storage, one.path, one.name)
        if isinstance(pixels, RushesError):
            raise pixels
    except RushesError as error:
        taking.refuse(one, error)
        return None
    for finding in found.findings:
        taking.take(finding, "", one.frame)
    known = {finding.rule for finding in found.findings}
    for finding in pixels.findings if pixels is not None else ():
        if finding.rule not in known:  # both read the header
            taking.take(finding, "", one.frame)
    if found.image is None:
        return None
    return Facts(found.path, found.size, found.image, measured(pixels) if pixels else None)


@dataclass(slots=True)
class _Taking:
    """Findings on their way: each into its row, and into what is told once."""

    checked: Checked
    row: Row | None

    def take(self, finding: Finding, policy: str, frame: int | None) -> None:
        """A finding about one file."""
        self._take(finding, policy, () if frame is None else (frame,))

    def take_sequence(self, finding: Finding, policy: str, frames: FrameSet) -> None:
        """A finding about some frames of a sequence, against the others."""
        self._take(finding, policy, frames)

    def refuse(self, one: Wanted, error: RushesError) -> None:
        """A file that could not be read at all."""
        self.checked.refused.append(Refused(one.name, error))
        if self.row is not None:
            self.row(refused_row(one.name, error, frame=one.frame))

    def _take(self, finding: Finding, policy: str, frames: Sequence[int] | FrameSet) -> None:
        if finding.rule == NOT_MEASURED:
            self.checked.unmeasured.setdefault(policy, finding.message)
        self.checked.fold.take(finding, policy, frames)
        self._row(finding, policy, frames)

    def _row(self, finding: Finding, policy: str, frames: Sequence[int] | FrameSet) -> None:
        if self.row is None:
            return
        digits = self.checked.target.digits
        text = format_frames(FrameSet.of(frames), subframe_digits=digits)
        self.row({**finding.row(), "frames": text, "policy": policy})


def refused_row(name: str, error: RushesError, *, frame: int | None = None) -> dict[str, Any]:
    """What could not be read, as a finding's row."""
    why = Finding(error.code.value, Severity.ERROR, name, error.message, fix=error.hint)
    return {**why.row(), "frames": "" if frame is None else str(frame), "policy": ""}
