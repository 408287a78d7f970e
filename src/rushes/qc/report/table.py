"""The report as CSV for spreadsheets: a row for each asset, and for each record nobody can read."""

from __future__ import annotations

from collections.abc import Iterator

from rushes.qc.report.content import QcReport, ReportedAsset, Standing, Unreadable
from rushes.qc.report.wording import time_iso
from rushes.report import table as tables

COLUMNS = (
    "asset",
    "result",
    "operator",
    "time",
    "policy",
    "policy_version",
    "notes",
    "reason",
    "findings",
    "finding_texts",
    "content_hash",
    "frames",
    "frame_count",
    "holes",
    "signature_key",
    "records",
    "chain",
    "sidecar",
)
MARK = tables.mark(COLUMNS)


def table(report: QcReport) -> bytes:
    """The whole file."""
    return tables.table(COLUMNS, _rows(report))


def _rows(report: QcReport) -> Iterator[tuple[object, ...]]:
    for asset in report.assets:
        yield _asset(asset)
    for one in report.unreadable:
        yield _unreadable(one)


def _asset(one: ReportedAsset) -> tuple[object, ...]:
    sequence = one.sequence
    return (
        one.shown,
        one.standing.value,
        one.operator,
        time_iso(one) or "",
        one.policy,
        one.policy_version,
        one.notes,
        one.reason,
        len(one.findings),
        "; ".join(f"{found.rule}: {found.message}" for found in one.findings),
        one.content_hash,
        sequence.frames if sequence is not None else "",
        sequence.frame_count if sequence is not None else "",
        sequence.holes if sequence is not None else "",
        one.signature.key if one.signature is not None else "",
        one.records,
        "intact" if one.intact else "broken",
        one.sidecar,
    )


def _unreadable(one: Unreadable) -> tuple[object, ...]:
    told: dict[str, object] = {
        "asset": one.shown,
        "result": Standing.UNREADABLE.value,
        "notes": one.error.message,
    }
    return tuple(told.get(column, "") for column in COLUMNS)
