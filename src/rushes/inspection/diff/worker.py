"""A process that compares pixels, pair after pair of files, and may die of any of them."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rushes.core.framing import SIZE
from rushes.inspection.bounded_worker import serve
from rushes.inspection.diff.differences import Limits, PixelsCompared
from rushes.inspection.diff.files import Numbers, compared
from rushes.inspection.diff.rows import as_row, from_row


def request(a: Path, b: Path, pairs: Sequence[Numbers], limits: Limits, *, picture: bool) -> bytes:
    """What to ask of the worker."""
    asked: dict[str, Any] = {"pairs": list(pairs), "limits": asdict(limits), "picture": picture}
    return b"\0".join([json.dumps(asked).encode("ascii"), os.fsencode(a), os.fsencode(b)])


def answer(payload: bytes) -> PixelsCompared:
    """What the worker answered."""
    (size,) = SIZE.unpack_from(payload)
    end = SIZE.size + size
    return from_row(json.loads(payload[SIZE.size : end]), payload[end:])


def _answer(asked: bytes) -> bytes:
    options, a, b = asked.split(b"\0")
    wanted = json.loads(options)
    found = compared(
        Path(os.fsdecode(a)),
        Path(os.fsdecode(b)),
        [(one, other) for one, other in wanted["pairs"]],
        Limits(**wanted["limits"]),
        picture=wanted["picture"],
    )
    row = json.dumps(as_row(found), allow_nan=False).encode("ascii")
    return SIZE.pack(len(row)) + row + found.picture


def _prepare() -> None:
    import numpy as np
    import OpenEXR  # noqa: F401 (loading it takes longer than most files)

    np.zeros(1)


if __name__ == "__main__":
    serve(_answer, prepare=_prepare)
