"""What is wrong with the media of a drop: frames against their shots, bytes against checksums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from rushes.core.escape import escape
from rushes.exchange.checksum import UNLISTED
from rushes.exchange.digesting import Digested, Wish, digested
from rushes.exchange.drop import Drop
from rushes.exchange.grouping import paths_of, shown
from rushes.exchange.lot import Act, Lot, Measure
from rushes.exchange.manifests import Wanted
from rushes.frames.missing import FOUND, missing
from rushes.frames.notation import brief_frames
from rushes.model.files import Kind
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet
from rushes.ports.progress import Progress
from rushes.publish.components import ALGORITHM
from rushes.scan.gaps import Judged, findings

if TYPE_CHECKING:
    from rushes.policy.policy import Policy

LISTED = "xxh128"  # what hash lists of ours are made with
_SAID = 5  # checksums that differ, named one by one


@dataclass(frozen=True, slots=True)
class Checks:
    """How closely media is looked at.

    `pixels` decodes every frame, `frozen` tells of frames that are the same as the one before.
    `quick` opens nothing at all. Files are hashed `also` in these algorithms.
    """

    policies: Sequence[Policy] = ()
    pixels: bool = False
    frozen: bool = False
    quick: bool = False
    at_once: int = 4
    also: tuple[str, ...] = ()


def check_frames(lots: Sequence[Lot], found: Iterable[Finding]) -> None:
    """Hold each sequence against its shot's range; `found` are a scan's findings, by subject."""
    scanned: dict[str, list[Finding]] = {}
    for one in found:
        scanned.setdefault(one.subject, []).append(one)
    for lot in lots:
        if any(one.rule == "ingest.growing" for one in lot.findings):
            continue  # nobody knows yet which frames it will have
        for item in lot.items:
            wanted = lot.task.frames if lot.task is not None else None
            gaps = missing(item.asset.found.sequence, wanted)
            lot.findings += findings([Judged(item.asset.found, gaps)])
            lot.findings += scanned.get(shown(item), [])
        lot.findings += _out_of_range(lot)
        lot.settle()


def check_digests(
    lots: Sequence[Lot],
    drop: Drop,
    wanted: Wanted,
    *,
    checks: Checks,
    known: Mapping[str, Measure],
    progress: Progress,
) -> Iterator[tuple[Lot, Measure]]:
    """Hash every file of the lots that are not refused, and hold it against what manifests say.

    Files that are `known` are not read again. Every new measure is handed on as it is made.
    """
    owner: dict[str, Lot] = {}
    wishes: list[Wish] = []
    for lot in lots:
        if lot.act is Act.REFUSE:
            continue
        for path, more in _unlisted(lot, wanted):
            algorithms = _algorithms(wanted, path, (*checks.also, *more))
            before = known.get(path)
            if before is not None and set(algorithms) <= before.digests.keys():
                lot.measures[path] = before
                continue
            owner[path] = lot
            wishes.append(Wish(path, drop.files[path], algorithms))
    for one in digested(drop.place, wishes, at_once=checks.at_once, progress=progress):
        lot = owner[one.path]
        if one.trouble:
            _trouble(lot, one)
            continue
        measure = Measure(one.path, drop.files[one.path].size, one.digests)
        lot.measures[one.path] = measure
        yield lot, measure
    for lot in lots:
        _compare(lot, wanted)
        if checks.frozen:
            lot.findings += _frozen(lot)
        lot.settle()


def _unlisted(lot: Lot, wanted: Wanted) -> Iterator[tuple[str, Sequence[str]]]:
    """Every file with the algorithms that go on record of all files of its item, or of none."""
    for item in lot.items:
        paths = paths_of(item)
        named = {one.algorithm for path in paths for one in wanted.checksums(path)}
        more = sorted(named & set(UNLISTED))
        yield from ((path, more) for path in paths)


def _algorithms(wanted: Wanted, path: str, also: tuple[str, ...]) -> tuple[str, ...]:
    asked = (one.algorithm for one in wanted.checksums(path))
    return tuple(dict.fromkeys((ALGORITHM, LISTED, *also, *asked)))


def _trouble(lot: Lot, one: Digested) -> None:
    lot.refuse(
        "unreadable",
        f"{escape(one.path)} could not be hashed: {one.trouble}",
        fix="Wait until it is written as a whole, then ingest the drop again.",
    )


def _compare(lot: Lot, wanted: Wanted) -> None:
    """Hold the digests against the checksums of the manifests."""
    wrong = [
        (path, sum_, found)
        for path, measure in lot.measures.items()
        for sum_ in wanted.checksums(path)
        if (found := measure.digests.get(sum_.algorithm)) != sum_.digest
    ]
    for path, sum_, found in wrong[:_SAID]:
        lot.findings.append(
            Finding(
                "ingest.checksum",
                Severity.ERROR,
                escape(path),
                f"Its {sum_.algorithm} is not the one in {wanted.files[path].where}.",
                found=f"{sum_.algorithm}:{found}",
                wanted=str(sum_),
                fix="Send the file again; it was changed or damaged on the way.",
            )
        )
    if len(wrong) > _SAID:
        said = f"{len(wrong) - _SAID:,} more of its files are not what their checksums say"
        lot.refuse("checksum", said, fix="Send them again.")


def _out_of_range(lot: Lot) -> Iterator[Finding]:
    """Told where the shot has a range, and no sequence has any frame of it."""
    if lot.task is None or lot.task.frames is None:
        return
    sequences = [one for one in lot.items if one.asset.found.sequence.kind is Kind.FRAMES]
    if not sequences:
        return
    gaps = [missing(one.asset.found.sequence, lot.task.frames) for one in sequences]
    if all(one.source.startswith(FOUND) for one in gaps):
        yield Finding(
            "ingest.range",
            Severity.ERROR,
            shown(sequences[0]),
            f"None of its frames is one of {lot.task.frames.source}.",
            found=brief_frames(sequences[0].asset.found.sequence.frames),
            wanted=brief_frames(lot.task.frames.frames),
            fix="Number the frames as the shot has them.",
        )


def _frozen(lot: Lot) -> Iterator[Finding]:
    """Frames whose bytes are those of the frame before."""
    for item in lot.items:
        made = item.asset.found.sequence
        if made.kind is not Kind.FRAMES:
            continue
        digests = [
            lot.measures[path].digests[ALGORITHM] if path in lot.measures else path
            for path in paths_of(item)
        ]
        numbered = zip(list(made.frames)[1:], pairwise(digests), strict=False)
        held = FrameSet.of(frame for frame, (before, now) in numbered if before == now)
        if held:
            yield Finding(
                "ingest.frozen",
                Severity.WARNING,
                shown(item),
                f"{len(held):,} frames are the same as the one before:"
                f" {brief_frames(held, subframe_digits=made.subframe_digits)}",
                fix="Render them again, unless the picture stands still.",
            )
