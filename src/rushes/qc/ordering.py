"""What is finished out of order, handed on in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Made = TypeVar("Made")


@dataclass(slots=True)
class InOrder(Generic[Made]):
    """Takes results by their places, from 0 on, and gives each once none before it is missing."""

    waiting: dict[int, Made] = field(default_factory=dict)
    next: int = 0

    def take(self, place: int, made: Made) -> None:
        """One is finished; every place gets exactly one."""
        self.waiting[place] = made

    def ready(self) -> Iterator[Made]:
        """Those whose turn it is."""
        while self.next in self.waiting:
            made = self.waiting.pop(self.next)
            self.next += 1
            yield made
