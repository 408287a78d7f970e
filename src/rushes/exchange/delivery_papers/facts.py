"""What a delivery's papers tell, as pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One version of a delivery; what is empty, zero or None is not known.

    `version` is its name, `number` as in v003, `shot` the shot or the asset that it is of. `frames`
    are in frame notation. `path` is where it lies in the package, escaped; `files` and `size`
    (bytes) are all of it. `signed_by` and `signed_at` say who signed it off and when. `picture` is
    a local frame or movie to show.
    """

    version: str
    number: str = ""
    sequence: str = ""
    shot: str = ""
    task: str = ""
    artist: str = ""
    frames: str = ""
    frame_count: int | None = None
    fps: Fraction | None = None
    width: int | None = None
    height: int | None = None
    colour_space: str = ""
    path: str = ""
    files: int = 0
    size: int = 0
    digest: str = ""
    signed_by: str = ""
    signed_at: datetime | None = None
    picture: Path | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A delivery: `made` is when it was asked for, not when papers are written, so that papers
    made again are the same.

    `context` is the kind of recipient, `note` what the sender says, in lines; `remarks` are whole
    sentences on what else the recipient should know.
    """

    show: str
    delivery: str
    made: datetime
    rows: tuple[Row, ...]
    recipient: str = ""
    context: str = ""
    sender: str = ""
    note: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def files(self) -> int:
        """All files."""
        return sum(one.files for one in self.rows)

    @property
    def size(self) -> int:
        """All bytes."""
        return sum(one.size for one in self.rows)
