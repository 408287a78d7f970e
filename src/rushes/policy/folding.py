"""Findings on many files told once: those that say the same, with the frames they were made on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from rushes.frames.notation import brief_frames
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet

MORE = "policy.more"
_WORDS = 400  # characters that the frames of a finding may take
_ORDER = {severity: at for at, severity in enumerate(Severity)}


class Alike(NamedTuple):
    """What findings have in common that are told once; `policy` is empty for the reader's own."""

    policy: str
    rule: str
    severity: Severity
    message: str
    found: str
    wanted: str
    fix: str


@dataclass(slots=True)
class Told:
    """Where a finding was made: how often, the first file, and the frames."""

    first: str
    count: int = 0
    frames: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Fold:
    """Findings of one target, told once where they are alike, and counted."""

    told: dict[Alike, Told] = field(default_factory=dict)
    counts: Counter[tuple[str, Severity]] = field(default_factory=Counter)

    def take(self, finding: Finding, policy: str, frames: Iterable[int] = ()) -> None:
        """A finding about these frames, or about a single file where there are none."""
        alike = Alike(
            policy,
            finding.rule,
            finding.severity,
            finding.message,
            finding.found,
            finding.wanted,
            finding.fix,
        )
        told = self.told.setdefault(alike, Told(finding.subject))
        before = len(told.frames)
        told.frames += frames
        told.count += max(1, len(told.frames) - before)
        self.counts[policy, finding.severity] += 1

    def join(self, later: Fold) -> None:
        """Take what another one holds of files that come after these."""
        for alike, other in later.told.items():
            told = self.told.setdefault(alike, Told(other.first))
            told.count += other.count
            told.frames += other.frames
        self.counts += later.counts

    def findings(
        self, subject: str, *, files: int, most: int, subframe_digits: int = 0
    ) -> Iterator[Finding]:
        """All of them, each once, the worst first; those beyond `most` are one that counts them.

        A message begins with the frames that it is about, unless these are all `files`.
        """
        ranked = sorted(self.told.items(), key=lambda one: _ORDER[one[0].severity])
        kept = ranked if len(ranked) <= most else ranked[: most - 1]
        for alike, told in kept:
            frames = FrameSet.of(told.frames)
            where = ""
            if frames and len(frames) != files:
                told_frames = brief_frames(frames, subframe_digits=subframe_digits, most=_WORDS)
                where = f"{told_frames}: "
            yield Finding(
                alike.rule,
                alike.severity,
                subject,
                f"{where}{alike.message}",
                found=alike.found,
                wanted=alike.wanted,
                fix=alike.fix,
            )
        if rest := ranked[len(kept) :]:
            yield _more(subject, [one for one, _ in rest])


def _more(subject: str, rest: list[Alike]) -> Finding:
    counted = Counter(one.severity for one in rest)
    told = ", ".join(f"{counted[one]:,} {one.value}s" for one in Severity if counted[one])
    rules = Counter(one.rule for one in rest)
    named = ", ".join(f"{rule} ({count:,})" for rule, count in rules.most_common(8))
    return Finding(
        MORE,
        rest[0].severity,
        subject,
        f"{len(rest):,} more findings are not told one by one: {told}.",
        found=named,
        fix="Hold the files against the policy again once those told are mended.",
    )
