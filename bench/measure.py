"""Runs whole processes and tells how long they took and how much memory they held."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep

import psutil

SRC = Path(__file__).resolve().parent.parent / "src"
_SAMPLE_S = 0.02
# What the installed command does. The interpreter is the one that runs the measuring.
RUSHES = (sys.executable, "-c", "from rushes.cli.main import main; main()")


def _nothing() -> None:
    """What most programs need before they begin."""


@dataclass(slots=True)
class Line:
    """One program to be measured, and the seconds of each of its runs.

    `cores` is how many it may run on, 0 for all. `before` is done, unmeasured, ahead of each run.
    """

    command: Sequence[str]
    cores: int = 0
    data: Path | None = None
    before: Callable[[], None] = _nothing
    took: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle one of its runs, in seconds."""
        return statistics.median(self.took)

    def run(self) -> float:
        """Run it once; seconds from start to end, not kept. Raises when it fails."""
        self.before()
        began = perf_counter()
        process = self.start()
        code = process.wait()
        took = perf_counter() - began
        if code:
            raise SystemExit(f"exit code {code}: {' '.join(self.command)}")
        return took

    def start(self) -> subprocess.Popen[bytes]:
        """Begin it on its cores, its output going nowhere."""
        all_cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, sorted(all_cores)[: self.cores] if self.cores else all_cores)
        try:
            return subprocess.Popen(
                self.command, stdout=subprocess.DEVNULL, env=environment(self.data)
            )
        finally:
            os.sched_setaffinity(0, all_cores)


def environment(data: Path | None) -> Mapping[str, str]:
    """This one, such that Python keeps bytecode and buffers as usual, and no setting leaks in."""
    dropped = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in dropped and not name.startswith("RUSHES_")
    }
    above = kept.get("PYTHONPATH")
    kept["PYTHONPATH"] = f"{SRC}{os.pathsep}{above}" if above else str(SRC)
    if data is not None:
        kept["RUSHES_DATA_DIR"] = str(data)
    return kept


def output(command: Sequence[str]) -> str:
    """What a program prints, in the same environment as what is measured."""
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env=environment(None)
    ).stdout


def interleaved(lines: Sequence[Line], *, rounds: int) -> None:
    """Run each once for nothing, then all of them in turn, `rounds` times over."""
    for line in lines:
        line.run()
    for _ in range(rounds):
        for line in lines:
            line.took.append(line.run())


@dataclass(frozen=True, slots=True)
class Memory:
    """Peaks in bytes: of the largest process, and of all together, what they share counted once."""

    largest: int
    together: int


def memory(line: Line) -> Memory:
    """The memory of one run."""
    line.before()
    process = line.start()
    top = psutil.Process(process.pid)
    largest = together = 0
    while process.poll() is None:
        held = [_held(one) for one in (top, *_below(top))]
        largest = max(largest, *(resident for resident, _ in held))
        together = max(together, sum(share for _, share in held))
        sleep(_SAMPLE_S)
    return Memory(largest, together)


def machine(tree: Path) -> str:
    """What all this was measured on."""
    cpu = next(
        row.partition(":")[2].strip()
        for row in Path("/proc/cpuinfo").read_text().splitlines()
        if row.startswith("model name")
    )
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    system = output(("stat", "--file-system", "--format=%T", str(tree))).strip()
    return (
        f"{cpu}, {len(os.sched_getaffinity(0))} cores, {memory_gb:.0f} GB, {system}, "
        f"Linux {platform.release().partition('-')[0]}, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f} before."
    )


def _below(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _held(process: psutil.Process) -> tuple[int, int]:
    """Peak resident size so far, and the share of what it holds now."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
        share = process.memory_full_info().pss
    except (psutil.Error, OSError):
        return 0, 0
    peak = next((row.split()[1] for row in status.splitlines() if row.startswith("VmHWM")), "0")
    return int(peak) * 1024, share
