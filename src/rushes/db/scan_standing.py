"""How scans stand that are noted as running: one that was killed cannot note its own end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rushes.core import clock
from rushes.db import liveness
from rushes.model.scan import ScanRecord, ScanState


def running(cursor: Any) -> list[int]:
    """Scans that are noted as running, whether or not they do."""
    cursor.execute("SELECT id FROM rushes_scan WHERE state = %s", [ScanState.RUNNING.value])
    return [scan for (scan,) in cursor.fetchall()]


def killed(cursor: Any, noted: Sequence[int]) -> list[int]:
    """Those of the scans that were read as running, and are so `noted` still, that nobody runs.

    The locks are looked at first and the notes again after them: a scan notes its end before it
    lets go, so that one that ends meanwhile is not taken for a killed one.
    """
    loose = liveness.dead(cursor, noted) if noted else []
    if not loose:
        return []
    cursor.execute(
        "SELECT s.id FROM rushes_scan s LEFT JOIN rushes_staging t ON t.scan_id = s.id"
        " WHERE s.id = ANY(%s) AND s.state = %s AND (t.until IS NULL OR t.until < %s)",
        [loose, ScanState.RUNNING.value, clock.now()],
    )
    return [scan for (scan,) in cursor.fetchall()]


def standing(cursor: Any, noted: Sequence[ScanRecord]) -> list[ScanRecord]:
    """The scans as they stand: a killed one has failed, and nobody knows when.

    It is told so and not written down: that is for the next scan to do, which clears away what
    the killed one has left.
    """
    read = [one.id for one in noted if one.state is ScanState.RUNNING]
    lost = set(killed(cursor, read))
    return [replace(one, state=ScanState.FAILED) if one.id in lost else one for one in noted]
