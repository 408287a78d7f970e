"""Whether a scan saw a planted fault, and what it found that nobody planted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from rushes.model.finding import Finding
from rushes.model.scan import ScanTotals
from rushes.testing.demo.plants import Plant


def seen(plant: Plant, findings: Iterable[Finding], totals: ScanTotals) -> bool:
    """Whether there is a finding of the plant's rule where it was planted, or, for what is only
    counted, whether anything was counted so. False for what no scan can see.
    """
    if plant.counted:
        return bool(getattr(totals, plant.counted))
    if not plant.rule:
        return False
    return any(one.rule == plant.rule and _there(plant, one) for one in findings)


def unplanted(plants: Sequence[Plant], findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings that no plant accounts for."""
    for one in findings:
        if not any(one.rule in plant.rules and _there(plant, one) for plant in plants):
            yield one


def _there(plant: Plant, finding: Finding) -> bool:
    """Whether the finding is of what lies where the fault was planted.

    The same folder is enough: two views or two paddings of one name go by other patterns.
    """
    place = PurePosixPath(plant.where)
    folder = place.parent if "%" in place.name else place
    return PurePosixPath(finding.subject).is_relative_to(folder)
