"""How fast Rushes packs: archives beside `cat`, and archives streamed to S3 beside a raw upload.

    .venv/bin/python bench/package.py [--quick] [--rounds 5]

An archive is made of frames of 8 MB in memory (tmpfs), hashed with XXH128 (of each frame and of the
whole) while it is written, beside `cat` of the same frames in a process of its own. To S3 (moto on
this machine, which is slow) it is streamed part by part, beside an upload of the finished archive
by boto3 with parts as large and as many at once. `--quick` takes an eighth of the frames.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from time import perf_counter, process_time

from measure import machine
from targets import Result, at_least, table, told

from rushes.ports import registry
from rushes.ports.storage_writing import Terms
from rushes.testing.s3 import KEY_ID, SECRET
from rushes.testing.s3_moto import moto_server
from rushes.transfer.hashing_algorithms import digest_of
from rushes.transfer.learning import Place
from rushes.transfer.package.members import Layout, Member
from rushes.transfer.package.packing import pack
from rushes.transfer.package.reading import read_package

_FRAMES, _FRAME, _PART, _AT_ONCE = 64, 8 * 1024**2, 8 * 1024**2, 4
_OF_CAT, _OF_RAW = 0.9, 0.9


def seconds(
    these: list[Callable[[], None]], rounds: int, clock: Callable[[], float] = perf_counter
) -> list[float]:
    """Medians of each, run in turn after one round for nothing."""
    took: list[list[float]] = [[] for _ in these]
    for turn in range(rounds + 1):
        for one, kept in zip(these, took, strict=True):
            began = clock()
            one()
            if turn:
                kept.append(clock() - began)
    return [statistics.median(one) for one in took]


def frames(folder: Path, many: int, *algorithms: str) -> list[Member]:
    """As many frames, with their digests."""
    here = Place(registry.connect("storage", "local"), str(folder))
    made = []
    for at in range(many):
        path, data = f"plate.{1001 + at}.exr", os.urandom(_FRAME)
        (folder / path).write_bytes(data)
        digests = {name: digest_of(data, name) for name in algorithms}
        opens = partial(here.storage.source, here.root, path)
        made.append(Member(path, _FRAME, digests, 10**18, opens))
    return made


def only(members: list[Member], algorithm: str) -> list[Member]:
    """The same, known by one digest."""
    return [replace(one, digests={algorithm: one.digests[algorithm]}) for one in members]


def packing(folder: Path, many: int, rounds: int) -> list[Result]:
    """The throughput of ours in that of `cat`."""
    members = frames(folder, many, "xxh128", "blake3")
    place = Place(registry.connect("storage", "local"), str(folder))

    def ours(algorithm: str) -> None:
        (folder / "ours.zip").unlink(missing_ok=True)
        terms, these = Terms((algorithm,)), only(members, algorithm)
        pack(these, target=place, path="ours.zip", layout=Layout.ZIP, terms=terms)

    def theirs() -> None:
        (folder / "theirs").unlink(missing_ok=True)
        subprocess.run(["sh", "-c", "cat plate.*.exr > theirs"], cwd=folder, check=True)

    def read() -> None:
        assert sum(1 for _ in read_package(place, "ours.zip", algorithms=("xxh128",))) == many

    quick, strong, other, again = seconds(
        [lambda: ours("xxh128"), lambda: ours("blake3"), theirs, read], rounds
    )
    for one in folder.iterdir():
        one.unlink()
    return [
        at_least("ZIP with XXH128, in `cat`", other / quick, _OF_CAT),
        told("ZIP with BLAKE3, in `cat`", other / strong),
        told("reading it with XXH128, in `cat`", other / again),
    ]


def streaming(folder: Path, many: int, rounds: int) -> list[Result]:
    """The throughput of an archive that is streamed in that of an upload of the finished one."""
    members = frames(folder, many, "xxh128")
    terms = Terms(("xxh128",))
    local = Place(registry.connect("storage", "local"), str(folder))
    pack(members, target=local, path="whole.zip", layout=Layout.ZIP, terms=terms)
    with moto_server() as endpoint:
        os.environ.update(
            AWS_ENDPOINT_URL_S3=endpoint,
            AWS_ACCESS_KEY_ID=KEY_ID,
            AWS_SECRET_ACCESS_KEY=SECRET,
            AWS_REGION="us-east-1",
        )
        import boto3
        from boto3.s3.transfer import TransferConfig

        client = boto3.session.Session().client("s3", endpoint_url=endpoint)
        client.create_bucket(Bucket="bucket")
        bucket = Place(registry.connect("storage", "s3", "bucket"), "/out")
        alike = TransferConfig(multipart_chunksize=_PART, max_concurrency=_AT_ONCE)
        turns = count()

        def streamed() -> None:
            path = f"{next(turns)}.zip"
            pack(members, target=bucket, path=path, layout=Layout.ZIP, terms=terms)
            client.delete_object(Bucket="bucket", Key=f"out/{path}")

        def raw() -> None:
            client.upload_file(str(folder / "whole.zip"), "bucket", "raw", Config=alike)
            client.delete_object(Bucket="bucket", Key="raw")

        ours, theirs = seconds([streamed, raw], rounds)
        our_work, their_work = seconds([streamed, raw], 1, process_time)
        client.close()
    size = (folder / "whole.zip").stat().st_size / 1e6
    return [
        at_least("ZIP streamed to S3, in a raw upload", theirs / ours, _OF_RAW),
        told("the same", size / ours, unit=" MB/s"),
        told("its processor time, in that of a raw upload", our_work / their_work),
    ]


def packages(folder: Path, *, share: int, rounds: int) -> list[Result]:
    """All figures, with a share of the frames."""
    folder.mkdir()
    return [
        *packing(folder, _FRAMES // share, rounds),
        *streaming(folder, _FRAMES // share // 2, rounds),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="an eighth of the frames")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    shared = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=shared) as root:
        share = 8 if given.quick else 1
        results = packages(Path(root) / "package", share=share, rounds=given.rounds)
        print(f"{machine(Path(root))}\n")
    print(table(("What", "Target", "Measured", ""), [result.cells() for result in results]))


if __name__ == "__main__":
    main()
