"""A file sequence as a strip of cells in which no gap can hide, however long the sequence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate

from rushes.model.frames import FrameRange, FrameSet
from rushes.report.content import ReportedSequence

MOST_CELLS = 240


class State(IntEnum):
    """How a frame stands; where a cell holds several frames, the highest shows."""

    PRESENT = 0
    EXTRA = 1
    SHORT = 2
    EMPTY = 3
    MISSING = 4


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring cells of one state, with the frames at both ends (both included).

    `cells` of the strip's `cells`, from cell `at` on. `frames` counts the frames in that state
    among those the span covers: a cell that holds many shows its worst.
    """

    state: State
    at: int
    cells: int
    first: int
    last: int
    frames: int


@dataclass(frozen=True, slots=True)
class Strip:
    """Spans that cover all cells from left to right; `per_cell` frames share one, at most."""

    spans: tuple[Span, ...]
    cells: int
    per_cell: int
    first: int
    last: int


def strip_of(one: ReportedSequence, *, most: int = MOST_CELLS) -> Strip | None:
    """The strip of a sequence; None for tiles, single files and sequences without a frame."""
    sequence, facts = one.found.sequence, one.found.facts
    axis = sequence.frames | one.missing
    if not one.counts_frames or not axis:
        return None
    ruler = _Ruler(axis, most)
    worst = [State.PRESENT] * ruler.cells
    counts = [ruler.width(cell) for cell in range(ruler.cells)]
    layers = (
        (State.EXTRA, one.extra),
        (State.SHORT, facts.short),
        (State.EMPTY, facts.empty),
        (State.MISSING, one.missing),
    )
    for state, frames in layers:
        for cell, count in ruler.count(frames & axis).items():
            worst[cell], counts[cell] = state, count
    return Strip(
        tuple(_spans(worst, counts, ruler)), ruler.cells, ruler.per_cell, axis.first, axis.last
    )


def _spans(worst: list[State], counts: list[int], ruler: _Ruler) -> Iterator[Span]:
    at = 0
    while at < len(worst):
        end = at + 1
        while end < len(worst) and worst[end] is worst[at]:
            end += 1
        first, last = ruler.first(at), ruler.last(end - 1)
        yield Span(worst[at], at, end - at, first, last, sum(counts[at:end]))
        at = end


class _Ruler:
    """Which cell a frame falls into: cells hold equally many frames, in order.

    Goes by a frame's place among all, not by its number, so that a sequence on every second
    frame has no holes by design. Costs runs, not frames, for runs without a step.
    """

    def __init__(self, axis: FrameSet, most: int) -> None:
        self._runs = axis.runs
        self._firsts = [run.first for run in axis.runs]
        self._before = [0, *accumulate(len(run) for run in axis.runs)]
        self.frames = self._before[-1]
        self.per_cell = max(1, -(-self.frames // most))
        self.cells = -(-self.frames // self.per_cell)

    def width(self, cell: int) -> int:
        return min(self.per_cell, self.frames - cell * self.per_cell)

    def first(self, cell: int) -> int:
        return self._frame(cell * self.per_cell)

    def last(self, cell: int) -> int:
        return self._frame(min(self.frames, (cell + 1) * self.per_cell) - 1)

    def count(self, frames: FrameSet) -> dict[int, int]:
        """How many of `frames`, all of them on the axis, fall into each cell."""
        counts: dict[int, int] = {}
        for run in frames.runs:
            for first, last in self._places(run):
                for cell in range(first // self.per_cell, last // self.per_cell + 1):
                    begin = max(first, cell * self.per_cell)
                    end = min(last, (cell + 1) * self.per_cell - 1)
                    counts[cell] = counts.get(cell, 0) + end - begin + 1
        return counts

    def _places(self, run: FrameRange) -> Iterator[tuple[int, int]]:
        if run.step == 1:
            yield self._place(run.first), self._place(run.last)
            return
        for frame in run:
            place = self._place(frame)
            yield place, place

    def _place(self, frame: int) -> int:
        at = bisect_right(self._firsts, frame) - 1
        run = self._runs[at]
        return self._before[at] + (frame - run.first) // run.step

    def _frame(self, place: int) -> int:
        at = bisect_right(self._before, place) - 1
        run = self._runs[at]
        return run.first + (place - self._before[at]) * run.step
