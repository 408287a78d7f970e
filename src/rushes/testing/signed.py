"""Sign-offs that somebody might have made, for tests: small records, and chains of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from rushes.core.escape import escape
from rushes.model.signoff import (
    Legacy,
    Past,
    PolicyStamp,
    Record,
    Sidecar,
    Signature,
)
from rushes.ports.signoffs import AssetAt, Chain
from rushes.testing import signoffs


def record(name: str = "clip.mov", number: int = 1, **given: Any) -> Record:
    """The `number`th record of an asset, which passed; fields may be given."""
    digest = sha256(f"{name} {number}".encode("utf-8", "surrogateescape")).hexdigest()
    made = signoffs.record(
        qc_id=str(UUID(digest[:32])),
        qc_time=signoffs.FIRST + timedelta(hours=number),
        policy=PolicyStamp("studio", "2026.1", f"sha256:{digest}"),
        asset_path=escape(f"/mnt/shows/{name}"),
        asset_name=escape(name),
        asset_id=f"ASSET-{number}",
        content_hash=f"blake3:{digest}",
        signature=Signature("ed25519", "ed25519:0123", "c2lnbmVk"),
    )
    return replace(made, **given)


def legacy(name: str = "sequence.qc.json", **given: Any) -> Legacy:
    """A sidecar of the earlier tool; fields of its text may be given."""
    told = {
        "qc_id": "019a73e9",
        "qc_time": "2025-11-11T15:12:43.123456+00:00",
        "operator": "alice",
        "policy_version": "2025.11.0",
        "content_hash": "blake3:c29b",
        "qc_result": "pass",
        **given,
    }
    return Legacy(name, json.dumps(told), told["qc_result"], told["operator"], told["qc_time"])


def sidecar(
    name: str = "clip.mov", length: int = 1, *, after: tuple[Past, ...] = (), **given: Any
) -> Sidecar:
    """A sidecar of so many records, chained, and those `after` which they come; fields given are
    those of the record in force.
    """
    records = after
    for number in range(len(after) + 1, len(after) + length + 1):
        last = number == len(after) + length
        made = signoffs.after(records, record(name, number, **(given if last else {})))
        records = (*made.history, made.record)
    return made


def chain(at: AssetAt, length: int = 1, **given: Any) -> Chain:
    """What `sidecar` makes for the asset there."""
    return Chain.of(at, sidecar(at.name, length, **given))


def asset(name: str = "clip.mov", folder: str = "demo/sh010", mount: str = "/mnt/shows") -> AssetAt:
    """An asset on the storage of the tests."""
    return AssetAt(mount, PurePosixPath(folder), name)
