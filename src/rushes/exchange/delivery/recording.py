"""What a record says of a delivery: every file as it left, and what was had before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rushes.core.escape import escape
from rushes.exchange.delivery.members import Contents
from rushes.exchange.delivery.package import Digests, Package
from rushes.exchange.delivery.plan import File, Planned
from rushes.model.movement import DeliveredFile, Movement, MovementEnd, MovementState
from rushes.ports.movements import Movements
from rushes.ports.records import every
from rushes.publish.components import ALGORITHM


def delivered_files(made: Package, inside: Contents, digests: Digests) -> tuple[DeliveredFile, ...]:
    """All files: those that went, papers too, and those that they had."""
    return tuple(_files(made, inside, digests))


def _files(made: Package, inside: Contents, digests: Digests) -> Iterator[DeliveredFile]:
    for one in made.files:
        yield _file(one, digests[one.path])
    for path, paper in inside.papers.items():
        yield DeliveredFile(path, len(paper(digests)), dict(digests[path]))
    for one in made.plan.had:
        yield _file(one, {ALGORITHM: one.blake3})


def _file(one: File, digests: Mapping[str, str]) -> DeliveredFile:
    return DeliveredFile(
        one.path,
        one.size,
        dict(digests),
        source=escape(f"{one.part.folder}/{one.name}"),
        publish=one.part.publish,
        version=one.item.version.id,
        frame=one.frame,
        earlier=one.earlier.movement if one.earlier is not None else None,
    )


def took_the_same(movements: Movements, movement: Movement, plan: Planned) -> bool:
    """Whether a delivery on record took what the plan would: the same media, called the same."""
    files = every(lambda page: movements.files(movement.id, page=page))
    took = {
        (one.path, one.digests[ALGORITHM])
        for one in files
        if one.earlier is None and one.version is not None
    }
    return took == {(one.path, one.blake3) for one in plan.fresh}


def ended(
    plan: Planned, files: tuple[DeliveredFile, ...], packages: Sequence[Mapping[str, Any]]
) -> MovementEnd:
    """The end of one that is whole. What was refused was left out with somebody's consent."""
    refused = [{"version": one.name, "why": one.refused} for one in plan.refused]
    told = f"{len(refused):,} Versions were refused and left out." if refused else ""
    return MovementEnd(
        MovementState.DONE,
        counts={
            "versions": len(plan.going),
            "refused": len(refused),
            "files": len(plan.fresh),
            "had_before": len(plan.had),
            "bytes": sum(one.size for one in plan.fresh),
        },
        told=told,
        report={"packages": [dict(one) for one in packages], "refused": refused},
        files=files,
    )


def unmade(plan: Planned) -> MovementEnd:
    """The end of one that made no package: some of it was refused, or they have it already."""
    counts = {"refused": len(plan.refused), "had_before": len(plan.had)}
    refused = [{"version": one.name, "why": one.refused} for one in plan.refused]
    if plan.halted:
        told = f"Nothing was delivered: {len(refused):,} of its Versions are no good."
        return MovementEnd(MovementState.REFUSED, counts, told, {"refused": refused})
    told = "There is nothing new for them: they have all of it."
    return MovementEnd(MovementState.DONE, counts, told, {"packages": [], "refused": refused})
