"""The tree that scans are measured on: a show of 1,000 shots, 4,000 sequences, 500,000 files.

    python bench/tree.py [FOLDER] [--files 500000]

Without FOLDER it lies in the folder for temporary files, named for its size. A tree that is
complete is used again. Frames are sparse: they have a size and take no room. Beyond a million
files the frames of a sequence are links to one file, so that inodes and time suffice; that is
for measuring memory, not speed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import sleep, time

PER_SHOT = 500  # files: 4 sequences of 124 frames, and 4 single files
SHOTS_PER_SEQUENCE = 20
FRAMES = range(1001, 1125)
LINKED_FROM = 1_000_000  # files; a larger tree is made of hard links
SETTLED_S = 3  # a scan keeps no stamp of folders changed less than 2 s ago
_COMPLETE = "complete-1"  # beside the show, not in it; the number is that of this layout


@dataclass(frozen=True)
class Strip:
    """A sequence to make: its folder in the shot, its names before the frame and after."""

    folder: str
    head: str
    tail: str
    size: int


def strips(shot: str) -> tuple[Strip, ...]:
    """The four sequences of a shot."""
    return (
        Strip("plates", f"{shot}_plate_bg_v001.", ".dpx", 12_746_752),
        Strip("render/v003", f"{shot}_lgt_beauty_v003.", ".exr", 8_400_000),
        Strip("render/v003", f"{shot}_lgt_crypto_v003.", ".exr", 2_100_000),
        Strip("comp/v002", f"{shot}_comp_v002.", ".exr", 9_300_000),
    )


def singles(shot: str) -> tuple[str, ...]:
    """The single files of a shot."""
    return (
        f"work/{shot}_comp_v001.nk",
        f"work/{shot}_comp_v002.nk",
        f"work/{shot}_lgt_v003.hip",
        f"comp/{shot}_comp_v002.mov",
    )


def shots(files: int) -> list[str]:
    """Shots as paths in the show: `sq010/sq010_0010`."""
    numbers = [divmod(at, SHOTS_PER_SEQUENCE) for at in range(files // PER_SHOT)]
    names = [(f"sq{10 + 10 * one:03d}", f"{10 + 10 * shot:04d}") for one, shot in numbers]
    return [f"{sequence}/{sequence}_{shot}" for sequence, shot in names]


def make_shot(show: Path, linked: bool, at_and_path: tuple[int, str]) -> None:
    """Make one shot. Every 20th lacks a middle frame, so that missing frames are looked for."""
    at, path = at_and_path
    home = show / path
    for folder in ("plates", "render/v003", "comp/v002", "work"):
        (home / folder).mkdir(parents=True)
    for which, strip in enumerate(strips(home.name)):
        frames = [frame for frame in FRAMES if at % 20 or which != 3 or frame != 1050]
        _make_frames(f"{home}/{strip.folder}/{strip.head}", frames, strip, linked=linked)
    extra = [] if at % 20 else [f"comp/{home.name}_slate.png"]  # so that every shot has 500 files
    for single in (*singles(home.name), *extra):
        _make_file(f"{home}/{single}", 40_000)


def _make_frames(stem: str, frames: list[int], strip: Strip, *, linked: bool) -> None:
    first = f"{stem}{frames[0]}{strip.tail}"
    _make_file(first, strip.size)
    for frame in frames[1:]:
        if linked:
            os.link(first, f"{stem}{frame}{strip.tail}")
        else:
            _make_file(f"{stem}{frame}{strip.tail}", strip.size + frame % 7 * 1024)


def _make_file(path: str, size: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    os.ftruncate(descriptor, size)
    os.close(descriptor)


def tree(files: int, *, at: Path | None = None) -> Path:
    """The show with that many files, made unless it is there. Waits until it has settled."""
    home = at or Path(tempfile.gettempdir()) / f"rushes-bench-{files}"
    show, complete = home / "nova", home / _COMPLETE
    if not complete.exists():
        if home.exists() and any(home.iterdir()):
            raise SystemExit(f"{home} holds something else, or an unfinished tree: remove it.")
        print(f"making {files:,} files in {show}", file=sys.stderr)
        show.mkdir(parents=True)
        work = list(enumerate(shots(files)))
        make = partial(make_shot, show, files > LINKED_FROM)
        with ProcessPoolExecutor() as pool:
            for _ in pool.map(make, work, chunksize=20):
                pass
        complete.touch()
    sleep(max(0.0, complete.stat().st_mtime + SETTLED_S - time()))
    return show


def sequences(files: int) -> Iterator[str]:
    """The patterns that a scan must find in a tree of that many files."""
    for path in shots(files):
        for strip in strips(path.rpartition("/")[2]):
            yield f"{path}/{strip.folder}/{strip.head}%04d{strip.tail}"


def main() -> None:
    """Make the tree and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--files", type=int, default=500_000)
    asked = parser.parse_args()
    print(tree(asked.files, at=asked.folder))


if __name__ == "__main__":
    main()
