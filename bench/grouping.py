"""How fast names are grouped: Rushes beside fileseq, clique and pyseq, in one run.

    python bench/grouping.py [--folders 400] [--rounds 5] [--tree FOLDER] [--json]

Prints names per second (the median round) and how many times faster Rushes is. Slow peers get
fewer folders, so that the run stays short; rates are per name. Start-up and listing of folders
are not in it, and garbage collection is off, as in a scan. `--tree` adds the names below FOLDER,
with `--json` for Rushes alone.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import statistics
from collections.abc import Callable, Sequence
from time import perf_counter

import clique
import fileseq
import pyseq

from rushes.frames.group import Rules, group

Folder = list[str]
RULES = Rules()


def folders(count: int, *, seed: int = 7) -> dict[str, list[Folder]]:
    """Folders as shows have them, in the order a file system lists them: any."""
    mixer = random.Random(seed)

    def mixed(names: Folder) -> Folder:
        mixer.shuffle(names)
        return names

    frames = range(1001, 1101)
    passes = ("beauty", "diffuse", "spec", "depth")
    shots = [f"sh{number:04d}" for number in range(10, 10 + 10 * count, 10)]
    return {
        "one sequence of 100 frames": [
            mixed([f"{shot}_comp_v002.{frame}.exr" for frame in frames]) for shot in shots
        ],
        "one of 60": [
            mixed([f"{shot}_plate_v001.{frame:04d}.dpx" for frame in frames[:60]]) for shot in shots
        ],
        "100 frames, one lost": [
            mixed([f"{shot}_comp_v002.{frame}.exr" for frame in frames if frame != 1050])
            for shot in shots
        ],
        "4 passes of 100": [
            mixed([f"{shot}_{one}_v002.{frame}.exr" for frame in frames for one in passes])
            for shot in shots[: count // 4]
        ],
        "not padded, 8 to 107": [
            mixed([f"{shot}_sim.{frame}.bgeo.sc" for frame in range(8, 108)]) for shot in shots
        ],
        "single files": [
            mixed([f"{shot}_{what}_v{version:03d}.nk" for what in passes for version in (1, 2, 3)])
            for shot in shots
        ],
    }


def _by_rushes(names: Sequence[str]) -> object:
    return group(names, RULES)


def _by_fileseq(names: Sequence[str]) -> object:
    return fileseq.findSequencesInList(names)


def _by_clique(names: Sequence[str]) -> object:
    return clique.assemble(names, patterns=[clique.PATTERNS["frames"]])


def _by_clique_default(names: Sequence[str]) -> object:
    return clique.assemble(names)


def _by_pyseq(names: Sequence[str]) -> object:
    return pyseq.get_sequences(list(names))


PEERS: dict[str, tuple[Callable[[Sequence[str]], object], int]] = {  # and how many folders it gets
    "rushes": (_by_rushes, 1_000_000),
    "clique, frames pattern": (_by_clique, 40),
    "clique, as it comes": (_by_clique_default, 4),
    "fileseq": (_by_fileseq, 40),
    "pyseq": (_by_pyseq, 10),
}


def rate(work: Callable[[Sequence[str]], object], given: Sequence[Folder], *, rounds: int) -> float:
    """Names per second, the median of `rounds`."""
    names = sum(map(len, given))
    work(given[0])
    rates = []
    for _ in range(rounds):
        gc.collect()
        gc.disable()  # for all of them, as a scan does
        began = perf_counter()
        for one in given:
            work(one)
        rates.append(names / (perf_counter() - began))
        gc.enable()
    return statistics.median(rates)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folders", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tree", help="group the names below this folder, too")
    parser.add_argument("--json", action="store_true", help="names/s of Rushes alone, by kind")
    asked = parser.parse_args()
    if asked.json:
        kinds = folders(asked.folders)
        if asked.tree:
            kinds["the tree"] = [found for _, _, found in os.walk(asked.tree) if found]
        rates = {
            kind: rate(_by_rushes, given, rounds=asked.rounds) for kind, given in kinds.items()
        }
        print(json.dumps(rates))
        return
    for kind, given in folders(asked.folders).items():
        per_folder = len(given[0])
        print(f"{kind} ({per_folder} names a folder)")
        ours = 0.0
        for name, (work, most) in PEERS.items():
            found = rate(work, given[:most], rounds=asked.rounds)
            ours = ours or found
            times = "" if name == "rushes" else f"   rushes is {ours / found:,.1f} times as fast"
            each = per_folder / found * 1e6
            print(f"  {name:24}{found / 1e6:9.3f} M names/s{each:12.1f} µs a folder{times}")


if __name__ == "__main__":
    main()
