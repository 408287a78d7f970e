"""What a sync is to do, and the plan for it, checked before anything is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports.storage_writing import TERMS, Terms
from rushes.transfer.learning import Place, planned
from rushes.transfer.outcome import EFFORT, Effort
from rushes.transfer.plan import WISHES, Act, Plan, Wishes

if TYPE_CHECKING:
    from rushes.ports.courier import Courier
    from rushes.ports.progress import Progress
    from rushes.ports.storage_writing import Unlisted
    from rushes.transfer.plan import Remembering


class Order(NamedTuple):
    """Two places, called `source_name` and `target_name` by people, and how to sync them.

    `takes` tells which paths are meant. A `courier` carries small files of this machine.
    """

    source: Place
    source_name: str
    target: Place
    target_name: str
    wishes: Wishes = WISHES
    terms: Terms = TERMS
    effort: Effort = EFFORT
    takes: Callable[[str], bool] | None = None
    courier: Courier | None = None


def looked_at(order: Order, known: Remembering, progress: Progress) -> Plan:
    """The plan. Nothing is changed anywhere.

    Raises `path.unreadable` where one of the places cannot be listed at all, `nothing.found`
    where there is nothing to move, and `usage` where all would be deleted and nobody said so.
    """
    made = planned(
        order.source,
        order.target,
        known,
        wishes=order.wishes,
        terms=order.terms,
        takes=order.takes,
        at_once=order.effort.at_once,
        progress=progress,
    )
    if blind := next((one for one in made.unlisted if one.path == "."), None):
        raise _unlisted(order, blind)
    if not made.unlisted and all(one.act is Act.DELETE for one in made.operations):
        _check_empty(order, made)
    return made


def _check_empty(order: Order, made: Plan) -> None:
    """Refuse what comes of a source without any file, unless that was foreseen."""
    if made.kept:
        raise RushesError(
            Code.USAGE,
            f"There is no file {_meant(order)}, so everything at {escape(order.target_name)} would"
            " be deleted. Nothing was.",
            hint="Look whether the storage is mounted and the names are right. If it is meant, say"
            " --yes.",
        )
    if not made.operations:
        raise RushesError(
            Code.NOTHING_FOUND,
            f"Nothing to do: there is no file {_meant(order)}.",
            hint="Check the spelling, and that the storage is mounted.",
        )


def _meant(order: Order) -> str:
    which = " that --include and --exclude leave" if order.takes is not None else ""
    return f"in {escape(order.source_name)}{which}"


def _unlisted(order: Order, blind: Unlisted) -> RushesError:
    """That nothing is known of a place. S3 names itself in `why`, a disk does not."""
    disk = next(
        one for one in (order.source_name, order.target_name) if not one.startswith("s3://")
    )
    local = blind.why.startswith("it ")
    return RushesError(
        Code.PATH_UNREADABLE,
        f"{escape(disk)}: {blind.why}." if local else blind.why,
        hint="Nothing was moved. Check that the storage is mounted, and its permissions."
        if local
        else "Nothing was moved. Check the bucket, the keys (--profile), the endpoint and the"
        " network.",
    )
