"""What a publish leaves beside its files: one JSON document that says what was recorded of them.

It is hidden, named after the number and told from all others by eight digits of the reservation,
written whole or not at all, never written over, and read-only. The ledger stays the truth.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rushes.core import atomic, clock
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding
from rushes.publish.collecting import SIDECAR
from rushes.publish.ledger import Noted

SCHEMA = "rushes.publish-record/1"
_READ_ONLY = 0o444


def sidecar_path(folder: Path, noted: Noted, token: str) -> Path:
    """Where the publish's sidecar lies."""
    return folder / f"{SIDECAR}{noted.number}_{token.replace('-', '')[:8]}.json"


def document(
    noted: Noted, *, ledger: str, status: str, folder: Path, findings: Sequence[Finding], tool: str
) -> dict[str, Any]:
    """The publish as the sidecar tells it; `folder` is what its components' folders start from."""
    return {
        "schema": SCHEMA,
        "id": noted.id,
        "ledger": ledger,
        "show": noted.target.show,
        "sequence": noted.target.sequence,
        "shot": noted.target.shot,
        "task": noted.target.task,
        "software": noted.target.software,
        "asset": noted.target.asset,
        "part": noted.target.part,
        "version": noted.number.version,
        "iteration": noted.number.iteration,
        "status": status,
        "record_status": noted.status.value,
        "artist": noted.artist,
        "recorded": clock.iso(noted.created),
        "tool": tool,
        "note": noted.comment,
        "path": noted.path,
        "folder": escape(str(folder)),
        "item_usd_path": noted.item_usd_path,
        "asset_usd_path": noted.asset_usd_path,
        "components": [dict(one) for one in noted.components],
        "findings": [one.row() for one in findings],
    }


def write_sidecar(path: Path, told: dict[str, Any]) -> None:
    """Write it where nothing lies. Raises `write.failed`."""
    import orjson

    atomic.create_bytes(path, orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
    try:
        os.chmod(path, _READ_ONLY)
    except OSError as error:
        raise RushesError(
            Code.WRITE_FAILED,
            f"{escape(str(path))} could not be made read-only: {error.strerror or error}.",
            hint="It is written; keep others from changing it.",
        ) from error
