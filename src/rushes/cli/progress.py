"""A progress bar on a terminal, and nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any

from rushes.ports.progress import Progress, Silent

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

_REST_S = 0.1  # between lines that are printed and the bar being drawn again
_drawn: list[_Bar] = []  # the bars of this process, the one in sight last


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """What a long verb reports to: a bar on stderr when stderr is a terminal."""
    if not sys.stderr.isatty():
        yield Silent()
        return
    step_aside()
    bar = _Bar(title)
    _drawn.append(bar)
    try:
        bar.draw()
        yield bar
    finally:
        bar.erase()
        _drawn.remove(bar)


def step_aside() -> None:
    """Take the bar off the terminal, so that a line can be printed where it stood.

    It comes back with what is reported next.
    """
    if _drawn:
        _drawn[-1].erase()


class _Bar:
    """`Progress` on a rich bar, which is made anew whenever it is drawn again."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._began = monotonic()
        self._erased = 0.0
        self._rich: RichProgress | None = None
        self._state: dict[str, Any] = {"completed": 0, "total": None, "counts": ""}

    def report(self, done: int, total: int | None = None, note: str = "") -> None:
        """Move the bar; without a total it only pulses, and counts."""
        self._state = {"completed": done, "total": total, "counts": _counts(done, total, note)}
        if self._rich is not None:
            self._rich.update(self._rich.task_ids[0], **self._state)
        elif _drawn[-1:] == [self] and monotonic() - self._erased > _REST_S:
            self.draw()

    def cancelled(self) -> bool:
        """Never by itself: on a terminal Ctrl-C raises KeyboardInterrupt."""
        return False

    def draw(self) -> None:
        """Put it on the terminal, below what is printed there."""
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        sys.stdout.flush()
        self._rich = RichProgress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[counts]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            get_time=monotonic,
            # Elsewhere, what is printed by others would come to the terminal instead.
            redirect_stdout=sys.stdout.isatty(),
        )
        number = self._rich.add_task(self._title, start=False, **self._state)
        self._rich.tasks[number].start_time = self._began
        self._rich.start()

    def erase(self) -> None:
        """Take it off the terminal, the cursor where it stood."""
        if self._rich is not None:
            self._rich.stop()
            self._rich, self._erased = None, monotonic()


def _counts(done: int, total: int | None, note: str) -> str:
    """`1 file in 2 folders`, `3 of 20 thumbnails`."""
    counts = f"{done:,}" if total is None else f"{done:,} of {total:,}"
    first, *rest = note.split(" ", 1)
    if 1 == done == (total or 1) and first == "files":
        first = "file"
    return " ".join([counts, first, *rest]).rstrip()
