"""The mirror of sidecars, as 0004 made its tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

_MOMENT = datetime(2026, 11, 1, 8, tzinfo=UTC)


def fill(make: Any) -> None:
    """An asset with a record that is in force and one that was before."""
    root = make("StorageRoot", name="signed", linux="/mnt/signed")
    asset = make(
        "SignedAsset", root=root, key=UUID(int=6), folder="demo", name="clip.mov",
        head=b"\2" * 32, length=2, lost=0,
    )  # fmt: skip
    record = {"asset": asset, "mirrored": _MOMENT, "legacy": False, "time": _MOMENT}
    for number, result in ((1, "fail"), (2, "pass")):
        make(
            "SignOff", **record, hash=bytes([number]) * 32, position=number, result=result,
            operator="ada", qc_id=f"id{number}", data=b"{}", signature_key="ada", tracker_id="",
            signature_algorithm="ed25519",
            document={"notes": "seen", "cheap_fp": {"files": 1, "bytes": 10}, "findings": []},
        )  # fmt: skip


def check(url: str) -> None:
    """The views tell both, and which is in force."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT position, result, in_force, notes, bytes FROM qc.records ORDER BY 1"
        ).fetchall()
        assert rows == [(1, "fail", False, "seen", 10), (2, "pass", True, "seen", 10)]
        current = connection.execute("SELECT asset_path, signature_key FROM qc.current").fetchall()
        assert current == [("/mnt/signed/demo/clip.mov", "ada")]
