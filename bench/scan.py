"""How fast Rushes scans, beside `find` and its peers, and how much memory that takes.

    .venv/bin/python bench/scan.py [--quick] [--large] [--rounds 5]

Whole processes, start-up included, warm cache, run in turn, medians. All Python is the one that
runs this. Prints Markdown; targets that are missed are marked, and the exit code is 0 all the
same. `--large` adds what takes a tree of five million files and one of ten million, of which most
are hard links; `--quick` measures a tenth of all that, good for a look only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import starmap
from pathlib import Path

from measure import RUSHES, Line, interleaved, machine, memory, output
from targets import Result, at_least, at_most, table, told
from tree import made

_MB = 1_000_000
_PEERS = Path(__file__).with_name("peers.py")
_GROUPING = Path(__file__).with_name("grouping.py")
_SLOWER = {"clique": 2, "fileseq": 4.5, "pyseq": 6}  # than a scan, at least so many times


@dataclass(slots=True)
class Bench:
    """One run of the measuring: where things lie, and what came out so far."""

    tree: Path
    large: Path | None
    huge: Path | None
    work: Path
    rounds: int
    results: list[Result] = field(default_factory=list)
    lines: dict[str, Line] = field(default_factory=dict)

    def scan(
        self,
        data: str,
        *flags: str,
        cores: int = 0,
        tree: Path | None = None,
        as_json: bool = True,
    ) -> Line:
        """`rushes scan` with a data folder of its own."""
        command = (*RUSHES, "scan", str(tree or self.tree), *flags, *["--json"][: int(as_json)])
        return Line(command, cores=cores, data=self.work / data)

    def measure(self, **lines: Line) -> Iterator[float]:
        """The medians of lines run in turn."""
        interleaved([*lines.values()], rounds=self.rounds)
        self.lines |= {name.replace("_", " "): line for name, line in lines.items()}
        return (line.median for line in lines.values())


def scans(bench: Bench) -> None:
    """A scan and a re-scan against `find` and the peers, on as many cores as are named."""
    full = ("--no-db", "--full")
    peers = {
        f"{name}{how.replace('--', ', ')}": Line(
            (sys.executable, str(_PEERS), name, str(bench.tree), *how.split()), cores=1
        )
        for how in ("", "--helped")
        for name in _SLOWER
    }
    printf = "%s %T@ %p\\n"
    find, one, two, again, *others = bench.measure(
        find=Line(("find", str(bench.tree), "-printf", printf), cores=1),
        scan_on_one_core=bench.scan("plain", *full, cores=1),
        scan_on_two=bench.scan("plain", *full, cores=2),
        unchanged_re_scan_on_one=bench.scan("plain", "--no-db", cores=1, as_json=False),
        **peers,
    )
    bench.results += [
        at_most("scan on one core, by `find`", one / find, 1.45),
        at_most("scan on two cores, by `find`", two / find, 0.8),
        at_most("unchanged re-scan on one core, by `find`", again / find, 0.2),
    ]
    for (name, limit), took in zip(_SLOWER.items(), others, strict=False):
        bench.results += [
            at_least(f"{name}, by a scan on one core", took / one, limit),
            at_least(f"{name}, by a scan on two", took / two, limit),
            told(
                f"{name}, helped, by a scan on one core",
                bench.lines[f"{name}, helped"].median / one,
            ),
        ]


def start_up(bench: Bench) -> None:
    """What small commands cost."""
    folder = bench.work / "frames"
    folder.mkdir()
    for frame in range(1001, 2001):
        (folder / f"plate_v001.{frame}.exr").touch()
    many = Bench(bench.tree, None, None, bench.work, rounds=4 * bench.rounds + 1, lines=bench.lines)
    nothing, shown, listed = many.measure(
        python_that_does_nothing=Line((sys.executable, "-c", "pass")),
        rushes_help=Line((*RUSHES, "--help"), data=bench.work / "plain"),
        rushes_ls_of_1000_files=Line((*RUSHES, "ls", str(folder)), data=bench.work / "plain"),
    )
    bench.results += [
        at_most("`rushes --help`, by `python -c pass`", shown / nothing, 8),
        at_most("`rushes ls` of 1,000 files, by `python -c pass`", listed / nothing, 10),
    ]


def database(bench: Bench) -> None:
    """A scan that is remembered, for the first time and again, against one that is not."""
    first, again = bench.work / "first", bench.work / "again"
    into_empty = bench.scan("first", "--full")
    into_empty.before = partial(_emptied, first, bench.work / "frames")
    try:
        without, anew, known = bench.measure(
            scan_without_database=bench.scan("again", "--no-db", "--full"),
            first_scan_with_database=into_empty,
            later_scan_with_database=bench.scan("again", "--full"),
        )
    finally:
        _stopped(first)
        _stopped(again)
    bench.results += [
        at_most("first scan with the database, by one without", anew / without, 1.6),
        at_most("later scan with the database, by one without", known / without, 1.6),
    ]


def cluster(bench: Bench) -> None:
    """Four Dask workers against four processes; the target holds for jobs over 5 s.

    So it takes ten million files, and is a look only on fewer.
    """
    tree = bench.huge or bench.tree
    processes, dask = bench.measure(
        scan_by_four_processes=bench.scan("large", "--no-db", "--full", "--workers=4", tree=tree),
        scan_by_four_Dask_workers=bench.scan(
            "large", "--no-db", "--full", "--cluster=local:4", tree=tree
        ),
    )
    bench.results.append(
        at_most(f"Dask, by processes, on a job of {processes:.1f} s", dask / processes, 1)
    )


def peaks(bench: Bench) -> None:
    """Memory of a scan of the tree, and of one ten times as large."""
    flags = ("--no-db", "--full")
    small = memory(bench.scan("plain", *flags))
    held = f"largest process {small.largest / _MB:.0f}"
    bench.results.append(
        at_most(f"memory ({held} MB), all together", small.together / _MB, 250, unit=" MB")
    )
    if bench.large:
        large = memory(bench.scan("large", *flags, tree=bench.large)).together
        what = f"memory with ten times the files ({large / _MB:.0f} MB), by that"
        bench.results.append(at_most(what, large / small.together, 2))


def names(bench: Bench) -> None:
    """Grouping alone, without listing and start-up."""
    given = (f"--tree={bench.tree}", f"--rounds={bench.rounds}")
    rates = json.loads(output((sys.executable, str(_GROUPING), "--json", *given)))
    million = " M names/s"
    bench.results += [
        at_least("grouping, names of the tree", rates.pop("the tree") / 1e6, 4, unit=million),
        *[told(f"grouping, {kind}", rate / 1e6, unit=million) for kind, rate in rates.items()],
    ]


def _emptied(data: Path, other: Path) -> None:
    """A running database that holds its tables, and one folder that is not measured."""
    if data.exists():
        _stopped(data)
        shutil.rmtree(data)
    Line((*RUSHES, "scan", str(other)), data=data).run()


def _stopped(data: Path) -> None:
    Line((*RUSHES, "db", "stop"), data=data).run()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--quick", action="store_true", help="measure a tenth of all that, good for a look only"
    )
    parser.add_argument(
        "--large",
        action="store_true",
        help="also measure a tree of five million files and one of ten million",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=5,
        metavar="N",
        help="run everything so often and take the median (default: %(default)s)",
    )
    parser.add_argument(
        "--at",
        type=Path,
        default=Path(tempfile.gettempdir()),
        metavar="DIR",
        help="the folder to make the trees in, kept for the next time (default: %(default)s)",
    )
    asked = parser.parse_args()
    files = 50_000 if asked.quick else 500_000
    tree = made(asked.at, files)
    large = made(asked.at, 10 * files) if asked.large else None
    huge = made(asked.at, 20 * files) if asked.large else None
    measured_on = machine(tree)
    with tempfile.TemporaryDirectory(prefix="rushes-bench-work-") as work:
        os.chmod(work, 0o711)  # the database may run as another user, who has to get there
        bench = Bench(tree, large, huge, Path(work), asked.rounds)
        for part in (scans, start_up, database, cluster, peaks, names):
            part(bench)
    print(f"{measured_on}\n\n{files:,} files, medians of {asked.rounds}.\n")
    print(table(("figure", "target", "result", ""), (one.cells() for one in bench.results)))
    print()
    print(table(("run", "cores", "median", "runs"), starmap(_seconds, bench.lines.items())))


def _seconds(name: str, line: Line) -> tuple[str, str, str, str]:
    runs = " ".join(f"{took:.3f}" for took in line.took[:5])
    return name, str(line.cores or "all"), f"{line.median:.3f} s", runs


if __name__ == "__main__":
    main()
