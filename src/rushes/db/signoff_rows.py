"""Records of quality checks as rows of the database, and rows as records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from uuid import UUID

from rushes.core.canonical import canonical
from rushes.core.digest import digester
from rushes.core.escape import escape, unescape
from rushes.model.signoff import Legacy, Past, Record
from rushes.ports.signoffs import AssetAt
from rushes.qc.document import legacy_document, past_of, record_document

COLUMNS = (
    *("hash", "data", "document", "legacy", "qc_id", "time", "result", "operator"),
    *("policy", "policy_version", "policy_hash", "content_hash", "content_state", "tracker_id"),
    *("signature_algorithm", "signature_key"),
)
_SHA256 = "sha256:"
_LONGEST = 500  # characters of a column: an index's entry has its limits


class Hashed(NamedTuple):
    """A record with its canonical bytes and their hash."""

    hash: bytes
    data: bytes
    past: Past


def hashed(past: Past) -> Hashed:
    """The record and the hash that the next one calls `previous`."""
    made = legacy_document(past) if isinstance(past, Legacy) else record_document(past)
    data = canonical(made)
    return Hashed(sha256(data).digest(), data, past)


def hash_text(digest: bytes) -> str:
    """A hash as records write it."""
    return _SHA256 + bytes(digest).hex()


def key_of(asset: AssetAt) -> UUID:
    """The key of an asset within its root."""
    digest = digester()
    for one in (escape(str(asset.folder)), escape(asset.name)):
        part = one.encode("utf-8")
        digest.update(b"%d:" % len(part) + part)
    return UUID(bytes=digest.digest())


def asset_of(mount: str, folder: str, name: str) -> AssetAt:
    """The asset of a row."""
    return AssetAt(mount, PurePosixPath(unescape(folder)), unescape(name))


def past_in(data: bytes) -> Past:
    """The record in a row's `data`."""
    return past_of(json.loads(bytes(data)))


def row(one: Hashed) -> tuple[Any, ...]:
    """The values of `COLUMNS`."""
    told = _legacy(one.past) if isinstance(one.past, Legacy) else _record(one.past)
    return (one.hash, one.data, _document(one.data), *told)


def _record(record: Record) -> tuple[Any, ...]:
    policy, signature = record.policy, record.signature
    texts = (
        record.qc_result.value,
        record.operator,
        policy.name if policy else "",
        record.policy_version,
        policy.hash if policy else "",
        record.content_hash,
        record.content_state.value,
        record.asset_id or "",
        signature.algorithm if signature else "",
        signature.key if signature else "",
    )
    return (False, _text(record.qc_id), record.qc_time, *map(_text, texts))


def _legacy(legacy: Legacy) -> tuple[Any, ...]:
    told = _object(legacy.text)
    texts = (
        legacy.result,
        legacy.operator,
        "",
        told.get("policy_version"),
        "",
        told.get("content_hash"),
        told.get("content_state"),
        told.get("asset_id"),
        "",
        "",
    )
    said = (_text(one) if isinstance(one, str) else "" for one in (told.get("qc_id"), *texts))
    qc_id, *others = said
    return (True, qc_id, _moment(legacy.time), *others)


def _object(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _moment(text: str) -> datetime | None:
    """The time in a sidecar of the earlier tool, which wrote it with its zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _text(value: str) -> str:
    return _clean(value)[:_LONGEST]


def _clean(value: str) -> str:
    """Text that a column takes: PostgreSQL knows no NUL, and no half of a surrogate pair."""
    if value.isascii() and "\0" not in value:
        return value
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _document(data: bytes) -> str:
    """The record as `jsonb` takes it; `data` is what counts."""
    text = data.decode("utf-8")
    if "\\u0000" not in text:
        return text
    return json.dumps(_without_nul(json.loads(text)), ensure_ascii=False)


def _without_nul(value: Any) -> Any:
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    return _clean(value) if isinstance(value, str) else value


def columns_of(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    """Rows as `count` lists, one for each column, as `unnest` takes them."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(count)]
