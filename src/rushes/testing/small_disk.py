"""A file system of a few KB that can be filled, for tests; only root can mount one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(place: Path, *, kilobytes: int) -> Iterator[Path]:
    """Such a one at `place` for the block. The test is skipped where nothing can be mounted."""
    place.mkdir(parents=True, exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=755", "tmpfs", str(place)]
    try:
        done = subprocess.run(words, capture_output=True, check=False).returncode
    except OSError:
        done = -1
    if done:
        pytest.skip("no file system can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def crowded(place: Path, *, left: int) -> Iterator[None]:
    """All but `left` bytes of the disk are taken for the block."""
    filler = place / ".filler"
    room = os.statvfs(place)
    filler.write_bytes(bytes(room.f_bavail * room.f_frsize - left))
    try:
        yield
    finally:
        filler.unlink()
