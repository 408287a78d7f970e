"""Which USD layers there ought to be, given what was published last: a plan, and no file touched.

```text
<seq>/usd/<seq>.usd                          the sequence references its shots
<seq>/<shot>/usd/<shot>.usd                  the shot lays its departments over one another
<seq>/<shot>/<dept>/usd/<dept>.usd           the department, its artists
<seq>/<shot>/<dept>/usd/artists/<artist>.usd the artist references assets
…/usd/<asset>/<asset>.usd                    the asset references parts
…/usd/<asset>/<part>/<part>.usd              the part references the item that is its latest
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any, TypeVar

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.model.work import Number
from rushes.publish.departments import DEPARTMENTS, strongest_first
from rushes.publish.layers import WORLD, Layer, LayerKind, Metadata, Reference, prim_name
from rushes.publish.parts import PartPaths, number_findings, safe_name

NOBODY = "nobody"  # whose work is on record without an artist
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LatestPart:
    """The publish that is the latest of its part. `shot` is empty for the work on an asset.

    `stream` says in words whose numbers it is one of.
    """

    paths: PartPaths
    number: Number
    sequence: str = ""
    shot: str = ""
    department: str = ""
    artist: str = ""
    stream: str = "one"


@dataclass(frozen=True, slots=True)
class ShotStage:
    """A shot as a stage: the folder that its departments work in, its frames, its axes."""

    sequence: str
    shot: str
    folder: PurePosixPath
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Plan:
    """Layers from the bottom up, so that each is written after all that it composes."""

    layers: tuple[Layer, ...]
    findings: tuple[Finding, ...] = ()
    items: frozenset[PurePosixPath] = frozenset()


def shot_folder(root: PurePosixPath, sequence: str, shot: str) -> PurePosixPath:
    """Where a shot's departments work, below the folder of its project."""
    return root / "sequences" / safe_name(sequence, "a sequence") / safe_name(shot, "a shot")


def planned(
    parts: Iterable[LatestPart],
    shots: Iterable[ShotStage] = (),
    *,
    asset: Metadata | None = None,
    order: Sequence[Sequence[str]] = DEPARTMENTS,
) -> Plan:
    """All layers that follow from the latest parts, and what is odd about them.

    Of each sequence all shots and parts must be given, or its layer would lose some; of each
    folder of an asset all parts. `asset` is the metadata for work on assets. The order in which
    things are given makes no difference. A part whose department or artist cannot be a folder's
    name is left out and told. Raises `field.invalid` on shots that cannot be, on a part of a shot
    that is not given, and where two layers would have one path.
    """
    stages = {(one.sequence, one.shot): one for one in shots}
    latest, findings = _one_each(parts)
    latest, odd = _named(latest)
    findings += odd
    _check(latest, stages)
    found = [*_below_shots(latest, stages, asset or Metadata())]
    for stage in _sorted(stages.values(), lambda one: (one.sequence, one.shot)):
        here = [one for one in latest if (one.sequence, one.shot) == (stage.sequence, stage.shot)]
        found += _of_shot(stage, here, order)
    for _, group in _grouped(stages.values(), lambda one: one.sequence):
        told, layer = _of_sequence(
            group, {one.shot for one in latest if one.sequence == group[0].sequence}
        )
        findings += told
        found.append(layer)
    items = frozenset(one.paths.item for one in latest)
    _apart(found, items)
    return Plan(tuple(found), tuple(findings), items)


def _one_each(parts: Iterable[LatestPart]) -> tuple[list[LatestPart], list[Finding]]:
    """The highest of each stable path, in the order of paths; what else claimed it is told."""
    kept: list[LatestPart] = []
    findings: list[Finding] = []
    for stable, group in _grouped(parts, lambda one: one.paths.stable):
        *others, best = _sorted(group, lambda one: (one.number, one.paths.item, one.artist))
        kept.append(best)
        findings += number_findings(best.paths, best.number)
        findings += [_twice(stable, other, best) for other in others]
    return kept, findings


def _named(latest: Iterable[LatestPart]) -> tuple[list[LatestPart], list[Finding]]:
    """The parts that have a place among layers; one odd name must not hold up all the others."""
    kept: list[LatestPart] = []
    findings: list[Finding] = []
    for one in latest:
        try:
            if one.shot:
                safe_name(one.department, "a department")
                safe_name(_artist(one), "an artist")
            kept.append(one)
        except RushesError as error:
            where = escape(str(one.paths.item))
            told = f"the part is left out: {error.message}"
            fix = "Rename it, then rebuild the layers of the shot."
            findings.append(Finding("usd.name", Severity.ERROR, where, told, fix=fix))
    return kept, findings


def _twice(stable: PurePosixPath, other: LatestPart, best: LatestPart) -> Finding:
    return Finding(
        "usd.stable_twice",
        Severity.WARNING,
        escape(str(stable)),
        f"two streams publish this part: of {best.stream} the layer takes {best.number}, and of"
        f" {other.stream} it leaves {other.number} out",
        found=escape(str(other.paths.item)),
        wanted=escape(str(best.paths.item)),
        fix="Have one task and one software publish a part, or name the parts apart.",
    )


def _below_shots(
    latest: Sequence[LatestPart], stages: dict[tuple[str, str], ShotStage], asset: Metadata
) -> Iterator[Layer]:
    """The layers of parts and assets."""
    for path, group in _grouped(latest, lambda one: one.paths.asset_layer):
        stage = stages.get((group[0].sequence, group[0].shot))
        metadata = (stage.metadata if stage else asset).checked()
        top = prim_name(group[0].paths.asset)
        below = []
        for one in group:
            name = prim_name(one.paths.part)
            yield Layer(
                LayerKind.PART,
                one.paths.stable,
                metadata,
                name,
                references=(Reference(f"/{name}", one.paths.item),),
                typed=False,
            )
            below.append(Reference(f"/{top}/{name}", one.paths.stable))
        yield Layer(LayerKind.ASSET, path, metadata, top, references=tuple(below))


def _of_shot(
    stage: ShotStage, latest: Sequence[LatestPart], order: Sequence[Sequence[str]]
) -> Iterator[Layer]:
    """The layers of artists, departments, and of the shot itself, which may be empty."""
    metadata = stage.metadata.checked()
    by_department = dict(_grouped(latest, lambda one: one.department))
    below = []
    for department in strongest_first(by_department, order):
        folder = stage.folder / department / "usd"
        artists = []
        for artist, group in _grouped(by_department[department], _artist):
            artists.append(folder / "artists" / f"{artist}.usd")
            assets = sorted({(one.paths.asset, one.paths.asset_layer) for one in group})
            references = tuple(
                Reference(f"/{WORLD}/{prim_name(asset)}", path) for asset, path in assets
            )
            yield Layer(LayerKind.ARTIST, artists[-1], metadata, WORLD, references=references)
        below.append(folder / f"{department}.usd")
        yield Layer(
            LayerKind.DEPARTMENT, below[-1], metadata, WORLD, sublayers=tuple(artists)
        )  # fmt: skip
    yield Layer(
        LayerKind.SHOT, _shot_layer(stage), metadata, WORLD, sublayers=tuple(below)
    )  # fmt: skip


def _of_sequence(stages: Sequence[ShotStage], with_parts: set[str]) -> tuple[list[Finding], Layer]:
    """The layer of a sequence: shots with parts beside one another, each a prim of its own."""
    stages = _sorted(stages, lambda one: one.shot)
    folders = {one.folder.parent for one in stages}
    if len(folders) > 1:
        raise _refused(f"The shots of {stages[0].sequence!r} do not lie in one folder.")
    there = [one for one in stages if one.shot in with_parts]
    metadata = _together([one.metadata for one in there or stages])
    path = folders.pop() / "usd" / f"{stages[0].sequence}.usd"
    references = tuple(
        Reference(f"/{WORLD}/{prim_name(one.shot)}", _shot_layer(one)) for one in there
    )
    layer = Layer(LayerKind.SEQUENCE, path, metadata, WORLD, references=references)
    return [_unlike(one, metadata) for one in there if not _alike(one.metadata, metadata)], layer


def _together(shots: Sequence[Metadata]) -> Metadata:
    """The first shot's metadata, over the frames of all."""
    firsts = [one.first for one in shots if one.first is not None]
    lasts = [one.last for one in shots if one.last is not None]
    return replace(shots[0], first=min(firsts, default=None), last=max(lasts, default=None))


def _alike(one: Metadata, other: Metadata) -> bool:
    return replace(one, first=other.first, last=other.last) == other


def _unlike(stage: ShotStage, metadata: Metadata) -> Finding:
    return Finding(
        "usd.shots_differ",
        Severity.WARNING,
        escape(str(_shot_layer(stage))),
        f"the shot's rate, axis or unit is not that of the others in {stage.sequence}",
        found=_told(stage.metadata),
        wanted=_told(metadata),
        fix="Give the shots of a sequence the same, or open them one by one.",
    )


def _told(one: Metadata) -> str:
    return f"{one.fps:g} fps, {one.up_axis} up, {one.metres_per_unit:g} m"


def _shot_layer(stage: ShotStage) -> PurePosixPath:
    return stage.folder / "usd" / f"{stage.shot}.usd"


def _artist(part: LatestPart) -> str:
    return part.artist or NOBODY


def _check(latest: Iterable[LatestPart], stages: dict[tuple[str, str], ShotStage]) -> None:
    for sequence, shot in stages:
        safe_name(sequence, "a sequence")
        safe_name(shot, "a shot")
    for one in latest:
        if one.shot and (one.sequence, one.shot) not in stages:
            raise _refused(f"{one.paths.item} is of {one.sequence} {one.shot}, which is not given.")


def _apart(layers: Iterable[Layer], items: frozenset[PurePosixPath]) -> None:
    """Refuse a plan that would write one file twice, or over a published item."""
    taken = set(items)
    for layer in layers:
        if layer.path in taken:
            raise _refused(f"Two layers would be written to {layer.path}.")
        taken.add(layer.path)


def _refused(message: str) -> RushesError:
    return RushesError(
        Code.FIELD_INVALID, message, hint="Look at the names and paths of what was published."
    )


def _sorted(values: Iterable[T], key: Callable[[T], Any]) -> list[T]:
    return sorted(values, key=key)


def _grouped(values: Iterable[T], key: Callable[[T], Any]) -> Iterator[tuple[Any, list[T]]]:
    """The values that have a key in common, by key."""
    for at, group in groupby(sorted(values, key=key), key):
        yield at, list(group)
