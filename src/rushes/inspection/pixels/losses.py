"""What could not be counted of a part, as findings that name lines or tiles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rushes.inspection.pixels.layout import Layout
from rushes.inspection.pixels.source import Loss
from rushes.model.finding import Finding, Severity

RULE = "exr.pixels"
_MOST = 20  # findings of one part
_FIX = "Render or copy the file again."


class Losses:
    """Lost chunks, kept as runs: a file of millions of lines may have lost them all."""

    def __init__(self) -> None:
        self._runs: list[tuple[int, int, str]] = []
        self._more = 0

    def add(self, losses: Iterable[Loss]) -> None:
        """Note these, which come in ascending order."""
        for one in losses:
            self.add_run(one.index, one.index, one.reason)

    def add_run(self, first: int, last: int, reason: str) -> None:
        """Note a run of chunks, both ends included."""
        if self._runs:
            begin, end, before = self._runs[-1]
            if before == reason and end + 1 == first and not self._more:
                self._runs[-1] = (begin, last, reason)
                return
        if len(self._runs) < _MOST:
            self._runs.append((first, last, reason))
        else:
            self._more += last - first + 1

    def findings(self, layout: Layout, *, subject: str, title: str) -> Iterator[Finding]:
        """One for each run, and one for those beyond the first few."""
        for first, last, reason in self._runs:
            where = _tiles(layout, first, last) if layout.tiled else _lines(layout, first, last)
            yield finding(subject, f"{where} of {title} cannot be read: {reason}.")
        if self._more:
            what = "tiles" if layout.tiled else "runs of lines"
            yield finding(subject, f"{self._more:,} more {what} of {title} cannot be read.")


def finding(subject: str, message: str, *, rule: str = RULE, found: str = "") -> Finding:
    """Something that is wrong with the pixels of a file."""
    return Finding(rule, Severity.ERROR, subject, message, found=found, fix=_FIX)


def _lines(layout: Layout, first: int, last: int) -> str:
    top = layout.top + first * layout.tile[1]
    bottom = min(layout.top + (last + 1) * layout.tile[1], layout.top + layout.height) - 1
    return f"Line {top}" if top == bottom else f"Lines {top} to {bottom}"


def _tiles(layout: Layout, first: int, last: int) -> str:
    (row, column), (low, right) = (divmod(one, layout.grid[0]) for one in (first, last))
    if first == last:
        return f"Tile ({column}, {row})"
    return f"{last - first + 1:,} tiles from ({column}, {row}) to ({right}, {low})"
