"""How pixels are stored: compression and the order of lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rushes.inspection.header.values import COMPRESSIONS, LINE_ORDERS
from rushes.model.image import Part
from rushes.policy.checks.check import PartCheck, Problem, either
from rushes.policy.kinds import key, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Compression(PartCheck):
    """The compression of each part."""

    fix: ClassVar[str] = "Write the file with another compression."

    one_of: tuple[str, ...] = key(words(*COMPRESSIONS), "It is one of these.", default=())
    forbidden: tuple[str, ...] = key(words(*COMPRESSIONS), "It is none of these.", default=())

    def __post_init__(self) -> None:
        if not self.one_of and not self.forbidden:
            raise ValueError("asks for nothing")

    def judge(self, part: Part) -> Iterator[Problem]:
        """Whether the compression is one that is wanted; an unknown one is not."""
        found = part.compression or "unknown"
        if self.one_of and found not in self.one_of:
            wanted = either(self.one_of)
            yield Problem(f"The compression is {found}, not {wanted}.", found, wanted)
        elif found in self.forbidden:
            wanted = f"not {either(self.forbidden)}"
            yield Problem(f"The compression is {found}.", found, wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOrder(PartCheck):
    """The order in which each part's lines or tiles lie in the file."""

    fix: ClassVar[str] = "Write the file with lines in that order."

    one_of: tuple[str, ...] = key(
        words(*LINE_ORDERS), "It is one of these.", required=True, default=()
    )

    def judge(self, part: Part) -> Iterator[Problem]:
        """Whether the order is one that is wanted."""
        found = part.line_order or "unknown"
        if found not in self.one_of:
            wanted = either(self.one_of)
            yield Problem(f"The line order is {found}, not {wanted}.", found, wanted)
