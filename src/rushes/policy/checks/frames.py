"""Which frames of a sequence there are: gaps, empty files, sizes that stand out, the range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rushes.frames.notation import brief_frames
from rushes.model.files import Kind
from rushes.model.frames import FrameSet
from rushes.policy.checks.check import FramesCheck, Problem, either
from rushes.policy.facts import FrameFacts
from rushes.policy.kinds import COUNT, COUNTS, key, says


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames(FramesCheck):
    """Which frames of a file sequence lie on storage; `rushes qc crawl` judges it.

    A single file is not judged. Of tiles, only empty ones are: gaps between them mean nothing.
    """

    fix: ClassVar[str] = "Render or copy these frames (again)."

    max_missing: int | None = key(
        COUNT,
        "At most so many frames are missing: against what the shot is known to need, else between"
        " the first and the last that are there.",
    )
    max_extra: int | None = key(COUNT, "At most so many are outside of what the shot needs.")
    max_empty: int | None = key(COUNT, "At most so many files have zero bytes.")
    max_short: int | None = key(COUNT, "At most so many are far smaller than their neighbours.")
    min_frames: int | None = key(COUNT, "There are at least so many.")
    max_frames: int | None = key(COUNT, "There are at most so many.")
    first: tuple[int, ...] = key(COUNTS, "The first one has one of these numbers.", default=())
    last: tuple[int, ...] = key(COUNTS, "The last one has one of these numbers.", default=())
    padding: tuple[int, ...] = key(
        COUNTS, "Numbers are written with so many digits, 1 for no padding.", default=()
    )

    def __post_init__(self) -> None:
        if not says(self):
            raise ValueError("asks for nothing")

    def judges(self, rule: str) -> bool:
        """Whether the check says how bad it is what a scan calls `frames.missing` and so on."""
        judged = getattr(self, f"max_{rule.removeprefix('frames.')}", None)
        return rule.startswith("frames.") and judged is not None

    def judge(self, facts: FrameFacts) -> Iterator[Problem] | None:
        """What is wrong with the frames; None where it is a single file."""
        kind = facts.found.sequence.kind
        if kind is Kind.FILE or (kind is Kind.TILES and self.max_empty is None):
            return None
        return self._judged(facts, tiles=kind is Kind.TILES)

    def _judged(self, facts: FrameFacts, *, tiles: bool) -> Iterator[Problem]:
        sequence, noted = facts.found.sequence, facts.found.facts
        digits = sequence.subframe_digits
        noun = "tile" if tiles else "frame"

        def too_many(frames: FrameSet, most: int | None, what: str) -> Iterator[Problem]:
            count = len(frames)
            if most is not None and count > most:
                told = brief_frames(frames, subframe_digits=digits)
                several = "s" if count > 1 else ""
                wanted = f"{most:,} or fewer" if most else "none"
                yield Problem(f"{count:,} {noun}{several} {what}: {told}.", told, wanted)

        yield from too_many(noted.empty, self.max_empty, "of zero bytes")
        if tiles:
            return
        source = facts.gaps.source
        yield from too_many(facts.gaps.missing, self.max_missing, f"missing (against {source})")
        yield from too_many(facts.gaps.extra, self.max_extra, f"outside {source}")
        yield from too_many(noted.short, self.max_short, "far smaller than the others")
        yield from self._count(len(sequence.frames))
        unit = int(10**digits)
        yield from _one_of("first frame", sequence.frames.first, self.first, unit)
        yield from _one_of("last frame", sequence.frames.last, self.last, unit)
        yield from _one_of("padding", max(1, sequence.padding), self.padding, 1)

    def _count(self, count: int) -> Iterator[Problem]:
        if self.min_frames is not None and count < self.min_frames:
            wanted = f"{self.min_frames:,} or more"
            yield Problem(f"There are {count:,} frames, not {wanted}.", f"{count:,}", wanted)
        if self.max_frames is not None and count > self.max_frames:
            wanted = f"{self.max_frames:,} or fewer"
            yield Problem(f"There are {count:,} frames, not {wanted}.", f"{count:,}", wanted)


def _one_of(what: str, found: int, wanted: Sequence[int], unit: int) -> Iterator[Problem]:
    if wanted and not any(found == one * unit for one in wanted):
        named = either(map(str, wanted))
        yield Problem(f"The {what} is {found / unit:g}, not {named}.", f"{found / unit:g}", named)
