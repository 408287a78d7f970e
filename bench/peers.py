"""The work of a scan done with clique, fileseq or pyseq, as well as each of them allows.

    python bench/peers.py clique FOLDER [--helped] > found.json

One process that walks FOLDER, groups each folder, asks every file for its size and time, and prints
frames, missing frames, bytes and times of every file sequence and single file as JSON. Each peer
lists folders by its own function where it has one, `os.walk` leads from folder to folder, and
`os.stat` asks, as scripts do it. `--helped` gives them the walk that Rushes has instead
(`os.scandir`, garbage collection off) and only names to group, so that nothing but the grouping
and what it hands over differs.
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
Stats = Mapping[str, os.stat_result] | None  # None: the peer lists the folder itself


def as_usual(root: str, *, listing: bool) -> Iterator[tuple[str, Stats]]:
    """Every folder below `root` that has files, with those where the peer needs a `listing`."""
    for folder, _, names in os.walk(root):
        if names and listing:
            yield folder, {name: os.stat(os.path.join(folder, name)) for name in names}
        elif names:
            yield folder, None


def helped(root: str) -> Iterator[tuple[str, Stats]]:
    """The same with its files, as quickly as Python allows."""
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


def row(path: str, own: Sequence[os.stat_result], *, frames: str, missing: str) -> Row:
    """One file sequence as it is printed, with what a scan by Rushes tells of it."""
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

    assert stats is not None, "it lists no folders"
    found, rest = clique.assemble(stats, patterns=[clique.PATTERNS["frames"]], minimum_items=1)
    for one in found:
        holes = "" if one.is_contiguous() else one.holes().format("{ranges}")
        path = f"{folder}/{one.format('{head}{padding}{tail}')}"
        own = [stats[name] for name in one]
        yield row(path, own, frames=one.format("{ranges}"), missing=holes)
    for name in rest:
        yield row(f"{folder}/{name}", [stats[name]], frames="", missing="")


def by_fileseq(folder: str, stats: Stats) -> Iterator[Row]:
    """By `findSequencesOnDisk`; helped, by `findSequencesInList`."""
    import fileseq

    on_disk = stats is None
    for one in (
        fileseq.findSequencesOnDisk(folder) if on_disk else fileseq.findSequencesInList(stats)
    ):
        frames = one.frameSet()
        names = [str(name) for name in one] if frames else [str(one)]
        own = [os.stat(name) if stats is None else stats[name] for name in names]
        missing = one.invertedFrameRange() if frames else ""
        path = str(one) if on_disk else f"{folder}/{one}"
        yield row(path, own, frames=one.frameRange() if frames else "", missing=missing)


def by_pyseq(folder: str, stats: Stats) -> Iterator[Row]:
    """By `get_sequences`, of the folder or, helped, of the names."""
    import pyseq

    for one in pyseq.get_sequences(folder if stats is None else list(stats)):
        several = len(one) > 1
        own = [item.stat if stats is None else stats[item.name] for item in one]
        missing = one.format("%M") if several else ""
        shown = one.format("%R") if several else ""
        path = one.format("%h%p%t") if several else one[0].name
        yield row(f"{folder}/{path}", own, frames=shown, missing=missing)


PEERS: dict[str, Callable[[str, Stats], Iterator[Row]]] = {
    "clique": by_clique,
    "fileseq": by_fileseq,
    "pyseq": by_pyseq,
}


def main() -> None:
    """Scan the folder with the peer, both from the command line."""
    peer, root, *how = sys.argv[1:]
    walk = helped(root) if how == ["--helped"] else as_usual(root, listing=peer == "clique")
    found = [row for folder, stats in walk for row in PEERS[peer](folder, stats)]
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
