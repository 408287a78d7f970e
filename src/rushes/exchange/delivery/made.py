"""What a delivery is made with, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rushes.exchange.delivery.members import ALGORITHMS
from rushes.exchange.delivery.plan import Planned
from rushes.exchange.delivery.target import Target
from rushes.model.movement import Movement
from rushes.ports.progress import Progress
from rushes.ports.storage_writing import Terms
from rushes.transfer.learning import Place
from rushes.transfer.outcome import Effort
from rushes.transfer.package.book import Book
from rushes.transfer.package.members import Layout, Member, Packed

TERMS = Terms(algorithms=ALGORITHMS, verify=True)


class Pack(Protocol):
    """What makes packages: `transfer.package.packing.pack`."""

    def __call__(
        self,
        members: Sequence[Member],
        *,
        target: Place,
        path: str,
        layout: Layout,
        terms: Terms,
        book: Book | None,
        effort: Effort,
        progress: Progress,
    ) -> Packed:
        """Have the members at `path`, whole or not at all."""
        ...


class Stored(Protocol):
    """Whatever keeps in mind how far a package is."""

    def __call__(self, target: Target, /) -> Book:
        """Its notes of what goes to this target."""
        ...


@dataclass(frozen=True, slots=True)
class Made:
    """A package that is whole at its place."""

    url: str
    size: int
    digests: Mapping[str, str]
    sent: int

    def row(self) -> dict[str, Any]:
        """The package as a record has it."""
        return {"url": self.url, "size": self.size, "digests": dict(self.digests)}


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of it. `movement` is None where there was nothing to be recorded.

    `manifests` are those that were written for this house, besides the ones in the package.
    """

    plan: Planned
    movement: Movement | None = None
    packages: tuple[Made, ...] = ()
    manifests: tuple[Path, ...] = ()


def packages_of(movement: Movement) -> tuple[Made, ...]:
    """The packages that a record tells of."""
    found = movement.report.get("packages", ())
    return tuple(Made(one["url"], one["size"], one["digests"], 0) for one in found)
