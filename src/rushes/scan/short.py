"""Which frames of a sequence are far smaller than the others: written only in part, perhaps."""

from __future__ import annotations

from collections.abc import Sequence

FEWEST = 5  # frames below which nothing can be said of what is usual
_MANY = 40  # sizes from which on a quarter of them is worth a look first


def suspected(sizes: Sequence[int], total: int, smallest: int) -> bool:
    """Whether any of `sizes`, in any order, none of them zero, may be that of a short frame.

    This is all that is spent on nearly every sequence, and nearly always on its first lines.
    """
    count = len(sizes)
    # A short frame is below 0.9 of the median, and so below this much of the mean.
    if count < FEWEST or smallest * count * 1000 >= total * 919:
        return False
    if count > _MANY and smallest * count * 2 >= total:  # which is a quarter of any median
        some, margin = sorted(sizes[::4]), _margin(count)
        # Bounds of what `_least` calls low and high, from below and above.
        if smallest >= 5 * some[margin] - 4 * some[-1 - margin]:
            return False
    return smallest < _least(sorted(sizes))


def short(sizes: Sequence[int]) -> list[int]:
    """Positions of short files among `sizes`, which are in frame order; zero sizes never are.

    Sizes of compressed frames vary, so how much they do decides. Leave out a tenth of the frames
    (at least one) at either end of the sorted sizes: what the rest spans is what is usual here. A
    frame is short when it lies below that by more than four times the span and by a tenth of the
    median; or when it has under a quarter of the median, whatever the span. Three and more short
    neighbours are a fade or a cut, not damage, and when more than a tenth of all frames (and more
    than two) are short, that is how the sequence is: then none is told.
    """
    written = sorted(size for size in sizes if size)
    limit = _least(written)
    lonely = _lonely([at for at, size in enumerate(sizes) if 0 < size < limit])
    return lonely if len(lonely) <= max(2, len(written) // 10) else []


def _least(written: Sequence[int]) -> int:
    """The size below which a frame is short; `written` ascends and has no zeros."""
    if len(written) < FEWEST:
        return 0
    margin = _margin(len(written))
    low, high = written[margin], written[-1 - margin]
    median = written[len(written) // 2]
    usual = low - max(4 * (high - low), median // 10)
    return max(usual, median // 4)


def _margin(count: int) -> int:
    """How many sizes are left out at either end."""
    return max(1, count // 10)


def _lonely(positions: list[int]) -> list[int]:
    """Those that have at most one neighbour among them."""
    kept: list[int] = []
    run: list[int] = []
    for position in positions:
        if run and position != run[-1] + 1:
            kept += run if len(run) < 3 else []
            run = []
        run.append(position)
    return kept + (run if len(run) < 3 else [])
