"""What a delivery came to, Version by Version and file by file, as rows of reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from rushes.core.escape import escape
from rushes.exchange.delivery.item import Item
from rushes.exchange.delivery.made import Delivered
from rushes.exchange.delivery.plan import File, Planned, unnumbered
from rushes.exchange.delivery.target import bucket_of, output_of
from rushes.frames.notation import format_frames
from rushes.publish.components import ALGORITHM


class State(StrEnum):
    """What came of all of it."""

    DELIVERED = "delivered"
    WOULD_BE = "would be delivered"
    REFUSED = "refused"  # nothing was delivered, for the sake of some
    NOTHING_NEW = "nothing new"  # they have all of it


class FileRow(NamedTuple):
    """One file, and what became of it. Paths are escaped; `source` is the house's own."""

    path: str
    fate: str
    version: str
    source: str
    size: int | str
    checksum: str
    why: str = ""
    fix: str = ""


@dataclass(frozen=True)
class Story:
    """A delivery, done or only planned."""

    came: Delivered
    dry_run: bool = False

    @property
    def plan(self) -> Planned:
        """What was planned."""
        return self.came.plan

    @property
    def state(self) -> State:
        """What came of all of it."""
        if self.plan.halted:
            return State.REFUSED
        if not self.plan.fresh and self.came.movement is None:
            return State.NOTHING_NEW
        return State.WOULD_BE if self.dry_run else State.DELIVERED

    @property
    def name(self) -> str:
        """What the delivery is called; in a dry run, without its number."""
        movement = self.came.movement
        return movement.name if movement is not None else unnumbered(self.plan.name)

    def places(self) -> list[str]:
        """Where it is, or would be."""
        if self.came.packages:
            return [one.url for one in self.came.packages]
        order = self.plan.order
        there = (output_of(order, self.name), bucket_of(order, self.plan.show.code, self.name))
        return [one.url for one in there if one is not None]

    def fate(self, item: Item) -> str:
        """What became of a Version, in words."""
        if item.refused:
            return "refused"
        if self.state is State.REFUSED:
            return "held back"
        if item.version.id not in self._fresh and item.files:
            return "had before"
        return "would be delivered" if self.dry_run else "delivered"

    @cached_property
    def _fresh(self) -> frozenset[int]:
        """The Versions that any file goes of."""
        return frozenset(one.item.version.id for one in self.plan.fresh)

    def before(self) -> dict[str, int]:
        """How many files each earlier delivery took."""
        names = (one.earlier.name for one in self.plan.had if one.earlier is not None)
        return dict(sorted(Counter(names).items()))

    def row(self) -> dict[str, Any]:
        """The story as JSON; files are told by sequences."""
        plan, order = self.plan, self.plan.order
        movement = self.came.movement
        return {
            "delivery": movement.name if movement is not None else None,
            "state": self.state.value,
            "dry_run": self.dry_run,
            "name": self.name,
            "show": plan.show.code,
            "context": order.context,
            "playlist": order.selection.playlist,
            "statuses": list(plan.chosen.statuses),
            "sign_off": order.sign_off.value,
            "places": [escape(one) for one in self.places()],
            "packages": [{**one.row(), "sent": one.sent} for one in self.came.packages],
            "manifests": [escape(str(one)) for one in self.came.manifests],
            "counts": {
                "versions": len(plan.going),
                "refused": len(plan.refused),
                "files": len(plan.fresh),
                "had_before": len(plan.had),
                "bytes": sum(one.size for one in plan.fresh),
            },
            "had_before": self.before(),
            "versions": [self._version(one) for one in plan.items],
        }

    def files(self) -> Iterator[FileRow]:
        """Every file of every Version, by its path in the package; then Versions without one."""
        for one in self.plan.files:
            yield self._file(one)
        for item in self.plan.refused:
            fix = next((one.fix for one in item.findings if one.message == item.refused), "")
            yield FileRow("", "refused", item.name, "", "", "", item.refused, fix)

    def _file(self, one: File) -> FileRow:
        fate = "had before" if one.earlier is not None else self.fate(one.item)
        why = ""
        if one.earlier is not None:
            why = f"They have it from {one.earlier.name}."
        elif one.before is not None:
            why = f"What {one.before.name} took under this name was another file."
        return FileRow(
            escape(one.path),
            fate,
            one.item.name,
            escape(f"{one.part.folder}/{one.name}"),
            one.size,
            f"{ALGORITHM}:{one.blake3}" if one.blake3 else "",
            why,
        )

    def _version(self, item: Item) -> dict[str, Any]:
        subject = item.subject
        return {
            "name": item.name,
            "id": item.version.id,
            "fate": self.fate(item),
            "why": item.refused,
            "status": str(item.fields["status"]),
            "episode": subject.episode,
            "sequence": subject.sequence,
            "shot": subject.shot,
            "asset": subject.asset,
            "task": subject.task,
            "version": item.number,
            "files": item.files,
            "size": item.size,
            "parts": [
                {
                    "path": one.shown,
                    "frames": format_frames(
                        one.sequence.frames, subframe_digits=one.sequence.subframe_digits
                    )
                    if one.is_sequence
                    else None,
                    "first": escape(one.paths[0]) if one.paths else "",
                    "signed_by": one.vouched.record.operator if one.vouched is not None else "",
                }
                for one in item.parts
            ],
            "findings": [one.row() for one in item.findings],
        }
