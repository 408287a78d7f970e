"""One file held against one policy, as the `validation` of its document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rushes.core.errors import RushesError
from rushes.inspection.header.reading import ReadHeader
from rushes.model.finding import Finding, Severity
from rushes.model.pixels import PixelStats
from rushes.policy.facts import Facts, Measured
from rushes.policy.judging import NOT_MEASURED, judge
from rushes.policy.shelf import find

NOT_DONE = "function.not_validated"
_UNLESS_SAID = "studio-default"


def validation(
    read: ReadHeader, stats: PixelStats | None, *, policy: str | None
) -> tuple[Mapping[str, Any], tuple[Finding, ...]]:
    """The verdict of the policy of that name or in that file, and why there is none.

    `passed` only where the file could be read and every rule could be judged. What the policy
    finds is in the verdict.
    """
    try:
        chosen = find(policy or _UNLESS_SAID, None)
    except RushesError as error:
        message = f"It was not validated: {error.message}"
        return {}, (Finding(NOT_DONE, Severity.ERROR, read.path, message, fix=error.hint),)
    row: dict[str, Any] = {"policy": chosen.row(), "verdict": "incomplete", "findings": []}
    if read.image is None:
        return row, ()
    measured = None if stats is None else tuple(_measured(stats))
    found = judge(chosen, Facts(read.path, read.size, read.image, measured)).findings
    if any(one.severity is Severity.ERROR for one in found):
        row["verdict"] = "failed"
    elif not read.findings and all(one.rule != NOT_MEASURED for one in found):
        row["verdict"] = "passed"
    row["findings"] = [one.row() for one in found]
    return row, ()


def _measured(stats: PixelStats) -> Iterator[Measured]:
    for part in stats.parts:
        for one in part.channels:
            yield Measured(
                part.number,
                one.name,
                one.type.value,
                one.count,
                one.min,
                one.max,
                one.mean,
                one.nan,
                one.positive_infinity,
                one.negative_infinity,
                one.negative,
                one.zero,
            )
