"""Makes the tree that scans are measured on: half a million tiny files, named as a show has them.

    python bench/tree.py [--files 500000] [--at FOLDER]

Eight folders a shot, four file sequences of about 124 frames in each shot, and a few single
files; one sequence in fifty has lost a frame. A file holds a few hundred bytes, a little more or
fewer than the one before. The same number of files is the same tree (dates excepted); one that is
complete is used again, one that is not is made anew. From a million files on, the frames of a
sequence are links to its first, so that it takes little room on the disk.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter, sleep, time

FILES_PER_SHOT = 500
SHOTS_PER_SEQUENCE = 25
FRAMES = 124  # of a shot, on average
LINKED_FROM = 1_000_000
SETTLED_S = 3  # a scan keeps no stamp of a folder changed less than 2 s ago
_LONGEST = 40  # how many frames longer or shorter than that a shot may be
_LOST = 50  # one sequence in so many lacks a frame
_BYTES = b"\x76\x2f\x31\x01" + bytes(range(256)) * 3
_FRAMES_IN = (
    ("plates/bg01_v001", "bg01_v001", "dpx"),
    ("renders/beauty_v003", "beauty_v003", "exr"),
    ("renders/crypto_v003", "crypto_v003", "exr"),
    ("comp", "comp_v012", "exr"),
)


@dataclass(frozen=True, slots=True)
class Shot:
    """One shot: its folder below the tree, its name, and how many frames it ought to have."""

    folder: str
    name: str
    frames: int
    seed: int

    def strips(self) -> Iterator[tuple[str, list[str]]]:
        """Folder and names of each of its sequences, then of its workfiles."""
        mixer = random.Random(self.seed)
        lost = 0
        for folder, what, tail in _FRAMES_IN:
            frames = [*range(1001, 1001 + self.frames)]
            if not mixer.randrange(_LOST):
                lost += 1
                del frames[mixer.randrange(1, self.frames - 1)]
            yield folder, [f"{self.name}_{what}.{frame:04d}.{tail}" for frame in frames]
        versions = FILES_PER_SHOT - 4 * FRAMES + lost
        yield "work", [f"{self.name}_comp_v{one:03d}.nk" for one in range(1, versions + 1)]


def shots(count: int) -> Iterator[Shot]:
    """As many shots, in pairs of which one is as much longer as the other is shorter."""
    mixer = random.Random(2)
    longer = 0
    for number in range(count):
        longer = -longer if number % 2 else mixer.randint(-_LONGEST, _LONGEST)
        sequence = f"sq{10 * (number // SHOTS_PER_SEQUENCE + 1):04d}"
        name = f"{sequence}_sh{10 * (number % SHOTS_PER_SEQUENCE + 1):04d}"
        yield Shot(f"hero/{sequence}/{name}", name, FRAMES + longer, number)


def made(at: Path, files: int) -> Path:
    """The folder of a complete tree below `at`, made now if it is not there."""
    whole = at / f"rushes-bench-{files}"
    tree, done = whole / "shows", whole / "complete"
    if not done.exists():
        shutil.rmtree(whole, ignore_errors=True)
        tree.mkdir(parents=True)
        fill = partial(_fill, tree, linked=files >= LINKED_FROM)
        with ProcessPoolExecutor() as pool:
            count = sum(pool.map(fill, shots(files // FILES_PER_SHOT), chunksize=25))
        os.sync()  # what is still being written would be measured, too
        done.write_text(f"{count}\n")
    sleep(max(0.0, done.stat().st_mtime + SETTLED_S - time()))
    return tree


def _fill(tree: Path, shot: Shot, *, linked: bool) -> int:
    sizes = random.Random(shot.seed)
    count = 0
    for folder, names in shot.strips():
        above = tree / shot.folder / folder
        above.mkdir(parents=True)
        for name in names:
            if linked and name is not names[0]:
                os.link(f"{above}/{names[0]}", f"{above}/{name}")
                continue
            with open(f"{above}/{name}", "wb", buffering=0) as file:
                file.write(_BYTES[: 400 + sizes.randrange(240)])
        count += len(names)
    return count


def main() -> None:
    """Make the tree and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=500_000)
    parser.add_argument("--at", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    began = perf_counter()
    tree = made(asked.at, asked.files)
    print(f"{tree} ({perf_counter() - began:.0f} s)")


if __name__ == "__main__":
    main()
