"""A lot on record: its number held while bytes are moved, publish and Version once they lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.held import components_of
from rushes.exchange.lot import Lot
from rushes.exchange.plan import Planned
from rushes.inspection.media.names import is_media
from rushes.model.files import Kind
from rushes.model.scan import Actor
from rushes.model.work import NewPublish, Number, NumberRequest, StreamKey, WorkKind
from rushes.ports.studio import Access, Filter, Op, Query, Studio
from rushes.ports.work import Work
from rushes.publish.collecting import Item
from rushes.publish.integrating import integrate
from rushes.publish.ledger import HOLD_S

_ALL = Access(everything=True)
_MOST_NOTED = 200  # findings that a record keeps


class Recorded(NamedTuple):
    """The numbers of a lot's publish and of its Version."""

    publish: int
    version: int


@dataclass(slots=True)
class Recorder:
    """Writes lots down, and holds their numbers until then.

    A run that goes on after it was killed has its `key` again, and so the numbers that it holds.
    """

    made: Planned
    studio: Studio
    work: Work
    actor: Actor
    ingest: str
    key: str = ""
    _tokens: dict[str, str] = field(default_factory=dict)

    def reserve(self, lot: Lot) -> None:
        """Hold the lot's number, so that nobody else records it while its bytes are moved.

        Raises `record.conflict` where somebody else has it, and what the records raise.
        """
        if lot.on_record is not None:
            return
        assert lot.task is not None
        stream = StreamKey(WorkKind.PUBLISH, lot.task.id, self.made.order.source)
        number = Number(lot.number, 1)
        request = NumberRequest(stream, hold_s=HOLD_S, number=number, key=self.key)
        (held,) = self.work.allocate([request], actor=self.actor)
        self._tokens[lot.key] = held.token

    def record(self, lot: Lot) -> Recorded:
        """Record the lot's publish and its Version, or whichever is lacking."""
        publish = lot.on_record.id if lot.on_record is not None else self._published(lot)
        self._tokens.pop(lot.key, None)
        return Recorded(publish, self._version(lot, publish))

    def release(self) -> None:
        """Give up the numbers of lots that were not recorded."""
        tokens, self._tokens = list(self._tokens.values()), {}
        try:
            if tokens:
                self.work.release(tokens, actor=self.actor)
        except RushesError:
            return  # they are free again when their time is over

    def _published(self, lot: Lot) -> int:
        new = NewPublish(
            self._tokens[lot.key],
            path=self._path(lot, lot.items[0] if len(lot.items) == 1 else None),
            label=lot.name[:255],
            comment=f"Ingested from {self.made.order.drop_name}",
            metadata={"ingest": self._origin(lot)},
            components=components_of(lot),
        )
        done = integrate([new], work=self.work, studio=self.studio, actor=self.actor, follow=False)
        return done.recorded[0].id

    def _version(self, lot: Lot, publish: int) -> int:
        assert lot.task is not None
        known = self._known_version(lot)
        if known is not None:
            return known
        frames = lot.frames()
        made = frames.asset.found.sequence if frames is not None else None
        whole = made is not None and not made.subframe_digits
        row: dict[str, Any] = {
            "task": lot.task.id,
            "publish": publish,
            "number": lot.number,
            "name": f"{lot.task.shot or lot.task.asset}_{lot.task.name}_v{lot.number:03d}"[:255],
            "frames_path": self._path(lot, frames) if frames is not None else "",
            "movie_path": self._path(lot, movie) if (movie := _movie(lot)) is not None else "",
            "frame_in": made.frames.first if made is not None and whole else None,
            "frame_out": made.frames.last if made is not None and whole else None,
            "comment": f"Ingested from {self.made.order.drop_name}",
        }
        try:
            (new,) = self.studio.create("version", [row], access=_ALL, actor=self.actor)
        except RushesError as error:
            known = self._known_version(lot) if error.code is Code.RECORD_CONFLICT else None
            if known is None:
                raise
            return known
        return new.id

    def _known_version(self, lot: Lot) -> int | None:
        assert lot.task is not None
        wanted = (Filter("task", Op.IS, lot.task.id), Filter("number", Op.IS, lot.number))
        found = self.studio.find("version", Query(wanted, limit=1), access=_ALL).rows
        return found[0].id if found else None

    def _path(self, lot: Lot, item: Item | None) -> str:
        """What records call a lot's folder, or one of its items."""
        root = f"{self.made.order.target_name.rstrip('/')}/{lot.place}"
        if item is None:
            return escape(root)
        below = lot.found.below(item)
        folder = f"{root}/{below}" if below else root
        return escape(f"{folder}/{item.asset.found.sequence.pattern}")

    def _origin(self, lot: Lot) -> Mapping[str, Any]:
        """Where it came from, and what was said of it: for whoever asks later."""
        order = self.made.order
        return {
            "id": self.ingest,
            "drop": escape(order.drop_name),
            "from": escape(str(lot.root)),
            "source": order.source,
            "vendor": order.vendor,
            "said_by": lot.claim.by if lot.claim is not None else "",
            "manifests": list(self.made.wanted.names),
            "source_paths": self._source_paths(lot),
            "checksums": self._checksums(lot),
            "tool": self.actor.tool,
            "findings": [one.row() for one in lot.findings[:_MOST_NOTED]],
        }

    def _checksums(self, lot: Lot) -> list[str]:
        """The algorithms that its sender gave checksums in; all were held against its files."""
        wanted = self.made.wanted
        return sorted({one.algorithm for path in lot.paths() for one in wanted.checksums(path)})

    def _source_paths(self, lot: Lot) -> list[str]:
        """Where its files lay at the sender's, as far as a manifest tells; the first few."""
        files = self.made.wanted.files
        told = (files[path].source_path for path in lot.paths() if path in files)
        return sorted({one for one in told if one})[:10]


def _movie(lot: Lot) -> Item | None:
    """The movie of a lot, if there is one."""
    single = (one for one in lot.items if one.asset.found.sequence.kind is Kind.FILE)
    return next((one for one in single if is_media(one.asset.name)), None)
