"""A result beside its target, and a table of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MISSED = "**missed**"


@dataclass(frozen=True, slots=True)
class Result:
    """One figure of a run: what it says, what was wanted, what came out."""

    what: str
    target: str
    got: str
    met: bool | None

    def cells(self) -> Sequence[str]:
        """As it stands in a table."""
        verdict = "" if self.met is None else "met" if self.met else MISSED
        return self.what, self.target, self.got, verdict


def at_most(what: str, got: float, limit: float, *, unit: str = "×") -> Result:
    """A figure that must not be higher."""
    return Result(what, f"≤ {limit:g}{unit}", f"{_figure(got)}{unit}", got <= limit)


def at_least(what: str, got: float, limit: float, *, unit: str = "×") -> Result:
    """A figure that must not be lower."""
    return Result(what, f"≥ {limit:g}{unit}", f"{_figure(got)}{unit}", got >= limit)


def told(what: str, got: float, *, unit: str = "×") -> Result:
    """A figure that nothing was asked of."""
    return Result(what, "", f"{_figure(got)}{unit}", None)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown, its columns as wide as they must be."""
    cells = [heads, *rows]
    widths = [max(len(row[at]) for row in cells) for at in range(len(heads))]
    lines = [_line(row, widths) for row in cells]
    rule = "|".join("-" * (width + 2) for width in widths)
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return (
        "| " + " | ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) + " |"
    )


def _figure(number: float) -> str:
    return f"{number:.2f}" if number < 10 else f"{number:.1f}"
