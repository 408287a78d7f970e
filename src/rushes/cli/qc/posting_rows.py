"""Results on their way to a tracker, while a crawl goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from rushes.cli import exits, show
from rushes.core.errors import Code, RushesError
from rushes.ports.tracker import Verdict
from rushes.qc.asset import Asset
from rushes.qc.bench import Crawled
from rushes.qc.order import Order, absolute
from rushes.qc.posting import Item, Outcome, Posting
from rushes.qc.recording import Spot, note_told
from rushes.scan.roots import Root


@dataclass(slots=True)
class Posts:
    """What one run told a tracker."""

    posting: Posting
    counts: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def ids(
        self,
        root: Root,
        folder: PurePosixPath,
        assets: Sequence[Asset],
        every: Sequence[Asset],
    ) -> Mapping[str, str]:
        """What the tracker calls the assets, by their names; `every` are all of the folder."""
        paths = [tracked_path(root, folder, one, alone=len(every) == 1) for one in assets]
        found = self.posting.asset_ids(paths)
        for path, one in zip(paths, found, strict=True):
            if one.problem is not None and one.problem.verdict is Verdict.REFUSED:
                self._tell(path, one.problem.told)
        return {
            asset.name: one.asset_id
            for asset, one in zip(assets, found, strict=True)
            if one.asset_id is not None
        }

    def post(self, root: Root, one: Crawled, order: Order) -> None:
        """Post the results of a folder's records that were just written, or never told before."""
        items: dict[str, Item] = {}
        for done in (*one.outcomes, *one.standing):
            if done.sidecar is not None:
                path = tracked_path(root, one.folder, done.asset, alone=one.assets == 1)
                items[done.asset.name] = Item(path, done.sidecar.record)
        if not items:
            return
        handed: list[str] = []
        posts = self.posting.post(list(items.values()))
        for name, posted in zip(items, posts, strict=True):
            self.counts[posted.outcome.value] += 1
            if posted.outcome is not Outcome.POSTED and not posted.outage:
                self._tell(posted.item.asset_path, posted.told)
            if posted.outcome not in (Outcome.PENDING, Outcome.NO_ASSET):
                handed.append(name)
        if handed:
            note_told(Spot(root, one.folder, 0), order, handed)

    def row(self) -> dict[str, Any]:
        """The posts as JSON."""
        return {**{one.value.replace(" ", "_"): self.counts[one.value] for one in Outcome}}

    def show(self) -> None:
        """The posts as text."""
        counts = [f"{count:,} {name}" for name, count in sorted(self.counts.items())]
        show.text(f"Trak: {', '.join(counts) or 'nothing to post'}.")
        for one in self.told:
            show.note(f"  {show.printable(one)}")
        if self.counts[Outcome.QUEUED.value]:
            show.note("  What is queued is sent by: rushes outbox retry")

    @property
    def exit_code(self) -> int:
        """What posting makes the command end with."""
        if self.counts[Outcome.QUEUED.value]:
            return exits.UNAVAILABLE
        bad = self.counts[Outcome.REFUSED.value] + self.counts[Outcome.UNKNOWN.value]
        return exits.FOUND if bad else exits.OK

    def _tell(self, path: str, text: str) -> None:
        """Keep what is to be told of an asset. Of an outage the tracker's adapter has warned."""
        line = f"{path}: {text}"
        if text and line not in self.told and len(self.told) < 10:
            self.told.append(line)


def tracked_path(root: Root, folder: PurePosixPath, asset: Asset, *, alone: bool) -> str:
    """The path by which a tracker knows an asset: a file's own, or the folder of a sequence.

    Where a folder holds other assets besides a sequence, its pattern tells which is meant.
    """
    return absolute(root, folder, "" if asset.is_sequence and alone else asset.name)


def check_database(*, trak: bool, no_db: bool) -> None:
    """Raise `usage` where results are to be posted, and what keeps them must not be opened."""
    if trak and no_db:
        raise RushesError(
            Code.USAGE,
            "--trak and --no-db cannot be had together.",
            hint="Results are kept in the database until Trak has them: leave out one of the two.",
        )
