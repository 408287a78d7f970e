"""Frame numbers: ranges and sets, kept as runs, however long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class FrameRange:
    """Frames from `first` to `last`, both included, every `step`th (1 or more).

    `last` is lowered to a frame that the step reaches, so that equal sets are equal values.
    """

    first: int
    last: int
    step: int = 1

    def __post_init__(self) -> None:
        if self.step < 1 or self.last < self.first:
            raise ValueError(f"no frames in {self.first}-{self.last}x{self.step}")
        last = self.last - (self.last - self.first) % self.step
        object.__setattr__(self, "last", last)
        if last == self.first:
            object.__setattr__(self, "step", 1)

    def __len__(self) -> int:
        return (self.last - self.first) // self.step + 1

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.last + 1, self.step))

    def __contains__(self, frame: object) -> bool:
        return frame in range(self.first, self.last + 1, self.step)


@dataclass(frozen=True)
class FrameSet:
    """Frames in ascending runs that do not overlap or interleave.

    A set is as long as its runs, not as its frames: a million frames in one range cost one run.
    Equal sets have equal runs when they are built by `of` or by the operators.
    """

    runs: tuple[FrameRange, ...] = ()

    @staticmethod
    def of(frames: Iterable[int]) -> FrameSet:
        """The set of `frames`, in any order, repeats allowed, folded into runs with steps."""
        raise NotImplementedError

    @property
    def first(self) -> int:
        """The lowest frame. Raises `ValueError` on an empty set."""
        raise NotImplementedError

    @property
    def last(self) -> int:
        """The highest frame. Raises `ValueError` on an empty set."""
        raise NotImplementedError

    @property
    def step(self) -> int:
        """The distance that most neighbours keep; 1 for fewer than three frames."""
        raise NotImplementedError

    def __len__(self) -> int:
        return sum(len(run) for run in self.runs)

    def __bool__(self) -> bool:
        return bool(self.runs)

    def __iter__(self) -> Iterator[int]:
        for run in self.runs:
            yield from run

    def __contains__(self, frame: object) -> bool:
        return any(frame in run for run in self.runs)

    def __sub__(self, other: FrameSet) -> FrameSet:
        """Frames of this set that are not in `other`."""
        raise NotImplementedError

    def __or__(self, other: FrameSet) -> FrameSet:
        """Frames of either set."""
        raise NotImplementedError

    def __and__(self, other: FrameSet) -> FrameSet:
        """Frames of both sets."""
        raise NotImplementedError
