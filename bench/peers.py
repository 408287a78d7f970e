"""The work of a scan done with clique, fileseq or pyseq, as well as each of them allows.

    python bench/peers.py clique FOLDER [--helped] > found.json

One process that walks FOLDER, asks every file for its size and time, groups the names of each
folder, and prints frames, missing frames, bytes and times of every file sequence and single file
as JSON. None of the three walks and asks by itself, so that is done as scripts do it
(`os.walk` and `os.stat`); `--helped` gives them the walk that Rushes has (`os.scandir`, garbage
collection off) instead, so that nothing but the grouping and what it hands over differs.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

Row = dict[str, Any]
Stats = Mapping[str, os.stat_result]


def as_usual(root: str) -> Iterator[tuple[str, dict[str, os.stat_result]]]:
    """Every folder below `root` with its files."""
    for folder, _, names in os.walk(root):
        if names:
            yield folder, {name: os.stat(os.path.join(folder, name)) for name in names}


def helped(root: str) -> Iterator[tuple[str, dict[str, os.stat_result]]]:
    """The same, as quickly as Python allows."""
    gc.disable()
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        files = {}
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    files[entry.name] = entry.stat()
        if files:
            yield folder, files


def row(path: str, names: Sequence[str], stats: Stats, *, frames: str, missing: str) -> Row:
    """One file sequence as it is printed, with what a scan by Rushes tells of it."""
    own = [stats[name] for name in names]
    sizes, times = [one.st_size for one in own], [one.st_mtime_ns for one in own]
    sums = f"{frames} {len(own)} {sum(sizes)} {sum(times)}"
    return {
        "path": path,
        "frames": frames,
        "missing": missing,
        "files": len(own),
        "bytes": sum(sizes),
        "allocated": 512 * sum([one.st_blocks for one in own]),
        "smallest": min(sizes),
        "largest": max(sizes),
        "oldest": min(times),
        "newest": max(times),
        "fingerprint": blake2b(sums.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest(),
    }


def by_clique(folder: str, stats: Stats) -> Iterator[Row]:
    """With one pattern, which is its quick way: as it comes it is fifty times slower."""
    import clique

    found, rest = clique.assemble(stats, patterns=[clique.PATTERNS["frames"]], minimum_items=1)
    for one in found:
        holes = "" if one.is_contiguous() else one.holes().format("{ranges}")
        path = f"{folder}/{one.format('{head}{padding}{tail}')}"
        yield row(path, list(one), stats, frames=one.format("{ranges}"), missing=holes)
    for name in rest:
        yield row(f"{folder}/{name}", [name], stats, frames="", missing="")


def by_fileseq(folder: str, stats: Stats) -> Iterator[Row]:
    """By `findSequencesInList`, which is what its search on disk calls."""
    import fileseq

    for one in fileseq.findSequencesInList(list(stats)):
        frames = one.frameSet()
        names = [str(name) for name in one] if frames else [str(one)]
        missing = one.invertedFrameRange() if frames else ""
        shown = one.frameRange() if frames else ""
        yield row(f"{folder}/{one}", names, stats, frames=shown, missing=missing)


def by_pyseq(folder: str, stats: Stats) -> Iterator[Row]:
    """By `get_sequences` of the names."""
    import pyseq

    for one in pyseq.get_sequences(list(stats)):
        several = len(one) > 1
        names = [item.name for item in one]
        missing = one.format("%M") if several else ""
        shown = one.format("%R") if several else ""
        path = one.format("%h%p%t") if several else names[0]
        yield row(f"{folder}/{path}", names, stats, frames=shown, missing=missing)


PEERS: dict[str, Callable[[str, Stats], Iterator[Row]]] = {
    "clique": by_clique,
    "fileseq": by_fileseq,
    "pyseq": by_pyseq,
}


def main() -> None:
    """Scan the folder with the peer, both from the command line."""
    peer, root, *how = sys.argv[1:]
    walk = helped if how == ["--helped"] else as_usual
    found = [row for folder, stats in walk(root) for row in PEERS[peer](folder, stats)]
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
