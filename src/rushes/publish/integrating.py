"""The last stage of a publish: it is recorded, and what is made from the records follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rushes.model.finding import Finding
from rushes.model.scan import Actor
from rushes.model.work import NewPublish, RecordedPublish
from rushes.ports.studio import Studio
from rushes.ports.work import Work
from rushes.publish.checks import checked
from rushes.publish.usd_following import Composed, followed


@dataclass(frozen=True, slots=True)
class Integrated:
    """What is on record now; `warnings` are what did not follow, or is odd about it."""

    recorded: Sequence[RecordedPublish]
    warnings: tuple[Finding, ...] = ()


def integrate(
    made: Sequence[NewPublish],
    *,
    work: Work,
    studio: Studio,
    actor: Actor,
    follow: bool = True,
) -> Integrated:
    """Record publishes, all or none, then have the USD layers follow.

    Once they are recorded nothing takes that back: layers that could not be made, or a USD that is
    not installed, are warnings. Without `follow` the layers are somebody else's, as a server's
    that recorded it, and so are the warnings. Raises as `Work.record_publishes` does, and
    `field.invalid`.
    """
    made = [checked(one) for one in made]
    recorded = work.record_publishes(made, actor=actor)
    theirs = tuple(warning for one in recorded for warning in one.warnings)
    if not follow:
        return Integrated(recorded, theirs)
    return Integrated(recorded, (*theirs, *followed(composed(made, recorded), studio)))


def composed(made: Sequence[NewPublish], recorded: Sequence[RecordedPublish]) -> Sequence[Composed]:
    """Those of the publishes that layers point to."""
    return [
        Composed(row.stream.task, one.item_usd_path, one.asset_usd_path)
        for one, row in zip(made, recorded, strict=True)
        if one.item_usd_path
    ]
