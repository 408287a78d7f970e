"""What a cut shows: its clips in order, each with the frames of its source that are seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rushes.model.finding import Finding


@dataclass(frozen=True)
class Piece:
    """A clip. `names` may each tell its shot, the likeliest first.

    `first` and `last` are frames of the source at the show's rate, dissolves and retimes counted
    in; None where nothing tells them. `row` is the shot as an export of ours wrote it, if one did.
    """

    names: tuple[str, ...]
    at: str
    first: int | None = None
    last: int | None = None
    row: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cut:
    """The clips of a timeline in their order, and what was odd in it."""

    name: str
    pieces: Sequence[Piece]
    findings: Sequence[Finding]
