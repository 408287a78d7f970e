"""Sidecars of the earlier tool: told from ours, and kept word for word."""

from __future__ import annotations

import json
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.signoff import Legacy


def is_legacy(data: bytes) -> bool:
    """Whether that is a sidecar of the earlier tool, which has no history and no signature."""
    return _document(data) is not None


def legacy_of(name: str, data: bytes) -> Legacy:
    """The sidecar in the file `name`. Raises `sidecar.invalid` where it is none of that tool's."""
    document = _document(data)
    if document is None:
        raise RushesError(
            Code.SIDECAR_INVALID,
            f"{escape(name)} is no sidecar of any tool that is known.",
            hint="Restore it from a backup, or move it away to begin anew.",
        )
    return Legacy(
        name=escape(name),
        text=data.decode("utf-8"),
        result=_text(document, "qc_result"),
        operator=_text(document, "operator"),
        time=_text(document, "qc_time"),
    )


def asset_of(legacy: Legacy) -> dict[str, Any]:
    """What the earlier tool said of the asset, field by field."""
    return dict(json.loads(legacy.text))


def _document(data: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or "history" in document:
        return None
    # Its own fields; whatever else has such a name is left alone.
    return document if "qc_result" in document and "content_hash" in document else None


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        return ""
    # JSON can spell half a character, which no UTF-8 can hold; `text` has it as it was.
    return value.encode("utf-8", "replace").decode("utf-8")
