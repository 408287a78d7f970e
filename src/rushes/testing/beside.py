"""The processes that run beside the server, for as long as a test needs them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_S = 90.0


@contextmanager
def beside(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Python with these arguments (`-m rushes.worker`) for the block; ended afterwards."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        bufsize=0,  # a line that was read with the one before it would not be seen to be there
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=PATIENCE_S)


@contextmanager
def working() -> Iterator[subprocess.Popen[bytes]]:
    """The worker for the block."""
    with beside("-m", "rushes.worker") as process:
        yield process
