"""Files to and from S3 by Rushes and by s5cmd: whole processes, their time and their CPU.

Uploads and syncs go to `rclone serve s3` over a folder in memory, which is quick; downloads come
from moto, for rclone answers requests for parts with a status that is no S3's. Both programs talk
to the same server, in turn, and share one core with it: what a program spares, the server has.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from measure import RUSHES, environment
from targets import Result, at_least, at_most, told

from rushes.ports import registry
from rushes.testing.s3 import KEY_ID, SECRET, rclone_server
from rushes.testing.s3_moto import moto_server

SMALL, SMALL_SIZE = 4_000, 256 * 1024
LARGE, LARGE_SIZE = 8, 256 * 1024**2
_FASTER, _CPU_SMALL, _CPU_LARGE, _CPU_DOWN = 1.3, 0.5, 1.0, 1.6
BUCKET = "bucket"
CORES = 1
_BLOCK = 1024**2


class Spent(NamedTuple):
    """What a process took: seconds by the clock, and of all processors together."""

    clock: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Bench:
    """A folder for everything, the server's address, and the folder that its bucket shows."""

    root: Path
    endpoint: str
    shown: Path | None = None

    @property
    def surroundings(self) -> Mapping[str, str]:
        """What both programs are told of the server."""
        at = {"AWS_ENDPOINT_URL_S3": self.endpoint, "S3_ENDPOINT_URL": self.endpoint}
        return {**environment(self.root / "data"), **at, **self.keys}

    @property
    def keys(self) -> Mapping[str, str]:
        """Who may come."""
        return {
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }

    def run(self, words: Sequence[str]) -> Spent:
        """Run a program to its end; what it took."""
        began = perf_counter()
        process = subprocess.Popen(
            words, env=self.surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        with process:
            assert process.stdout is not None
            said = process.stdout.read()
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{process.returncode}: {words[:6]}: {said.decode()[-500:]}")
        return Spent(perf_counter() - began, used.ru_utime + used.ru_stime)

    def ours(
        self, direction: str, folder: Path, prefix: str, *more: str, config: Path | None = None
    ) -> Spent:
        """A sync of ours between a folder and a prefix, with a file of AWS's settings."""
        words = ("sync", direction, "--bucket", BUCKET, "--show-code", prefix)
        set_to = f"AWS_CONFIG_FILE={config or os.devnull}"
        return self.run(("env", set_to, *RUSHES, *words, "--local-path", str(folder), *more))

    def theirs(self, *words: str) -> Spent:
        """s5cmd as it comes, but for a line per file."""
        program = registry.connect("courier", "s5cmd", BUCKET).program
        return self.run((program, "--log", "error", *words))

    def room(self, prefix: str, below: Sequence[str]) -> None:
        """Make folders that the server would wait for itself over."""
        if self.shown is not None:
            for one in below:
                (self.shown / prefix / one).mkdir(parents=True, exist_ok=True)

    def clear(self, prefix: str) -> None:
        """Take what was sent away again."""
        if self.shown is not None:
            shutil.rmtree(self.shown / prefix)


@contextmanager
def sharing(cores: int) -> Iterator[None]:
    """This process, and all that it starts in the block, on so many cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:cores])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def filled(folder: Path, files: int, size: int) -> Path:
    """A folder of noise, a hundred files to each folder in it; no two files are alike."""
    block = os.urandom(min(size, _BLOCK))
    for at in range(files):
        above = folder / f"sh{at // 100:03d}"
        above.mkdir(parents=True, exist_ok=True)
        with open(above / f"plate.{1001 + at % 100}.exr", "wb") as out:
            out.write(os.urandom(16) + block[16:])
            out.writelines(block for _ in range(size // len(block) - 1))
    return folder


@contextmanager
def quick_server(root: Path) -> Iterator[Bench]:
    """rclone over a folder."""
    shown = root / "served" / BUCKET
    shown.mkdir(parents=True)
    with rclone_server(root / "served") as endpoint:
        yield Bench(root, endpoint, shown)


def in_turn(rounds: int, ways: Sequence[Callable[[str], Spent]], bench: Bench) -> list[list[Spent]]:
    """Each in turn, each time to another prefix, after one round for nothing."""
    turns = count()
    took: list[list[Spent]] = [[] for _ in ways]
    for turn in range(rounds + 1):
        for way, kept in zip(ways, took, strict=True):
            prefix = f"demo{next(turns)}"
            spent = way(prefix)
            if turn:
                kept.append(spent)
            bench.clear(prefix)
    return took


def ratio(ours: Sequence[Spent], theirs: Sequence[Spent], what: str) -> float:
    """The median, over paired runs, of ours in theirs."""
    return statistics.median(
        getattr(our, what) / getattr(their, what) for our, their in zip(ours, theirs, strict=True)
    )


def seconds(these: Sequence[Spent], what: str) -> float:
    """The median."""
    return statistics.median(getattr(one, what) for one in these)


def uploads(root: Path, files: int, size: int, rounds: int, *, large: bool) -> list[Result]:
    """A folder sent anew: its bytes held against their CRC, as over TLS, and signed as well."""
    here = filled(root / "here", files, size)
    below = [one.name for one in here.iterdir()]
    signing = root / "signing"
    signing.write_text("[default]\ns3 =\n  payload_signing_enabled = true\n")
    with sharing(CORES), quick_server(root) as bench:

        def ours(prefix: str) -> Spent:
            bench.room(prefix, below)
            return bench.ours("to", here, prefix)

        def signed(prefix: str) -> Spent:
            bench.room(prefix, below)
            return bench.ours("to", here, prefix, config=signing)

        def theirs(prefix: str) -> Spent:
            bench.room(prefix, below)
            return bench.theirs("cp", f"{here}/", f"s3://{BUCKET}/{prefix}/")

        one, other, third = in_turn(rounds, (ours, theirs, signed), bench)
    shutil.rmtree(root)
    what = _named(files, size)
    cpu = at_most(f"CPU of {what} up, by `s5cmd cp`", ratio(one, other, "cpu"),
                  _CPU_LARGE if large else _CPU_SMALL)  # fmt: skip
    plain = [told("… with signed bytes", ratio(third, other, "cpu"))]
    plain += _plain(one, other, files, size)
    if large:
        return [cpu, *plain]
    faster = 1 / ratio(one, other, "clock")
    return [at_least(f"files a second of {what} up, by `s5cmd cp`", faster, _FASTER), cpu, *plain]


def unchanged(root: Path, files: int, size: int, rounds: int, *, most: float) -> list[Result]:
    """A folder that was sent before, by each, and has not changed."""
    here = filled(root / "here", files, size)
    below = [one.name for one in here.iterdir()]
    with sharing(CORES), quick_server(root) as bench:
        for prefix in ("ours", "theirs"):
            bench.room(prefix, below)
        words = ("sync", f"{here}/", f"s3://{BUCKET}/theirs/")
        bench.ours("to", here, "ours")
        bench.theirs(*words)
        one, other = [], []
        for _ in range(rounds):
            one.append(bench.ours("to", here, "ours"))
            other.append(bench.theirs(*words))
    shutil.rmtree(root)
    return [
        at_most(
            f"CPU of a sync of {files:,} unchanged, by `s5cmd sync`",
            ratio(one, other, "cpu"),
            most,
        ),
        *_plain(one, other, files, size),
    ]


def downloads(root: Path, files: int, size: int, rounds: int) -> list[Result]:
    """What lies there, fetched into an empty folder; ours is hashed on the way, and theirs not.

    What Rushes has put there is held against its own digests, what s5cmd has against its MD5.
    """
    here, back = filled(root / "here", files, size), root / "back"
    with sharing(CORES), moto_server() as endpoint:
        bench = Bench(root, endpoint)
        bench.theirs("mb", f"s3://{BUCKET}")
        bench.ours("to", here, "ours")
        bench.theirs("cp", f"{here}/", f"s3://{BUCKET}/theirs/")
        shutil.rmtree(here)

        def ours(prefix: str) -> Spent:
            shutil.rmtree(root / "data", ignore_errors=True)  # what a ledger knows is not fetched
            return bench.ours("from", back, prefix)

        def theirs(prefix: str) -> Spent:
            return bench.theirs("cp", f"s3://{BUCKET}/{prefix}/*", f"{back}/")

        ways = ((ours, "ours"), (ours, "theirs"), (theirs, "ours"))
        took: list[list[Spent]] = [[] for _ in ways]
        for turn in range(rounds + 1):
            for (way, prefix), kept in zip(ways, took, strict=True):
                back.mkdir()
                spent = way(prefix)
                if turn:
                    kept.append(spent)
                shutil.rmtree(back)
    shutil.rmtree(root)
    what = _named(files, size)
    one, foreign, other = took
    return [
        at_most(f"CPU of {what} down, hashed, by `s5cmd cp`", ratio(one, other, "cpu"), _CPU_DOWN),
        told("… that s5cmd has put there", ratio(foreign, other, "cpu")),
        *_plain(one, other, files, size),
    ]


def _named(files: int, size: int) -> str:
    large = size >= _BLOCK
    return f"{files:,} × {size // (_BLOCK if large else 1024):,} {'MB' if large else 'KB'}"


def _rate(these: Sequence[Spent], files: int, size: int) -> float:
    took = seconds(these, "clock")
    return files * size / took / 1e6 if size >= _BLOCK else files / took


def _plain(
    ours: Sequence[Spent], theirs: Sequence[Spent], files: int, size: int
) -> Iterator[Result]:
    """Both in seconds and rates, of which nothing is asked."""
    unit = " MB/s" if size >= _BLOCK else " files/s"
    for what, cpu, rate in (
        ("ours", seconds(ours, "cpu"), _rate(ours, files, size)),
        ("s5cmd", seconds(theirs, "cpu"), _rate(theirs, files, size)),
    ):
        yield told(f"… {what}, CPU", cpu, unit=" s")
        yield told(f"… {what}", rate, unit=unit)
