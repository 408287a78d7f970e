"""Runs that are killed when so many bytes have passed to or from S3, and what S3 holds of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path

from rushes.testing.forked import Ended, Forks, Running
from rushes.testing.s3_moto import MotoBucket


class Killing:
    """Kills runs with this environment by the bytes that the bucket's proxy has passed on."""

    def __init__(self, bucket: MotoBucket, env: Mapping[str, str]) -> None:
        self._bucket, self._env, self._lock = bucket, dict(env), threading.Lock()
        self._at = 0
        self._running: Running | None = None
        self._ready = threading.Event()
        bucket.proxy.block = self._block

    def run(self, forks: Forks, *args: str | Path, after: int) -> Ended:
        """A run that is killed once `after` bytes more have passed, unless it ends before."""
        self._ready.clear()
        self._at = self._bucket.proxy.moved + after
        running = forks.start(*args, env=self._env)
        self._running = running
        self._ready.set()
        ended = running.ended()
        with self._lock:
            self._at, self._running = 0, None
        return ended

    def _block(self, moved: int) -> None:
        if self._at and moved >= self._at:
            self._ready.wait(90)
            with self._lock:
                running, self._running = self._running, None
            if running is not None:
                os.kill(running.pid, 9)


def parts_there(bucket: MotoBucket, key: str) -> int:
    """Bytes of the parts that S3 holds of the key's upload that is not finished."""
    client, name = bucket.client, bucket.name
    ids = client.list_multipart_uploads(Bucket=name).get("Uploads", ())
    found = [
        client.list_parts(Bucket=name, Key=key, UploadId=one["UploadId"]).get("Parts", ())
        for one in ids
        if one["Key"] == key
    ]
    assert len(found) <= 1, "more than one upload was begun"
    return sum(one["Size"] for parts in found for one in parts)
