"""Disk use as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rushes.cli.disk_sheet import DiskSheet, Line
from rushes.core import clock
from rushes.core.escape import escape
from rushes.core.settings.schema import Disk
from rushes.scan.thresholds import Fill
from rushes.scan.usage import Use


def disk_row(sheet: DiskSheet, lines: Sequence[Line], disk: Disk) -> dict[str, Any]:
    """The sheet as `rushes disk --json` has it."""
    scan = sheet.before.scan if sheet.before is not None else None
    return {
        "root": escape(sheet.root.mount),
        "below": escape(str(sheet.root.below)),
        "in_shows_root": sheet.in_shows,
        "total": _use_row(sheet.usage.total),
        "growth": sheet.growth,
        "since": {"scan": scan.id, "started": clock.iso(scan.started)} if scan else None,
        "growth_unknown": sheet.why or None,
        "unread_folders": sheet.unread,
        "limits": [_limit_row(one) for one in sheet.fills],
        "not_judged": sheet.not_judged(disk),
        "lines": [
            {
                "kind": one.kind,
                "name": one.name,
                "subject": one.subject,
                "depth": one.depth,
                **_use_row(one.use),
                "growth": one.growth,
                "state": one.fill.fullness.value if one.fill else None,
            }
            for one in lines
        ],
        "heaviest": [
            {"path": escape(str(path)), **_use_row(use)} for path, use in sheet.usage.heaviest()
        ],
    }


def _limit_row(fill: Fill) -> dict[str, Any]:
    return {
        "kind": fill.kind,
        "subject": fill.subject,
        "used": fill.used,
        "of": fill.of or None,
        "warn": fill.limit.warn,
        "critical": fill.limit.critical,
        "state": fill.fullness.value,
    }


def _use_row(use: Use) -> dict[str, Any]:
    path = use.largest_path
    return {
        "files": use.files,
        "bytes": use.size,
        "allocated": use.allocated,
        "largest": {"path": escape(str(path)), "bytes": use.largest} if path else None,
        "oldest": clock.iso_ns(use.oldest_ns) if use.files else None,
        "newest": clock.iso_ns(use.newest_ns) if use.files else None,
    }
