"""How fast Rushes reads the headers of OpenEXR files, beside the libraries and their programs.

    .venv/bin/python bench/exr.py [--quick] [--rounds 7] [--stats] [--catalog]

Files as studios have them are made on the fly: headers, offset tables, and chunks with nothing in
them. Each way has a process of its own, on one core, with a warm cache, in turn; what libraries
take to load is not counted, but for whole programs. Prints Markdown; targets that are missed are
marked, and the exit code is 0 all the same. `--stats` and `--catalog` add what bench/exr_stats.py
says of pixels and bench/exr_catalog.py of the database; `--quick` takes a tenth of the files.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import which
from time import perf_counter

import exr_files
from measure import RUSHES, Line, environment, interleaved, machine, output
from targets import Result, at_least, at_most, table

_HERE = Path(__file__).parent
_READERS = _HERE / "exr_readers.py"
_AT_ONCE = 500  # files that one program is given
_FASTER = {"OpenImageIO": 1.3, "OpenEXR": 1.2, "exrheader": 1.5}
_OIIOTOOL, _FEW = 40, 100
_TWO, _INFO = 1.8, 10

Way = Callable[[Path], float]  # seconds for the files of a list


@dataclass(frozen=True, slots=True)
class Bench:
    """Lists of files by kind, and how often each way is measured."""

    lists: Mapping[str, Path]
    whole: Path
    count: int
    rounds: int


def headers(bench: Bench) -> tuple[list[Result], list[tuple[str, ...]]]:
    """Headers to JSON, each kind of file by itself, and all of them together."""
    ways: dict[str, Way] = {name: partial(_read, name) for name in ("rushes", "OpenImageIO")}
    ways["OpenEXR"] = partial(_read, "OpenEXR")
    if which("exrheader"):
        ways["exrheader"] = partial(_run, ["exrheader"])
    took = {kind: _medians(ways, paths, bench.rounds) for kind, paths in bench.lists.items()}
    sums = {name: sum(one[name] for one in took.values()) for name in ways}
    results = [
        at_least(f"{name}, by Rushes", sums[name] / sums["rushes"], least)
        for name, least in _FASTER.items()
        if name in sums
    ]
    rows = []
    for kind, one in [*took.items(), ("all", sums)]:
        count = bench.count if kind == "all" else len(bench.lists[kind].read_text().splitlines())
        cells = [f"{1e6 * one[name] / count:.0f} µs" for name in ways]
        rows.append((kind, f"{count:,}", *cells))
        if kind != "all":
            ratios = ", ".join(
                f"{name} {one[name] / one['rushes']:.2f}×" for name in ways if name != "rushes"
            )
            results.append(Result(f"{kind}, by Rushes", "", ratios, None))
    return results, [("files of", "", *ways), *rows]


def programs(bench: Bench, work: Path) -> list[Result]:
    """`oiiotool`, on some of the files, since it takes long; two processes; one file for people."""
    few = work / "few.list"
    every = bench.whole.read_text().splitlines()
    few.write_text("\n".join(every[:: max(1, len(every) // _FEW)]))
    share = len(every) / len(few.read_text().splitlines())
    tool = Path(sys.executable).with_name("oiiotool")
    verbose = [str(tool), "--info", "-v"]
    slow = share * _medians({"": partial(_run, verbose)}, few, min(3, bench.rounds))[""]
    split = {"one": partial(_shared, work, 1), "two": partial(_shared, work, 2)}
    both = _medians(split, bench.whole, bench.rounds)
    results = [
        at_least("`oiiotool --info -v` of some files, by Rushes", slow / both["one"], _OIIOTOOL),
        at_least("two processes, by one", both["one"] / both["two"], _TWO),
    ]
    one = Line((*RUSHES, "exr", "info", every[0]), data=work / "data")
    nothing = Line((sys.executable, "-c", "pass"))
    interleaved([nothing, one], rounds=4 * bench.rounds + 1)
    what = "`rushes exr info` of one file, start to end, by `python -c pass`"
    return [*results, at_most(what, one.median / nothing.median, _INFO)]


def _medians(ways: Mapping[str, Way], paths: Path, rounds: int) -> dict[str, float]:
    """Median seconds of each way, all run in turn."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            _warm(paths)
            took[name].append(way(paths))
    return {name: statistics.median(some) for name, some in took.items()}


def _warm(paths: Path) -> None:
    for path in paths.read_text().splitlines():
        Path(path).read_bytes()


def _read(way: str, paths: Path) -> float:
    with _core(0):
        return float(output((sys.executable, str(_READERS), way, str(paths))).split()[0])


def _run(command: list[str], paths: Path) -> float:
    """A program that is given many files at once, start-up included."""
    names = paths.read_text().splitlines()
    began = perf_counter()
    with _core(0):
        for at in range(0, len(names), _AT_ONCE):
            given = [*command, *names[at : at + _AT_ONCE]]
            subprocess.run(given, check=True, stdout=subprocess.DEVNULL, env=environment(None))
    return perf_counter() - began


def _shared(work: Path, processes: int, paths: Path) -> float:
    """As long as the slower one of so many processes took, each with its share of the files."""
    names = paths.read_text().splitlines()
    running = []
    for number in range(processes):
        share = work / f"share{number}.list"
        # Whole sequences stay together, as a scan would hand them out.
        blocks = [names[at : at + _FEW] for at in range(0, len(names), _FEW)]
        share.write_text("\n".join(name for one in blocks[number::processes] for name in one))
        command = (sys.executable, str(_READERS), "rushes", str(share))
        with _core(number):
            running.append(
                subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(None))
            )
    return max(float(one.communicate()[0].split()[0]) for one in running)


class _core:  # noqa: N801 (it reads as a function does)
    """Processes that are started meanwhile run on this core."""

    def __init__(self, number: int) -> None:
        self._all = os.sched_getaffinity(0)
        self._one = sorted(self._all)[number % len(self._all)]

    def __enter__(self) -> None:
        os.sched_setaffinity(0, {self._one})

    def __exit__(self, *_: object) -> None:
        os.sched_setaffinity(0, self._all)


def _lists(work: Path, kinds: Mapping[str, Iterable[str]]) -> dict[str, Path]:
    made = {}
    for kind, paths in kinds.items():
        made[kind] = work / f"{kind.replace(' ', '_')}.list"
        made[kind].write_text("\n".join(paths))
    return made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--stats", action="store_true")
    parser.add_argument("--catalog", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rushes-bench-exr-") as made:
        work = Path(made)
        measured_on = machine(work)
        (work / "files").mkdir()
        kinds = exr_files.made(work / "files", shrink=10 if asked.quick else 1)
        every = [path for paths in kinds.values() for path in paths]
        (whole,) = _lists(work, {"all": every}).values()
        bench = Bench(_lists(work, kinds), whole, len(every), asked.rounds)
        results, (heads, *rows) = headers(bench)
        results += programs(bench, work)
    print(f"{measured_on}\n\n{len(every):,} files, medians of {asked.rounds}.\n")
    print(table(("figure", "target", "result", ""), (one.cells() for one in results)))
    print()
    print(table(heads, rows))
    for wanted, name in ((asked.stats, "exr_stats.py"), (asked.catalog, "exr_catalog.py")):
        if wanted:
            print(f"\n{output((sys.executable, str(_HERE / name)))}")


if __name__ == "__main__":
    main()
