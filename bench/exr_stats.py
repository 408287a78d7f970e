"""How fast Rushes counts the pixels of OpenEXR files, beside the libraries, and in what memory.

    .venv/bin/python bench/exr_stats.py [--quick] [--rounds 7]

4K half RGBA with grain, one thread on one core, warm cache, run in turn, medians. OpenEXR only
decodes; OpenImageIO's computePixelStats counts. Memory is what a fresh process that has loaded
the libraries takes more at its peak. Prints Markdown; targets that are missed are marked, and the
exit code is 0 all the same. `--quick` takes a quarter of the lines, good for a look only.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics as middle
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from measure import machine, output
from targets import Result, at_least, at_most, table, told

from rushes.inspection.pixels.statistics import statistics

_WIDTH, _HEIGHT = 4096, 2160
_MB = 1_000_000
_FASTER = {"ZIP": 2.2, "tiled ZIP": 2.0, "DWAA": 1.8, "PIZ": 1.4, "DWAB": 0.0, "none": 0.0}
_BY_DECODING, _MEMORY_MB = 1.8, 16
_SPREAD, _SPREAD_ERROR = 0.5, 1e-9


def _ours(path: str) -> None:
    statistics(Path(path))


def _decoding(path: str) -> None:
    import OpenEXR

    OpenEXR.File(path, separate_channels=True)


def _counting(path: str) -> None:
    import OpenImageIO

    OpenImageIO.ImageBufAlgo.computePixelStats(OpenImageIO.ImageBuf(path), nthreads=1)


_WAYS: dict[str, Callable[[str], None]] = {
    "Rushes": _ours,
    "OpenEXR": _decoding,
    "OpenImageIO": _counting,
}


def images(folder: Path, height: int) -> dict[str, Path]:
    """The same picture in every way of storing it that is measured."""
    import numpy as np
    import OpenEXR

    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:height, 0:_WIDTH].astype(np.float32)
    light = np.exp(2 * np.sin(x / 300) * np.cos(y / 200)) + 0.3 * np.sin(x / 17) * np.sin(y / 23)
    channels = {
        name: (light * tint + rng.normal(0, 0.01, light.shape)).astype(np.float16)
        for name, tint in zip("RGB", (0.4, 0.7, 1.0), strict=True)
    }
    channels["A"] = np.clip(light, 0, 1).astype(np.float16)
    tile = OpenEXR.TileDescription()
    tile.xSize = tile.ySize = 64
    made: dict[str, Path] = {}
    for name in _FASTER:
        word = {"none": "NO", "tiled ZIP": "ZIP"}.get(name, name)
        header = {"compression": getattr(OpenEXR, f"{word}_COMPRESSION")}
        if name.startswith("tiled"):
            header |= {"type": OpenEXR.tiledimage, "tiles": tile}
        else:
            header["type"] = OpenEXR.scanlineimage
        made[name] = folder / f"{name.replace(' ', '_')}.exr"
        OpenEXR.File(header, channels).write(str(made[name]))
    return made


def times(path: Path, rounds: int) -> dict[str, float]:
    """Median seconds of each way, run in turn after one run for nothing."""
    took: dict[str, list[float]] = {name: [] for name in _WAYS}
    for round_ in range(rounds + 1):
        for name, way in _WAYS.items():
            began = perf_counter()
            way(str(path))
            if round_:
                took[name].append(perf_counter() - began)
    return {name: middle.median(some) for name, some in took.items()}


def spread(folder: Path) -> float:
    """How far off the spread of floats with a mean of a million is, as a part of it."""
    import numpy as np
    import OpenEXR

    values = np.random.default_rng(2).normal(1e6, _SPREAD, (1080, 1920)).astype(np.float32)
    path = folder / "depth.exr"
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, {"Z": values}).write(str(path))
    found = statistics(path).parts[0].channels[0].stddev or 0.0
    exact = float(values.astype(np.longdouble).std())
    return abs(found - exact) / exact


def peak(way: str, path: Path) -> float:
    """Bytes that a process of its own takes at its peak, more than after loading the libraries."""
    return float(output((sys.executable, __file__, "--one", way, str(path))))


def _one(way: str, path: str) -> None:
    import numpy as np
    import OpenEXR

    assert np.zeros(1).size
    assert OpenEXR.__version__
    _one_thread()
    before = _status("VmRSS")
    _WAYS[way](path)
    print(_status("VmHWM") - before)


def _status(name: str) -> int:
    rows = Path("/proc/self/status").read_text().splitlines()
    return next(int(row.split()[1]) * 1024 for row in rows if row.startswith(name))


def _one_thread() -> None:
    import OpenImageIO

    OpenImageIO.attribute("threads", 1)
    OpenImageIO.attribute("exr_threads", -1)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        _one(*asked.one)
        return
    height = _HEIGHT // 4 if asked.quick else _HEIGHT
    results: list[Result] = []
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory(prefix="rushes-bench-pixels-") as work:
        measured_on = machine(Path(work))
        made = images(Path(work), height)
        memory = {name: {way: peak(way, made[name]) for way in _WAYS} for name in made}
        _one_thread()
        seconds = {name: times(path, asked.rounds) for name, path in made.items()}
        error = spread(Path(work))
    for name, took in seconds.items():
        results += _results(name, took, memory[name])
        cells = [f"{took[way]:.3f} s, {memory[name][way] / _MB:.0f} MB" for way in _WAYS]
        rows.append((name, *cells))
    results.append(
        at_most("error of a spread of 0.5 about a million, by 1e-9", error / _SPREAD_ERROR, 1)
    )
    if asked.json:
        print(json.dumps({"seconds": seconds, "memory": memory, "error": error}))
        return
    print(f"{measured_on}\n\n{_WIDTH} × {height} half RGBA, medians of {asked.rounds}.\n")
    print(table(("figure", "target", "result", ""), (one.cells() for one in results)))
    print()
    print(table(("stored as", *_WAYS), rows))


def _results(name: str, took: dict[str, float], memory: dict[str, float]) -> list[Result]:
    faster, by = took["OpenImageIO"] / took["Rushes"], took["Rushes"] / took["OpenEXR"]
    megabytes = memory["Rushes"] / _MB
    what = (f"{name}: computePixelStats, by Rushes", f"{name}: Rushes, by decoding alone")
    if not _FASTER[name]:
        return [
            told(what[0], faster),
            told(what[1], by),
            told(f"{name}: memory", megabytes, unit=" MB"),
        ]
    return [
        at_least(what[0], faster, _FASTER[name]),
        at_most(what[1], by, _BY_DECODING),
        at_most(f"{name}: memory", megabytes, _MEMORY_MB, unit=" MB"),
    ]


if __name__ == "__main__":
    main()
