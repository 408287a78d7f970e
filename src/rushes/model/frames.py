"""Frame numbers: ranges and sets, kept as runs, however long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rushes.model.runs import FrameRange, common, fold, holds, join, near, neighbours, without

__all__ = ["FrameRange", "FrameSet"]


@dataclass(frozen=True)
class FrameSet:
    """Frames in ascending runs that do not overlap or interleave.

    A set is as long as its runs, not as its frames: a million frames in one range cost one run.
    Equal sets have equal runs when they are built by `of`, `joined` or the operators.
    """

    runs: tuple[FrameRange, ...] = ()

    @staticmethod
    def of(frames: Iterable[int]) -> FrameSet:
        """The set of `frames`, in any order, repeats allowed, folded into runs with steps."""
        numbers = sorted(set(frames))
        if not numbers:
            return FrameSet()
        first, last, count = numbers[0], numbers[-1], len(numbers)
        step = numbers[1] - first if count > 1 else 1
        # The whole as one run: nearly every sequence, and told without a loop of ours.
        if first + step * (count - 1) == last and (
            step == 1 or (count > 2 and numbers == list(range(first, last + 1, step)))
        ):
            return FrameSet((FrameRange(first, last, step),))
        return FrameSet(fold(neighbours(numbers)))

    @staticmethod
    def joined(ranges: Iterable[FrameRange]) -> FrameSet:
        """The set of all frames of `ranges`, which may come in any order and overlap.

        Frames are counted one by one only where ranges with different steps interleave.
        """
        return FrameSet(join(ranges))

    @property
    def first(self) -> int:
        """The lowest frame. Raises `ValueError` on an empty set."""
        if not self.runs:
            raise ValueError("an empty frame set has no first frame")
        return self.runs[0].first

    @property
    def last(self) -> int:
        """The highest frame. Raises `ValueError` on an empty set."""
        if not self.runs:
            raise ValueError("an empty frame set has no last frame")
        return self.runs[-1].last

    @property
    def step(self) -> int:
        """The distance that most neighbours keep; 1 for fewer than three frames.

        Of distances kept equally often it is the shortest.
        """
        if len(self) < 3:
            return 1
        kept: Counter[int] = Counter()
        for before, run in zip((None, *self.runs), self.runs, strict=False):
            kept[run.step] += len(run) - 1
            if before is not None:
                kept[run.first - before.last] += 1
        return min(kept, key=lambda distance: (-kept[distance], distance))

    def __len__(self) -> int:
        return sum(len(run) for run in self.runs)

    def __bool__(self) -> bool:
        return bool(self.runs)

    def __iter__(self) -> Iterator[int]:
        for run in self.runs:
            yield from run

    def __contains__(self, frame: object) -> bool:
        return isinstance(frame, int) and holds(self.runs, frame)

    def __sub__(self, other: FrameSet) -> FrameSet:
        """Frames of this set that are not in `other`."""
        if not self.runs or not other.runs:
            return self
        return FrameSet(fold(rest for run in self.runs for rest in without(run, other.runs)))

    def __or__(self, other: FrameSet) -> FrameSet:
        """Frames of either set."""
        return FrameSet(join(self.runs + other.runs))

    def __and__(self, other: FrameSet) -> FrameSet:
        """Frames of both sets."""
        both = (common(run, one) for run in self.runs for one in near(run, other.runs))
        return FrameSet(fold(run for run in both if run is not None))
