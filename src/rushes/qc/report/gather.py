"""The sidecars of some trees, read for a report: which count, and which cannot be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path, PurePosixPath

from rushes import __version__
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.ports.progress import Progress, Silent
from rushes.qc.kept import Kept, kept
from rushes.qc.places import FOLDER, Mode, sidecar
from rushes.qc.report.content import Only, QcReport, ReportedAsset, Unreadable
from rushes.qc.report.entries import all_past, reported
from rushes.scan.layout import Layout
from rushes.scan.roots import Root


@dataclass(frozen=True, slots=True)
class Tree:
    """What was asked for, and the folder that holds the records of `root.mount`."""

    root: Root
    records: Path


def gathered(
    trees: Sequence[Tree],
    layout: Layout,
    *,
    made: datetime,
    mode: Mode = Mode.SUBDIR,
    only: Only = Only(),  # noqa: B008 (it is frozen)
    progress: Progress = Silent(),  # noqa: B008 (it holds nothing)
) -> QcReport:
    """What the records of `trees` say. Raises `path.not_found`, or `cancelled`.

    Of several records of one asset the one that lies as `mode` has it counts; the others are told
    as unreadable unless all they say is in its history.
    """
    reading = _Reading(layout, mode, progress)
    names = _names(trees)
    for tree, name in zip(trees, names, strict=True):
        reading.take(tree, name)
    assets = sorted(reading.assets, key=lambda one: (one.folder, one.subject))
    shown = tuple(one for one in assets if only.takes(one))
    return QcReport(
        title=", ".join(escape(tree.root.path.name or "/") for tree in trees),
        trees=tuple(escape(str(tree.root.path)) for tree in trees),
        made=made,
        tool_version=__version__,
        assets=shown,
        unreadable=tuple(reading.unreadable),
        only=only,
        others=len(assets) - len(shown),
    )


class _Reading:
    """Trees on the way to a report."""

    def __init__(self, layout: Layout, mode: Mode, progress: Progress) -> None:
        self.assets: list[ReportedAsset] = []
        self.unreadable: list[Unreadable] = []
        self._layout = layout
        self._mode = mode
        self._progress = progress
        self._seen: set[Path] = set()  # trees may lie in one another

    def take(self, tree: Tree, name: str) -> None:
        """Read all sidecars of a tree that is called `name` in the report."""
        fresh = (one for one in kept(tree.records, below=tree.root.below) if self._is_new(one))
        for folder, found in groupby(fresh, key=lambda one: one.folder):
            place = self._place(folder, name)
            media = Path(tree.root.mount) / folder
            for one in self._in_force(list(found)):
                subject = f"{name}/{one.subject}" if name else one.subject
                self._add(one, subject, place, media)

    def _is_new(self, one: Kept) -> bool:
        self._progress.report(len(self._seen))
        if self._progress.cancelled():
            raise RushesError(Code.CANCELLED, "The report was cancelled.")
        if one.place in self._seen:
            return False
        self._seen.add(one.place)
        return True

    def _place(self, folder: PurePosixPath, name: str) -> tuple[str, ...]:
        """Show, sequence and shot where the studio's structure tells them, else the folders."""
        known = self._layout.place(folder).up_to("shot").names
        parts = tuple(map(escape, known or folder.parts))
        return (name, *parts) if name else parts

    def _in_force(self, found: list[Kept]) -> Iterator[Kept]:
        """Of one folder's sidecars those that count, and those that contradict them."""
        said = {past for one in found if one.sidecar is not None for past in one.sidecar.history}
        by_name: dict[str, list[Kept]] = defaultdict(list)
        for one in found:
            past = all_past(one)
            if not past or past[-1] not in said:
                by_name[one.name if past else str(one.place)].append(one)
        for same in by_name.values():
            yield from self._chosen(same)

    def _chosen(self, same: Iterable[Kept]) -> Iterator[Kept]:
        order = (self._mode, *(one for one in Mode if one is not self._mode))
        first, *others = sorted(same, key=lambda one: _rank(one, order))
        yield first
        for other in others:
            yield replace(other, sidecar=None, legacy=None, problem=_contradicts(other, first))

    def _add(self, one: Kept, subject: str, place: tuple[str, ...], media: Path) -> None:
        problem = one.problem
        if problem is None:
            try:
                self.assets.append(reported(one, subject=subject, place=place, media=media))
            except RushesError as error:
                problem = error
        if problem is not None:
            self.unreadable.append(Unreadable(subject, place, problem))


def _rank(one: Kept, order: Sequence[Mode]) -> tuple[bool, int]:
    """Ours before the earlier tool's, then by where it lies."""
    at = one.place
    lies = f"{FOLDER}/{at.name}" if at.parent.name == FOLDER else at.name
    fits = [place for place, mode in enumerate(order) if sidecar(one.name, mode) == lies]
    return one.sidecar is None, fits[0] if fits else len(order)


def _contradicts(other: Kept, first: Kept) -> RushesError:
    return RushesError(
        Code.SIDECAR_INVALID,
        f"{escape(str(other.place))} is another record of an asset that"
        f" {escape(str(first.place))} speaks of, and is not in its history.",
        hint="Only the latter counts here. Find out which is right, and move the other away.",
    )


def _names(trees: Sequence[Tree]) -> list[str]:
    """What the trees are called: nothing where there is one, and no two alike."""
    if len(trees) == 1:
        return [""]
    names: list[str] = []
    for tree in trees:
        name = escape(tree.root.path.name) or "root"
        names.append(name if name not in names else f"{name}-{len(names) + 1}")
    return names
