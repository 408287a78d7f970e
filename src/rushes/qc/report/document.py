"""The report as JSON: everything, in order of the assets' paths."""

from __future__ import annotations

from typing import Any

from rushes.core.clock import iso
from rushes.model.signoff import SequencePrint
from rushes.qc.report.content import QcReport, ReportedAsset, Tally, Unreadable
from rushes.qc.report.rollup import Row, rolled_up
from rushes.qc.report.wording import time_iso


def document(report: QcReport) -> dict[str, Any]:
    """`rushes.qc-report/1` without its name, and without what was written where."""
    only = report.only
    return {
        "tool_version": report.tool_version,
        "made": iso(report.made),
        "trees": list(report.trees),
        "only": {
            "result": only.result.value if only.result is not None else None,
            "since": iso(only.since) if only.since is not None else None,
            "left_out": report.others,
        },
        "totals": _tally(report.tally),
        "folders": [_row(row) for row in rolled_up(report).rows],
        "assets": [_asset(one) for one in report.assets],
        "unreadable": [_unreadable(one) for one in report.unreadable],
        "remarks": list(report.remarks),
    }


def _tally(tally: Tally) -> dict[str, int]:
    return {standing.value: number for standing, number in tally.rows}


def _row(row: Row) -> dict[str, Any]:
    worst = row.tally.worst
    return {
        "place": list(row.place),
        "worst": worst.value if worst is not None else None,
        **_tally(row.tally),
    }


def _asset(one: ReportedAsset) -> dict[str, Any]:
    signature = one.signature
    return {
        "asset": one.subject,
        "place": list(one.place),
        "result": one.result.value,
        "operator": one.operator,
        "time": time_iso(one),
        "policy": one.policy,
        "policy_version": one.policy_version,
        "notes": one.notes,
        "reason": one.reason,
        "findings": [found.row() for found in one.findings],
        "content_hash": one.content_hash,
        "sequence": _sequence(one.sequence) if one.sequence is not None else None,
        "changes": one.changes._asdict() if one.changes is not None else None,
        "signature": (
            {"algorithm": signature.algorithm, "key": signature.key}
            if signature is not None
            else None
        ),
        "records": one.records,
        "chain_intact": one.intact,
        "earlier_tool": one.earlier_tool,
        "sidecar": one.sidecar,
    }


def _sequence(made: SequencePrint) -> dict[str, Any]:
    return {
        "frames": made.frames,
        "frame_count": made.frame_count,
        "holes": made.holes,
        "kind": made.kind,
    }


def _unreadable(one: Unreadable) -> dict[str, Any]:
    return {
        "asset": one.subject,
        "place": list(one.place),
        "code": one.error.code.value,
        "message": one.error.message,
        "hint": one.error.hint,
    }
