"""Media of a drop held against policies: headers, drift, movies, and pixels where asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rushes.exchange.checking import Checks
from rushes.exchange.drop import Drop
from rushes.exchange.grouping import shown
from rushes.exchange.lot import Act, Lot
from rushes.model.finding import Finding, Severity
from rushes.policy.judging import NOT_MEASURED
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.publish.collecting import Item
from rushes.qc.check_asset import Asset as Checked
from rushes.qc.check_asset import Sort
from rushes.qc.checks import check


def check_policies(
    lots: Sequence[Lot],
    drop: Drop,
    checks: Checks,
    *,
    executor: Executor,
    workers: int | None,
    progress: Progress,
) -> None:
    """Hold the media against policies; their errors refuse a lot."""
    far = drop.place.storage.is_far()
    asked: list[tuple[Lot, Checked]] = []
    for lot in lots:
        if lot.act is Act.REFUSE:
            continue
        for item in lot.items:
            one = _checked(item, drop)
            if far and one.sort is Sort.MEDIA:
                lot.findings.append(_unprobed(item))
            else:
                asked.append((lot, one))
    done = check(
        [one for _, one in asked],
        checks.policies,
        storage=drop.place.storage,
        executor=executor,
        pixels=checks.pixels and not far,
        workers=workers,
        progress=progress,
    )
    for (lot, _), (_, told) in zip(asked, done, strict=True):
        known = {(one.rule, one.subject) for one in lot.findings}
        lot.findings += [_as_asked(one) for one in told if (one.rule, one.subject) not in known]
        lot.settle()


def _as_asked(found: Finding) -> Finding:
    """The finding; that pixels were not measured is no more than a note where nobody asked."""
    return replace(found, severity=Severity.NOTE) if found.rule == NOT_MEASURED else found


def _checked(item: Item, drop: Drop) -> Checked:
    folder = str(item.folder)
    return Checked(drop.place.root if folder == "." else f"{drop.place.root}/{folder}",
                   item.asset.found)  # fmt: skip


def _unprobed(item: Item) -> Finding:
    return Finding(
        "ingest.not_probed",
        Severity.NOTE,
        shown(item),
        "Movies and sound are looked into only where they lie on this machine.",
    )
