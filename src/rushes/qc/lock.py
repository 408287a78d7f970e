"""One writer of records per folder."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from rushes.core.escape import escape
from rushes.core.lock import Words, held
from rushes.qc.places import LOCK


def folder_lock(folder: Path, *, wait_s: float = 60.0) -> AbstractContextManager[None]:
    """Hold the lock of `folder` for the length of the block; see `core.lock.held`."""
    elsewhere = "--sidecar-root DIR"
    words = Words(
        taken=f"Another run has been writing records of {escape(str(folder))} for too long.",
        closed=f"Keep records elsewhere with {elsewhere}, or ask for the permission.",
        without="Mount it with locking (for NFS 3 that needs lockd), or keep records elsewhere with"
        f" {elsewhere}.",
    )
    return held(folder / LOCK, wait_s=wait_s, words=words)
