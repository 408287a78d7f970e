"""Sidecars as bytes: the canonical JSON of a record and its history, and back."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, NoReturn

from rushes.core.canonical import Json, canonical
from rushes.core.errors import Code, RushesError
from rushes.model.signoff import Legacy, Past, Record, Sidecar
from rushes.qc.document import legacy_document, past_of, record_document, record_of

__all__ = ["decode", "encode", "record_document", "record_hash", "signing_bytes"]

_DOMAIN = b"rushes.qc.record/1\n"


def encode(sidecar: Sidecar) -> bytes:
    """The whole file; `decode` gives the same sidecar back."""
    document = record_document(sidecar.record)
    document["history"] = [_past_document(one) for one in sidecar.history]
    return canonical(document)


def decode(data: bytes) -> Sidecar:
    """The sidecar in a file of ours.

    Raises `sidecar.invalid` where the bytes are not exactly what `encode` writes: a blank more,
    keys in another order, a field that is not known.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        _invalid(f"it is no JSON ({error})")
    if not isinstance(document, dict):
        _invalid("it is no JSON object")
    if document.get("schema_version") != 1:
        _invalid(f"its schema_version is {document.get('schema_version')!r}, not 1")
    if not _is_canonical(document, data):
        _invalid("its bytes are not as Rushes writes them")
    history = document.pop("history", None)
    if not isinstance(history, list):
        _invalid("it has no history")
    return Sidecar(record_of(document), tuple(past_of(one) for one in history))


def signing_bytes(record: Record) -> bytes:
    """What a signature is made over: all of the record but the signature itself."""
    document = record_document(record)
    del document["signature"]
    return _DOMAIN + canonical(document)


def record_hash(past: Past) -> str:
    """`sha256:…` of a record with its signature: what the next one calls `previous`."""
    return f"sha256:{sha256(canonical(_past_document(past))).hexdigest()}"


def _past_document(past: Past) -> dict[str, Json]:
    return legacy_document(past) if isinstance(past, Legacy) else record_document(past)


def _is_canonical(document: dict[str, Any], data: bytes) -> bool:
    try:
        return canonical(document) == data
    except (ValueError, RecursionError):  # NaN, lone surrogates
        return False


def _invalid(why: str) -> NoReturn:
    raise RushesError(
        Code.SIDECAR_INVALID,
        f"This is no sidecar as Rushes writes them: {why}.",
        hint="It was edited, cut short or written by something else. Restore it from a backup, or"
        " move it away to begin anew.",
    )
