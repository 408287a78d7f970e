"""Measures quality checks: hashing, writing sidecars, and a crawl in which nothing has changed.

    python bench/qc.py [--at FOLDER] [--sequences 50] [--megabytes 1] [--small 20000] [--rounds 5]

The tree has sequences of 200 frames and many small files in folders of 1,000; on tmpfs by default,
so that disks have no say. Every figure is a ratio from one run: hashing against a bare loop over
the BLAKE3 wheel in as many processes, the unchanged crawl against `rushes scan --no-db --full`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path, PurePosixPath

import blake3
from measure import RUSHES, Line, interleaved, machine

from rushes import bootstrap
from rushes.core import settings
from rushes.ports.executor import Executor
from rushes.ports.progress import Silent
from rushes.qc.asset import assets
from rushes.qc.content import content
from rushes.qc.order import Order
from rushes.qc.recording import Looked, Spot, record_folder
from rushes.scan.roots import Root
from rushes.scan.walk import walk
from rushes.transfer.hashing import Job, hashes

FRAMES, PER_FOLDER, SMALL_BYTES = 200, 1000, 4096


def make(at: Path, *, sequences: int, frame_bytes: int, small: int) -> None:
    """The tree, made anew: random bytes, no two frames alike."""
    block = os.urandom(frame_bytes)
    for number in range(sequences):
        folder = at / "show" / f"sh{number:04d}"
        folder.mkdir(parents=True)
        for frame in range(1001, 1001 + FRAMES):
            mark = f"{number}.{frame}".encode()
            (folder / f"plate_v001.{frame}.exr").write_bytes(mark + block[len(mark) :])
    for number in range(small):
        folder = at / "audio" / f"reel{number // PER_FOLDER:03d}"
        folder.mkdir(parents=True, exist_ok=True)
        name = f"take_{chr(97 + number % 26)}{number:x}x.wav"
        (folder / name).write_bytes(f"{number}".encode() + block[:SMALL_BYTES])


def listed(at: Path) -> list[tuple[str, list[str], list[int]]]:
    """Folders with their files and sizes."""
    found = []
    for folder, _, names in os.walk(at):
        kept = sorted(name for name in names if not name.startswith(".qc"))
        if kept and not folder.endswith("/.qc"):
            sizes = [os.stat(os.path.join(folder, name)).st_size for name in kept]
            found.append((folder, kept, sizes))
    return found


def bare(paths: list[str]) -> int:
    """The reference: each file read into one buffer, and hashed."""
    buffer = memoryview(bytearray(1 << 20))
    done = 0
    for path in paths:
        hasher = blake3.blake3()
        with open(path, "rb", buffering=0) as file:
            while count := file.readinto(buffer):
                hasher.update(buffer[:count])
                done += count
        hasher.hexdigest()
    return done


def shares(folders: list[tuple[str, list[str], list[int]]], least: int) -> Iterator[list[str]]:
    """All paths, cut into pieces of about as many bytes."""
    piece: list[str] = []
    size = 0
    for folder, names, sizes in folders:
        for name, one in zip(names, sizes, strict=True):
            piece.append(f"{folder}/{name}")
            size += one + 65536
            if size > least:
                yield piece
                piece, size = [], 0
    if piece:
        yield piece


def hashing(at: Path, executor: Executor, rounds: int) -> tuple[float, float, int]:
    """Median seconds of ours and of the bare loop, and how many bytes."""
    folders = listed(at)
    total = sum(sum(sizes) for _, _, sizes in folders)
    jobs = [Job(n, folder, names, sizes=sizes) for n, (folder, names, sizes) in enumerate(folders)]
    pieces = list(shares(folders, 64_000_000))
    with ProcessPoolExecutor(max(1, executor.workers), get_context("fork")) as pool:

        def ours() -> None:
            for _, files in hashes(jobs, executor, algorithms=["blake3"], deep=True):
                assert all(one.digests for one in files)

        def theirs() -> None:
            assert sum(pool.map(bare, pieces)) == total

        one, other = timed((ours, theirs), rounds)
    return one, other, total


def timed(these: tuple[Callable[[], None], ...], rounds: int) -> list[float]:
    """Median seconds of each, run in turn after one round for nothing."""
    took: list[list[float]] = [[] for _ in these]
    for turn in range(rounds + 1):
        for one, kept in zip(these, took, strict=True):
            began = time.perf_counter()
            one()
            if turn:
                kept.append(time.perf_counter() - began)
    return [statistics.median(one) for one in took]


def writing(at: Path, executor: Executor) -> tuple[int, float]:
    """How many sidecars are decided, signed with a key, written and flushed, in which time."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from rushes.qc.signing import Ed25519Signer

    order = Order(operator="bench", signer=Ed25519Signer.of(Ed25519PrivateKey.generate()))
    loaded = settings.load(environ={}, cwd=at)
    root = Root(str(at / "audio"))
    found = list(
        walk(
            bootstrap.storage(),
            root.mount,
            rules=bootstrap.rules(loaded),
            options=bootstrap.walk_options(loaded, full=True),
            executor=executor,
            progress=Silent(),
        )
    )
    ready = []
    for folder in found:
        every = list(assets(folder, {}))
        jobs = (
            Job(one, str(PurePosixPath(root.mount) / folder.path), one.files()) for one in every
        )
        looked = [
            Looked(one, content(one, files, algorithm="blake3", known={}))
            for one, files in hashes(jobs, executor, algorithms=["blake3"])
        ]
        ready.append((Spot(root, folder.path, time.time_ns()), looked, every))
    began = time.perf_counter()
    count = 0
    for spot, looked, every in ready:
        if looked:
            done, problem = record_folder(spot, looked, order, every=every)
            assert problem is None
            count += len(done)
    return count, time.perf_counter() - began


def cleaned(at: Path) -> None:
    """No trace of records."""
    for folder, folders, names in os.walk(at):
        if ".qc" in folders:
            shutil.rmtree(os.path.join(folder, ".qc"))
            folders.remove(".qc")
        for name in names:
            if name.startswith(".qc"):
                os.unlink(os.path.join(folder, name))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--at", type=Path, default=Path("/dev/shm/rushes-bench-qc"))
    parser.add_argument("--sequences", type=int, default=50)
    parser.add_argument("--megabytes", type=float, default=1)
    parser.add_argument("--small", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    at, data = given.at, given.at.with_name(f"{given.at.name}-data")
    for one in (at, data):
        shutil.rmtree(one, ignore_errors=True)
    try:
        make(
            at,
            sequences=given.sequences,
            frame_bytes=int(given.megabytes * 1_000_000),
            small=given.small,
        )
        print(machine(at))
        executor = bootstrap.executor(settings.load(environ={}, cwd=at))
        ours, theirs, total = hashing(at, executor, given.rounds)
        print(
            f"hashing {total / 1e9:.1f} GB: {ours:.2f} s ({total / ours / 1e9:.1f} GB/s), the bare"
            f" loop {theirs:.2f} s: {theirs / ours:.0%} of its throughput"
        )
        count, took = writing(at, executor)
        print(f"signed sidecars: {count:,} in {took:.2f} s, {count / took:,.0f} a second")
        executor.close()
        cleaned(at)
        first = Line((*RUSHES, "qc", "crawl", "--no-db", str(at)), data=data)
        print(f"first crawl: {first.run():.2f} s")
        again = Line((*RUSHES, "qc", "crawl", "--no-db", str(at)), data=data)
        scan = Line((*RUSHES, "scan", "--no-db", "--full", str(at)), data=data)
        interleaved((again, scan), rounds=given.rounds)
        print(
            f"unchanged crawl: {again.median:.3f} s, rushes scan --no-db --full"
            f" {scan.median:.3f} s: {again.median / scan.median:.2f} times"
        )
    finally:
        for one in (at, data):
            shutil.rmtree(one, ignore_errors=True)


if __name__ == "__main__":
    main()
