"""A rebuild in a process of its own: the folder of the project, and a file with a pickled plan."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from rushes.publish.usd import rebuild


def main(args: list[str]) -> int:
    root, top, plan = args
    done = rebuild(lambda: pickle.loads(Path(plan).read_bytes()), root=Path(root), top=Path(top))
    sys.stdout.write(f"{len(done.written)}\n")
    return 0
