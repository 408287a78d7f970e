"""The assets of a tree with all that sidecars hold of them, each asset once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.signoff import Legacy, Past
from rushes.qc.kept import Kept, kept
from rushes.qc.places import FOLDER, Mode, sidecar
from rushes.qc.sidecar import record_hash


class KeptAsset(NamedTuple):
    """An asset, by its folder (relative to the tree's root) and name as the file system spells
    them, the file that holds its records, and these, the oldest first.
    """

    folder: PurePosixPath
    name: str
    place: Path
    records: tuple[Past, ...]


def kept_assets(
    root: Path, *, below: PurePosixPath, mode: Mode, problems: list[RushesError]
) -> Iterator[KeptAsset]:
    """The assets with sidecars in the folder `below` of `root` and all folders below that.

    What cannot be read is added to `problems` and left out. Of several sidecars of an asset, the
    one counts that tells all that the others do, or else the one that lies as `mode` has it, and
    the others are problems. One of the earlier tool that some asset of its folder has made its own
    counts for nothing. Raises as `kept`.
    """
    for _, several in groupby(kept(root, below=below), key=lambda one: one.folder):
        found = []
        for one in several:
            if one.problem is not None:
                problems.append(one.problem)
            else:
                found.append(one)
        yield from _of_folder(found, mode, problems)


def records_of(one: Kept) -> tuple[Past, ...]:
    """All records of a sidecar of whichever tool, the oldest first; none where it is unreadable."""
    if one.sidecar is not None:
        return (*one.sidecar.history, one.sidecar.record)
    return (one.legacy,) if one.legacy is not None else ()


def _of_folder(
    found: Sequence[Kept], mode: Mode, problems: list[RushesError]
) -> Iterator[KeptAsset]:
    adopted = {
        record_hash(past)
        for one in found
        if one.sidecar is not None
        for past in one.sidecar.history
        if isinstance(past, Legacy)
    }
    assets: dict[str, list[Kept]] = {}
    for one in found:
        if one.legacy is None or record_hash(one.legacy) not in adopted:
            assets.setdefault(one.name, []).append(one)
    for name, several in assets.items():
        first = several[0] if len(several) == 1 else _counting(several, mode, problems)
        yield KeptAsset(first.folder, name, first.place, records_of(first))


def _counting(several: Sequence[Kept], mode: Mode, problems: list[RushesError]) -> Kept:
    """Which of an asset's sidecars counts; those that tell what it does not become problems."""
    longest = max(several, key=lambda one: len(records_of(one)))
    if not _untold(longest, several):
        return longest
    # As whoever records something finds it.
    order = [mode, *(one for one in Mode if one is not mode)]
    ours = [one for one in several if one.sidecar is not None] or several
    first = min(ours, key=lambda one: order.index(_mode_of(one)))
    problems += [_contradiction(other, first) for other in _untold(first, several)]
    return first


def _untold(first: Kept, several: Sequence[Kept]) -> list[Kept]:
    """The sidecars that hold records which the first does not."""
    told = {record_hash(past) for past in records_of(first)}
    return [one for one in several if any(record_hash(p) not in told for p in records_of(one))]


def _mode_of(one: Kept) -> Mode:
    if one.place.parent.name == FOLDER:
        return Mode.SUBDIR
    return Mode.DOT if one.place.name == sidecar(one.name, Mode.DOT) else Mode.INLINE


def _contradiction(other: Kept, first: Kept) -> RushesError:
    return RushesError(
        Code.SIDECAR_INVALID,
        f"{escape(str(other.place))} tells of the same asset as {escape(str(first.place))}, and"
        " holds records that are not in it.",
        hint="Find out which is right, and move the other away.",
    )
