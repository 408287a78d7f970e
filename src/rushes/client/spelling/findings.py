"""Findings as JSON objects, read back; `Finding.row` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.model.finding import Finding, Severity


def finding_of(row: Mapping[str, Any]) -> Finding:
    """`Finding.row` back."""
    return Finding(
        row["rule"],
        Severity(row["severity"]),
        row["subject"],
        row["message"],
        row.get("found", ""),
        row.get("wanted", ""),
        row.get("fix", ""),
    )
