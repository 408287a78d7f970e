"""A process that probes movies and sound, file after file, and may die of any of them."""

from __future__ import annotations

import json
import os
from pathlib import Path

from rushes.inspection.bounded_worker import serve
from rushes.inspection.media.probing import probe_here
from rushes.inspection.media.rows import as_row


def request(path: Path, name: str, *, loudness: bool) -> bytes:
    """What to ask of the worker; `name` is escaped."""
    asked = {"name": name, "loudness": loudness}
    return json.dumps(asked).encode("ascii") + b"\0" + os.fsencode(path)


def _answer(asked: bytes) -> bytes:
    options, _, place = asked.partition(b"\0")
    probed = probe_here(Path(os.fsdecode(place)), **json.loads(options))
    return json.dumps(as_row(probed), allow_nan=False).encode("ascii")


def _prepare() -> None:
    import av
    import av.filter

    av.logging.set_level(av.logging.PANIC)


if __name__ == "__main__":
    serve(_answer, prepare=_prepare)
