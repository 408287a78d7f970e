"""Extended attributes that point from media to its record, for those who ask for them.

They lie in the file's inode, beside its bytes: setting one changes the file's ctime and nothing
else. Where a file system or an operating system has none, that is told, and nothing is set.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.qc.recording import Outcome

NAME = "user.rushes.qc"


def point(outcomes: Iterable[Outcome], media: Path) -> list[Finding]:
    """Have every file of the assets point to the record just written; what could not be set."""
    failed: list[Finding] = []
    for one in outcomes:
        if one.sidecar is None or one.place is None:
            continue
        where = os.path.relpath(one.place, media)
        value = f"{one.sidecar.record.qc_id} {escape(where)}".encode()
        for name in one.asset.files():
            why = _set(media / name, value)
            if why:
                failed.append(_finding(one, name, why))
                break
    return failed


def _set(path: Path, value: bytes) -> str:
    """Why it could not be set; empty where it was."""
    if not hasattr(os, "setxattr"):
        return "this operating system has none that Python can set"
    try:
        os.setxattr(path, NAME, value)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _finding(one: Outcome, name: str, why: str) -> Finding:
    return Finding(
        rule="qc.no_attribute",
        severity=Severity.WARNING,
        subject=one.subject,
        message=f"{escape(name)} could not be given the attribute {NAME}: {why}.",
        fix="Leave --xattr out, or allow extended attributes on this file system.",
    )
