"""One range of frames, and arithmetic on ascending ranges that never counts frames one by one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import gcd
from operator import attrgetter


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


_first = attrgetter("first")


def neighbours(numbers: Sequence[int]) -> Iterator[FrameRange]:
    """Ascending numbers, one or more, cut where one does not follow on the one before."""
    first, last = numbers[0], numbers[-1]
    if last - first < 2 * len(numbers):  # few holes: they are found without a loop of ours
        for hole in sorted(set(range(first, last)).difference(numbers)):
            if hole > first:
                yield FrameRange(first, hole - 1)
            first = hole + 1
        yield FrameRange(first, last)
        return
    start = 0
    for at in range(1, len(numbers)):
        if numbers[at] - numbers[at - 1] != 1:
            yield FrameRange(numbers[start], numbers[at - 1])
            start = at
    yield FrameRange(numbers[start], last)


def fold(ranges: Iterable[FrameRange]) -> tuple[FrameRange, ...]:
    """Ascending ranges that do not interleave, cut anew so that equal sets are equal runs.

    Greedy from the lowest frame on: two neighbours or more are a run, three frames or more at an
    equal distance are one with a step. Takes at most four frames of each range one by one: by
    then the run at hand has the range's step, and the rest follows in one move.
    """
    runs: list[FrameRange] = []
    first = last = step = count = 0
    for run in ranges:
        frame = run.first
        while True:
            if count == 0:
                first, count = frame, 1
            elif count == 1:
                step, count = frame - last, 2
            elif frame - last == step:
                count += 1
            elif count == 2 and step > 1:
                runs.append(FrameRange(first, first))
                first, step = last, frame - last
            else:
                runs.append(FrameRange(first, last, step))
                first, count = frame, 1
            last = frame
            if frame == run.last:
                break
            if count > 1 and step == run.step:
                count += (run.last - frame) // step
                last = run.last
                break
            frame += run.step
    if count == 2 and step > 1:
        runs += (FrameRange(first, first), FrameRange(last, last))
    elif count:
        runs.append(FrameRange(first, last, step if count > 1 else 1))
    return tuple(runs)


def join(ranges: Iterable[FrameRange]) -> tuple[FrameRange, ...]:
    """All frames of `ranges`, which may come in any order and overlap, as runs.

    Costs a move per range, and one per frame only where ranges with steps interleave.
    """
    solid: list[FrameRange] = []
    layers: list[list[FrameRange]] = []  # ranges with steps; within a layer none overlap
    for run in sorted(ranges):
        if run.step > 1:
            layer = next((one for one in layers if one[-1].last < run.first), None)
            if layer is None:
                layers.append([run])
            else:
                layer.append(run)
        elif solid and run.first <= solid[-1].last + 1:
            solid[-1] = FrameRange(solid[-1].first, max(solid[-1].last, run.last))
        else:
            solid.append(run)
    pieces = list(solid)
    for depth, layer in enumerate(layers):
        rest = layer
        for taken in (solid, *layers[:depth]):
            rest = [piece for run in rest for piece in without(run, taken)]
        pieces += rest
    return fold(_ascending(pieces))


def without(run: FrameRange, others: Sequence[FrameRange]) -> Iterator[FrameRange]:
    """What is left of `run`, ascending, where `others` ascend and do not overlap each other."""
    rest = run
    for other in near(run, others):
        gone = common(rest, other)
        if gone is None:
            continue
        step, every = rest.step, gone.step // rest.step
        if gone.first > rest.first:
            yield FrameRange(rest.first, gone.first - step, step)
        if len(gone) > 1 and every == 2:
            yield FrameRange(gone.first + step, gone.last - step, gone.step)
        elif len(gone) > 1 and every > 2:
            for hole in range(gone.first, gone.last, gone.step):
                yield FrameRange(hole + step, hole + gone.step - step, step)
        if gone.last == rest.last:
            return
        rest = FrameRange(gone.last + step, rest.last, step)
    yield rest


def common(one: FrameRange, other: FrameRange) -> FrameRange | None:
    """The frames of both: by the Chinese remainder theorem again one range, or none."""
    low, high = max(one.first, other.first), min(one.last, other.last)
    if low > high:
        return None
    shared = gcd(one.step, other.step)
    apart, odd = divmod(other.first - one.first, shared)
    if odd:
        return None
    paces = other.step // shared
    step = one.step * paces
    meeting = one.first + one.step * (apart * pow(one.step // shared, -1, paces) % paces)
    first = low + (meeting - low) % step
    return FrameRange(first, high, step) if first <= high else None


def near(run: FrameRange, others: Sequence[FrameRange]) -> Sequence[FrameRange]:
    """Those of `others`, ascending and apart, that may share frames with `run`."""
    start = bisect_right(others, run.first, key=_first)
    return others[max(start - 1, 0) : bisect_right(others, run.last, key=_first)]


def holds(runs: Sequence[FrameRange], frame: int) -> bool:
    """Whether ascending runs, apart from each other, hold `frame`."""
    at = bisect_right(runs, frame, key=_first)
    return at > 0 and frame in runs[at - 1]


def _ascending(ranges: list[FrameRange]) -> Iterator[FrameRange]:
    """Ranges that share no frame, cut so that they no longer interleave."""
    heap = [(run.first, run.last, run.step) for run in ranges]
    heapify(heap)
    while heap:
        first, last, step = heappop(heap)
        if heap and heap[0][0] < last:
            stop = first + (heap[0][0] - 1 - first) // step * step
            heappush(heap, (stop + step, last, step))
            last = stop
        yield FrameRange(first, last, step)
