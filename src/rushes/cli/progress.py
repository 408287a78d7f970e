"""A progress bar on a terminal, and nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rushes.ports.progress import Progress, Silent

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """What a long verb reports to: a bar on stderr when stderr is a terminal."""
    if not sys.stderr.isatty():
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
    )
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Bar(bar, bar.add_task(title, total=None, counts=""))


class _Bar:
    """`Progress` on a rich bar."""

    def __init__(self, bar: RichProgress, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def report(self, done: int, total: int | None = None, note: str = "") -> None:
        """Move the bar; without a total it only pulses, and counts."""
        counts = f"{done:,}" if total is None else f"{done:,} of {total:,}"
        self._bar.update(
            self._task, completed=done, total=total, counts=f"{counts} {note}".rstrip()
        )

    def cancelled(self) -> bool:
        """Never by itself: on a terminal Ctrl-C raises KeyboardInterrupt."""
        return False
