"""Checkpoints as bytes: their canonical JSON, what of it is signed, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, NoReturn

from rushes.core.canonical import Json, canonical
from rushes.core.clock import iso
from rushes.core.errors import Code, RushesError
from rushes.model.signoff import Signature
from rushes.qc.checkpoint import Checkpoint, Sealed
from rushes.qc.signing import Signer

_DOMAIN = b"rushes.qc.checkpoint/1\n"
_HASH = re.compile(r"sha256:[0-9a-f]{64}")
_FIELDS = frozenset(
    (
        *("schema_version", "created", "operator", "tool_version", "root"),
        *("count", "merkle_root", "leaves", "signature"),
    )
)


def document(checkpoint: Checkpoint) -> dict[str, Json]:
    """The checkpoint as JSON."""
    signature = checkpoint.signature
    return {
        "schema_version": 1,
        "created": iso(checkpoint.created),
        "operator": checkpoint.operator,
        "tool_version": checkpoint.tool_version,
        "root": checkpoint.root,
        "count": len(checkpoint.leaves),
        "merkle_root": checkpoint.merkle_root,
        "leaves": [[one.path, one.head, one.records] for one in checkpoint.leaves],
        "signature": signature._asdict() if signature is not None else None,
    }


def signing_bytes(checkpoint: Checkpoint) -> bytes:
    """What a signature is made over: all of the checkpoint but the signature itself."""
    told = document(checkpoint)
    del told["signature"]
    return _DOMAIN + canonical(told)


def signed(checkpoint: Checkpoint, signer: Signer) -> Checkpoint:
    """The same with a signature over all of it."""
    return replace(checkpoint, signature=signer.sign(signing_bytes(checkpoint)))


def encode(checkpoint: Checkpoint) -> bytes:
    """The whole file; `decode` gives the same checkpoint back."""
    return canonical(document(checkpoint))


def decode(data: bytes) -> Checkpoint:
    """The checkpoint in a file of ours; what its signature is worth is for others to say.

    Raises `sidecar.invalid` where the bytes are not exactly what `encode` writes.
    """
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        _invalid("it is no JSON")
    if not isinstance(told, dict):
        _invalid("it is no JSON object")
    version = told.get("schema_version")
    if type(version) is not int or version != 1:
        _invalid("it is of a version that this one does not know")
    if told.keys() != _FIELDS:
        _invalid(f"these fields are odd: {', '.join(sorted(told.keys() ^ _FIELDS))}")
    made = Checkpoint(
        created=_time(told["created"]),
        operator=_text(told, "operator"),
        tool_version=_text(told, "tool_version"),
        root=_text(told, "root"),
        leaves=_leaves(told["leaves"]),
        signature=_signature(told["signature"]),
    )
    # Also holds count, hash over all leaves and form of the time against what was written.
    if _bytes(made) != data:
        _invalid("its bytes are not as Rushes writes them")
    return made


def _leaves(told: object) -> tuple[Sealed, ...]:
    if not isinstance(told, list):
        _invalid("it has no list of sidecars")
    made = tuple(_leaf(one) for one in told)
    if any(one.path >= after.path for one, after in pairwise(made)):
        _invalid("its sidecars are not in the order of their paths")
    return made


def _leaf(told: object) -> Sealed:
    match told:
        case [str(path), str(head), int(records)] if _HASH.fullmatch(head) and records > 0:
            if not isinstance(records, bool):
                return Sealed(path, head, records)
    return _invalid("an entry is not a path, a hash and a number of records")


def _signature(told: object) -> Signature | None:
    match told:
        case None:
            return None
        case {"algorithm": str(algorithm), "key": str(key), "value": str(value)}:
            return Signature(algorithm, key, value)
    return _invalid("its signature makes no sense")


def _text(told: Mapping[str, Any], field: str) -> str:
    value = told[field]
    return value if isinstance(value, str) else _invalid(f"{field} is no text")


def _time(told: object) -> datetime:
    try:
        moment = datetime.fromisoformat(told) if isinstance(told, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    return _invalid("created is no time as in 2026-11-21T01:02:03.000004Z")


def _bytes(made: Checkpoint) -> bytes:
    try:
        return encode(made)
    except ValueError:  # a lone surrogate
        return b""


def _invalid(why: str) -> NoReturn:
    raise RushesError(
        Code.SIDECAR_INVALID,
        f"This is no checkpoint as Rushes writes them: {why}.",
        hint="It was edited, cut short or written by something else. Restore it from a backup.",
    )
