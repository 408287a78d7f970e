"""A process that counts pixels, file after file, and may die of any of them."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

from rushes.inspection.bounded_worker import serve
from rushes.inspection.pixels.rows import as_row
from rushes.inspection.pixels.statistics import statistics


def request(
    path: Path, *, sample: int, deep: bool, parts: Collection[int] | None, histograms: bool
) -> bytes:
    """What to ask of the worker."""
    asked: dict[str, Any] = {"sample": sample, "deep": deep, "histograms": histograms}
    asked["parts"] = sorted(parts) if parts is not None else None
    return json.dumps(asked).encode("ascii") + b"\0" + os.fsencode(path)


def _answer(asked: bytes) -> bytes:
    options, _, name = asked.partition(b"\0")
    stats = statistics(Path(os.fsdecode(name)), **json.loads(options))
    return json.dumps(as_row(stats), allow_nan=False).encode("ascii")


def _prepare() -> None:
    import numpy as np
    import OpenEXR  # noqa: F401 (loading it takes longer than most files)

    np.zeros(1)


if __name__ == "__main__":
    serve(_answer, prepare=_prepare)
