"""What a publish holds, as its record tells it: files and file sequences, with their digests.

A single file::

    {"name": "cam.abc", "folder": "", "kind": "file", "files": 1, "size": 52,
     "digests": {"blake3": "af13…"}}

A sequence has its frames as notation writes them, and its sizes (one number where all are alike)
and digests in the order of the frames, so that nothing is told twice and no file is left out::

    {"name": "beauty.%04d.exr", "folder": "renders", "kind": "frames", "files": 3, "size": 36,
     "padding": 4, "subframe_digits": 0, "frames": "1001-1003", "sizes": 12,
     "digests": {"blake3": ["af13…", "09be…", "71c2…"]}, "manifest": {"blake3": "d7a8…"}}

`manifest` is the hash of the whole that quality checks have, too (`transfer.hashing.manifest`).
`digests` may have more algorithms, each of all files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rushes.core.escape import escape
from rushes.frames.notation import format_frames
from rushes.model.files import Kind
from rushes.qc.asset import Asset, frame_text
from rushes.transfer.hashing import Hashed, manifest_hash

ALGORITHM = "blake3"


def component(asset: Asset, files: Sequence[Hashed], *, folder: str) -> dict[str, Any]:
    """The asset as a record tells it; `folder` is where it lies below the publish's own."""
    made = asset.found.sequence
    row: dict[str, Any] = {
        "name": escape(asset.name),
        "folder": escape(folder),
        "kind": made.kind.value,
        "files": len(files),
        "size": sum(one.size for one in files),
    }
    if made.kind is Kind.FILE:
        return row | {"digests": {ALGORITHM: files[0].digests[0]}}
    sizes = [one.size for one in files]
    lines = (
        (frame_text(made, frame), one.size, f"{ALGORITHM}:{one.digests[0]}")
        for frame, one in zip(made.frames, files, strict=True)
    )
    return row | {
        "padding": made.padding,
        "subframe_digits": made.subframe_digits,
        "frames": format_frames(made.frames, subframe_digits=made.subframe_digits),
        "sizes": sizes[0] if len(set(sizes)) == 1 else sizes,
        "digests": {ALGORITHM: [one.digests[0] for one in files]},
        "manifest": {ALGORITHM: manifest_hash(lines, ALGORITHM).partition(":")[2]},
    }
