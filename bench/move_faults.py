"""What is left stale after changes, and what goes twice after kills: Rushes beside s5cmd.

Both talk to moto, through a proxy that counts bytes and can end a program at one of them.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from measure import RUSHES
from move_s3 import BUCKET, Bench, filled
from targets import Result, at_most, told

from rushes.ports import registry
from rushes.testing.s3_faults import FaultyS3, faulty
from rushes.testing.s3_moto import moto_server

OLD, NEW = b"the old bytes", b"the new bytes"
_SECOND = 10**9
_PART, _AT_ONCE, _FILES_AT_ONCE = 8 * 1024**2, 4, 16
_SMALL, _SMALL_SIZE = 32, 64 * 1024
_MARKS = (25, 50, 80)

Sync = Callable[[str, Path, str], None]


def _rewritten(file: Path, *, later_s: int) -> None:
    was = file.stat().st_mtime_ns
    file.write_bytes(NEW)
    os.utime(file, ns=(was, was + later_s * _SECOND))


# What happens to a file here; that of each name.
HERE: dict[str, Callable[[Path], object]] = {
    "new": lambda file: file.write_bytes(NEW),
    "deleted": lambda file: file.unlink(),
    "grown": lambda file: file.write_bytes(OLD + b"more"),
    "shrunk": lambda file: file.write_bytes(OLD[:4]),
    "newer": lambda file: _rewritten(file, later_s=10),
    "as old": lambda file: _rewritten(file, later_s=0),
    "older": lambda file: _rewritten(file, later_s=-10),
    "touched": os.utime,
    "renamed": lambda file: file.rename(file.with_name("another name")),
}


class Buckets:
    """Objects as another tool sees and changes them."""

    def __init__(self, endpoint: str) -> None:
        import boto3

        self.client: Any = boto3.session.Session().client("s3", endpoint_url=endpoint)

    def put(self, key: str, data: bytes) -> None:
        """Put one there."""
        self.client.put_object(Bucket=BUCKET, Key=key, Body=data)

    def remove(self, key: str) -> None:
        """Take one away."""
        self.client.delete_object(Bucket=BUCKET, Key=key)

    def below(self, prefix: str) -> dict[str, bytes]:
        """All that lie there."""
        found = self.client.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/")
        keys = [one["Key"] for one in found.get("Contents", ())]
        read = self.client.get_object
        return {
            key.removeprefix(f"{prefix}/"): read(Bucket=BUCKET, Key=key)["Body"].read()
            for key in keys
        }

    def unfinished(self) -> int:
        """Uploads that were begun and not finished."""
        return len(self.client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", ()))


def stale_up(sync: Sync, buckets: Buckets, here: Path, prefix: str) -> int:
    """Files that differ after a sync up of every change."""
    here.mkdir(parents=True)
    for name in (*HERE, "replaced", "untouched"):
        if name != "new":
            (here / name).write_bytes(OLD)
    sync("to", here, prefix)
    for name, change in HERE.items():
        change(here / name)
    buckets.put(f"{prefix}/replaced", NEW)  # by another tool
    sync("to", here, prefix)
    return _differing(here, buckets.below(prefix))


def stale_down(sync: Sync, buckets: Buckets, here: Path, prefix: str) -> int:
    """Files that differ after a sync down of every change."""
    here.mkdir(parents=True)
    cases = ("deleted", "grown", "shrunk", "newer", "as old", "older", "touched", "renamed")
    for name in (*cases, "corrupted", "untouched"):
        buckets.put(f"{prefix}/{name}", OLD)
    sync("from", here, prefix)
    for name, data in (
        *(("new", NEW), ("grown", OLD + b"more"), ("shrunk", OLD[:4]), ("touched", OLD)),
        *(("newer", NEW), ("as old", NEW), ("older", NEW), ("another name", OLD)),
    ):
        buckets.put(f"{prefix}/{name}", data)
    buckets.remove(f"{prefix}/deleted")
    buckets.remove(f"{prefix}/renamed")
    for name, later_s in (("newer", -10), ("as old", 0), ("older", 3600)):
        # The copy here is older than the object by its time, as old, or younger.
        head = buckets.client.head_object(Bucket=BUCKET, Key=f"{prefix}/{name}")
        at = int(head["LastModified"].timestamp()) + later_s
        os.utime(here / name, (at, at))
    _rewritten(here / "corrupted", later_s=0)
    sync("from", here, prefix)
    return _differing(here, buckets.below(prefix))


def _differing(here: Path, there: dict[str, bytes]) -> int:
    ours = {one.name: one.read_bytes() for one in here.iterdir()}
    return sum(ours.get(name) != there.get(name) for name in ours.keys() | there.keys())


def changes(root: Path) -> list[Result]:
    """Stale files after every change, up and down."""
    with moto_server() as endpoint:
        bench = Bench(root, endpoint)
        os.environ.update(bench.keys)
        bench.theirs("mb", f"s3://{BUCKET}")
        buckets = Buckets(endpoint)

        def ours(direction: str, here: Path, prefix: str) -> None:
            bench.ours(direction, here, prefix, "--replace", "--delete")

        def theirs(direction: str, here: Path, prefix: str) -> None:
            two = (f"{here}/", f"s3://{BUCKET}/{prefix}/")
            there = (f"{two[1]}*", two[0])
            bench.theirs("sync", "--delete", *(two if direction == "to" else there))

        left = [
            way(sync, buckets, root / f"{at}{name}", f"{at}{name}")
            for name, sync in (("ours", ours), ("theirs", theirs))
            for at, way in (("up", stale_up), ("down", stale_down))
        ]
    shutil.rmtree(root)
    return [
        at_most("stale after 10 changes, up", left[0], 0, unit=" files"),
        at_most("stale after 10 changes, down", left[1], 0, unit=" files"),
        told("… `s5cmd sync --delete`, up", left[2], unit=" files"),
        told("… `s5cmd sync --delete`, down", left[3], unit=" files"),
    ]


def kills(root: Path, parts: int) -> list[Result]:
    """Bytes sent in all where an upload was ended on its way and run again."""
    here = filled(root / "here", _SMALL, _SMALL_SIZE)
    filled(here / "large", 1, parts * _PART)
    total = _SMALL * _SMALL_SIZE + parts * _PART
    under_way = _AT_ONCE * _PART + _FILES_AT_ONCE * _SMALL_SIZE
    results = []
    with moto_server() as origin, faulty(origin) as proxy:
        bench = Bench(root, proxy.endpoint)
        os.environ.update(bench.keys)
        Bench(root, origin).theirs("mb", f"s3://{BUCKET}")
        buckets = Buckets(origin)
        program = registry.connect("courier", "s5cmd", BUCKET).program
        for mark in _MARKS:
            key = f"ours{mark}"
            words = ("sync", "to", "--bucket", BUCKET, "--show-code", key)
            sent = _twice(bench, proxy, (*RUSHES, *words, "--local-path", str(here)),
                          mark=mark * total // 100)  # fmt: skip
            limit = round(100 * (total + under_way) / total, 1)
            results.append(
                at_most(f"sent in all, killed at {mark} %", 100 * sent / total, limit, unit=" %")
            )
        results.append(at_most("uploads left over", buckets.unfinished(), 0, unit=""))
        theirs = [
            100 / total * _twice(
                bench, proxy,
                (program, "--log", "error", "cp", f"{here}/", f"s3://{BUCKET}/theirs{mark}/"),
                mark=mark * total // 100,
            )
            for mark in _MARKS
        ]  # fmt: skip
        results += [
            told(f"… s5cmd, killed at {mark} %", sent, unit=" %")
            for mark, sent in zip(_MARKS, theirs, strict=True)
        ]
        results.append(told("… s5cmd, uploads left over", buckets.unfinished(), unit=""))
    shutil.rmtree(root)
    return results


def _twice(bench: Bench, proxy: FaultyS3, words: Iterable[str], *, mark: int) -> int:
    """Run it, end it when so many bytes have passed, run it again; bytes sent by both."""
    words = tuple(words)
    before, at, ready = proxy.moved, proxy.moved + mark, threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def block(moved: int) -> None:
        if moved >= at:
            ready.wait()
            if running:
                running.pop().send_signal(signal.SIGKILL)

    proxy.block = block
    process = subprocess.Popen(
        words, env=bench.surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    running.append(process)
    ready.set()
    process.wait()
    proxy.block = lambda _: None
    proxy.quiet()
    bench.run(words)
    return proxy.moved - before  # with answers, which are small


CASES = {"changes": changes, "kills": partial(kills, parts=20)}
