"""Small pictures of what a delivery holds, made once for all of its papers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.exchange.delivery_papers.facts import Facts, Row
from rushes.inspection.look import Form, Look
from rushes.inspection.thumbnail import Made
from rushes.inspection.thumbnails import Bounds, making
from rushes.ports.progress import Progress, Silent

NO_PICTURE = "no picture"
MOST = 1_000  # pictures; all of them are held in memory
_WIDTHS = ((60, 320), (300, 240))  # pixels of each for up to so many, and of more
_SMALLEST = 160
_WORDS = {
    Code.PATH_NOT_FOUND: "not there",
    Code.PATH_UNREADABLE: "cannot be opened",
    Code.MEDIA_UNREADABLE: "cannot be shown",
}


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures (of the form `RAW`) by their files, or why there is none; `width` in pixels."""

    width: int = _WIDTHS[0][1]
    made: Mapping[Path, Made] = field(default_factory=dict)
    failed: Mapping[Path, RushesError] = field(default_factory=dict)

    def of(self, row: Row) -> Made | None:
        """The row's picture."""
        return self.made.get(row.picture) if row.picture is not None else None

    def why(self, row: Row) -> str:
        """In a few words, why there is none of the row."""
        if row.picture is None:
            return NO_PICTURE
        error = self.failed.get(row.picture)
        return _WORDS.get(error.code, "cannot be shown") if error is not None else "left out"


def pictured(
    facts: Facts,
    *,
    workers: int | None = None,
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> Pictures:
    """A picture of each row that has one, made in processes that a bad file can crash, no more.

    Beyond `MOST` they are left out. Raises `cancelled`.
    """
    wanted = dict.fromkeys(one.picture for one in facts.rows if one.picture is not None)
    asked = [(path, path, Look(form=Form.RAW)) for path in list(wanted)[:MOST]]
    width = next((wide for most, wide in _WIDTHS if len(asked) <= most), _SMALLEST)
    made: dict[Path, Made] = {}
    failed: dict[Path, RushesError] = {}
    bounds = Bounds(workers=workers)
    with closing(making(asked, width=width, bounds=bounds, progress=progress)) as outcomes:
        for path, outcome in outcomes:
            if isinstance(outcome, RushesError):
                failed[path] = outcome
            else:
                made[path] = outcome
    return Pictures(width, made, failed)
