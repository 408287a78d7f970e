"""Disk use held against limits: of shows, of shots, and of file systems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.model.finding import Finding, Severity

if TYPE_CHECKING:
    from rushes.core.settings.schema import Disk
    from rushes.ports.storage import Room
    from rushes.scan.usage import Usage


class Fullness(StrEnum):
    """How much room is taken: a limit that is met counts as exceeded."""

    OK = "ok"
    WARN = "warn"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Limit:
    """Sizes in bytes from which on something is too full; None is no limit."""

    warn: int | None = None
    critical: int | None = None

    def judge(self, size: int) -> Fullness:
        """How full `size` is."""
        if self.critical is not None and size >= self.critical:
            return Fullness.CRITICAL
        if self.warn is not None and size >= self.warn:
            return Fullness.WARN
        return Fullness.OK


@dataclass(frozen=True, slots=True)
class Fill:
    """Something that has a limit, how much it holds, and what to make of that.

    `kind` is "show", "shot", "renders" (of a shot) or "file system"; `subject` is an escaped path.
    """

    kind: str
    subject: str
    used: int
    limit: Limit
    fullness: Fullness
    of: int = 0  # bytes of the file system


def limits(disk: Disk) -> dict[str, Limit]:
    """The limits of shows and shots, where there are any."""
    both = {
        "show": Limit(disk.show_warn, disk.show_critical),
        "shot": Limit(disk.shot_warn, disk.shot_critical),
    }
    return {kind: limit for kind, limit in both.items() if limit != Limit()}


def fills(usage: Usage | None, disk: Disk, room: Room | None) -> list[Fill]:
    """Everything that has a limit, and of which all was seen. `room` is that of the file system;
    `usage` may be None where shows and shots have no limits.
    """
    found = list(_places(usage, disk)) if usage is not None else []
    if room is not None and room.size:
        limit = Limit(
            round(disk.filesystem_warn * room.size), round(disk.filesystem_critical * room.size)
        )
        used = room.size - room.free
        found.append(Fill("file system", ".", used, limit, limit.judge(used), room.size))
    return found


def _places(usage: Usage, disk: Disk) -> Iterator[Fill]:
    for kind, limit in limits(disk).items():
        for place, use in sorted(usage.places(kind).items(), key=lambda one: one[0].names):
            if usage.whole(place):
                name = escape("/".join(place.names))
                yield Fill(kind, name, use.size, limit, limit.judge(use.size))


def findings(fills: Iterable[Fill]) -> Iterator[Finding]:
    """What is too full."""
    for one in fills:
        if one.fullness is Fullness.OK:
            continue
        grave = one.fullness is Fullness.CRITICAL
        limit = one.limit.critical if grave else one.limit.warn
        assert limit is not None
        what = f"This {one.kind} holds {human_bytes(one.used)}"
        if one.of:
            what = f"The file system is {100 * one.used / one.of:.0f} % full"
        yield Finding(
            rule=f"disk.{one.kind.replace(' ', '')}",
            severity=Severity.ERROR if grave else Severity.WARNING,
            subject=one.subject,
            message=f"{what}; {'critical' if grave else 'a warning'} from {human_bytes(limit)} on.",
            found=human_bytes(one.used),
            wanted=f"under {human_bytes(limit)}",
            fix="Archive or delete what is not needed any more, or raise the limit in [disk].",
        )


def worst(fills: Iterable[Fill]) -> Fullness:
    """The fullest of all."""
    order = list(Fullness)
    return max((one.fullness for one in fills), key=order.index, default=Fullness.OK)
