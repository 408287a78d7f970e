"""JSON as bytes that are the same for the same value, to hash and to sign."""

from __future__ import annotations

import json
from typing import Union

Json = Union[None, bool, int, float, str, "list[Json]", "dict[str, Json]"]


def canonical(value: Json) -> bytes:
    """UTF-8, keys sorted by code point, no white space, no NaN or infinity (`ValueError`)."""
    text = json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode("utf-8")
