"""Records of quality checks as JSON objects, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rushes.client.spelling.texts import folder_of, folder_text, name_of, refused, root_of
from rushes.core.escape import escape
from rushes.model.signoff import Legacy, Past
from rushes.ports.signoffs import AssetAt, Head, Known, MirroredRecord

Json = dict[str, Any]
Given = Mapping[str, Any]


def asset_row(asset: AssetAt) -> Json:
    """Where an asset lies."""
    return {
        "root": escape(asset.mount),
        "folder": folder_text(asset.folder),
        "name": escape(asset.name),
    }


def asset_of(row: Given) -> AssetAt:
    """`asset_row` back. Raises `usage` or `field.invalid`."""
    return AssetAt(root_of(row["root"]), folder_of(row["folder"]), name_of(row["name"]))


def record_text(past: Past) -> str:
    """A record as the JSON text whose SHA-256 is its hash."""
    from rushes.core.canonical import canonical
    from rushes.qc.document import legacy_document, record_document

    document = legacy_document(past) if isinstance(past, Legacy) else record_document(past)
    return canonical(document).decode("utf-8")


def record_of(told: str | Given) -> Past:
    """A record from its JSON, as text or read. Raises `sidecar.invalid` or `field.invalid`."""
    from rushes.core.canonical import canonical
    from rushes.qc.document import past_of

    if isinstance(told, str):
        try:
            told = json.loads(told)
        except (ValueError, RecursionError):
            raise refused("records", "a text that is no JSON") from None
    made = past_of(told)
    try:
        canonical(told)  # type: ignore[arg-type]
    except (ValueError, RecursionError):
        raise refused("records", "a text with half of a character") from None
    return made


def mirrored_row(one: MirroredRecord) -> Json:
    """What is known of a record, without the record itself."""
    return {
        **asset_row(one.asset),
        "record_hash": one.record_hash,
        "position": one.position,
        "lost": one.lost,
    }


def mirrored_of(row: Given) -> MirroredRecord:
    """`mirrored_row` back, from an object with the `record`."""
    record = record_of(row["record"])
    return MirroredRecord(asset_of(row), record, row["record_hash"], row["position"], row["lost"])


def head_row(head: Head) -> Json:
    """The last known record of an asset."""
    return {
        **asset_row(head.asset),
        "record_hash": head.record_hash,
        "length": head.length,
        "lost": head.lost,
        "gone": head.gone,
    }


def head_of(row: Given) -> Head:
    """`head_row` back."""
    return Head(asset_of(row), row["record_hash"], row["length"], row["lost"], row["gone"])


def known_row(known: Known) -> Json:
    """Hashes of an asset's records."""
    return {"head": known.head, "held": sorted(known.held), "lost": sorted(known.lost)}


def known_of(row: Given) -> Known:
    """`known_row` back."""
    return Known(row["head"], frozenset(row["held"]), frozenset(row["lost"]))
