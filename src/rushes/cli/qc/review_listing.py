"""What there is to review below a folder."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from rushes.core.errors import RushesError
from rushes.model.signoff import Legacy, Past
from rushes.qc.kept import Kept, read_kept
from rushes.qc.kept_assets import kept_assets
from rushes.qc.order import records_place
from rushes.qc.places import FOLDER, Mode, sidecar
from rushes.scan.roots import Root


class Listed(NamedTuple):
    """An asset by its sidecar's file and its folder, relative to the storage root's mount.

    No more of it is held: it is read when it is looked at, as it is then.
    """

    place: Path
    folder: PurePosixPath
    name: str

    def kept(self) -> Kept:
        """What the sidecar says now; it lies elsewhere once it was recorded in another mode."""
        if not self.place.exists():
            above = self.place.parent
            above = above.parent if above.name == FOLDER else above
            for mode in Mode:
                other = above / sidecar(self.name, mode)
                if other.exists():
                    return read_kept(other, self.folder)
        return read_kept(self.place, self.folder)


@dataclass(slots=True)
class Listing:
    """What is to be reviewed in path order, of how many assets, and what could not be read."""

    assets: list[Listed] = field(default_factory=list)
    looked: int = 0
    problems: list[RushesError] = field(default_factory=list)


def listing(
    root: Root,
    results: Collection[str],
    *,
    mode: Mode,
    sidecar_root: Path | None = None,
) -> Listing:
    """The assets below `root` whose result is one of `results`; all where that is empty.

    Raises `path.not_found`.
    """
    found = Listing()
    at = records_place(Root(root.mount), PurePosixPath(), sidecar_root)
    for one in kept_assets(at, below=root.below, mode=mode, problems=found.problems):
        found.looked += 1
        if not results or result_of(one.records[-1]) in results:
            found.assets.append(Listed(one.place, one.folder, one.name))
    return found


def result_of(past: Past) -> str:
    """pass, fail or pending; what the earlier tool wrote besides counts as pending."""
    if isinstance(past, Legacy):
        return past.result if past.result in ("pass", "fail") else "pending"
    return past.qc_result.value
