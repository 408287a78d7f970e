"""moto's S3 for tests: multipart uploads, conditions and metadata as S3 has them, all in memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from uuid import uuid4

import pytest

from rushes.testing.s3_faults import FaultyS3, faulty
from rushes.testing.served import free_port

_SERVE = """
import os, sys
from rushes.core.parenthood import end_with
end_with(int(sys.argv[2]))
from moto.server import main
main(["-H", "127.0.0.1", "-p", sys.argv[1]])
"""


@dataclass(frozen=True, slots=True)
class MotoBucket:
    """An empty bucket of moto's, reached through a proxy that is strict and obeys faults."""

    proxy: FaultyS3
    name: str
    client: Any  # boto3's, past the proxy

    @property
    def url(self) -> str:
        """What it is called."""
        return f"s3://{self.name}"

    def objects(self) -> dict[str, bytes]:
        """All that is in it."""
        listed = self.client.list_objects_v2(Bucket=self.name).get("Contents", ())
        return {
            one["Key"]: self.client.get_object(Bucket=self.name, Key=one["Key"])["Body"].read()
            for one in listed
        }

    def uploads(self) -> list[str]:
        """Keys of uploads that are not finished."""
        found = self.client.list_multipart_uploads(Bucket=self.name).get("Uploads", ())
        return [one["Key"] for one in found]

    def put(self, key: str, data: bytes, **options: Any) -> None:
        """Put an object there, as another tool would."""
        self.client.put_object(Bucket=self.name, Key=key, Body=data, **options)


@contextmanager
def moto_server(*, least_part: int = 5 * 1024**2) -> Iterator[str]:
    """The address of moto's server for the block; no part but the last may be smaller."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _SERVE, str(port), str(os.getpid())],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "S3_UPLOAD_PART_MIN_SIZE": str(least_part),
        },
    )
    try:
        while not _answers(port):
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
            assert process.poll() is None, "moto did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def moto_origin() -> Iterator[str]:
    """One server of moto's for all tests of this process."""
    with moto_server() as origin:
        yield origin


@pytest.fixture(scope="module", name="moto_origin")
def moto_origin_of_small_parts() -> Iterator[str]:
    """A server that takes parts of a megabyte, so that small files and archives have many."""
    with moto_server(least_part=1024**2) as origin:
        yield origin


@pytest.fixture
def moto_bucket(moto_origin: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[MotoBucket]:
    """An empty bucket for one test alone, to which the environment shows the way."""
    import boto3

    for name in [one for one in os.environ if one.startswith("AWS_")]:
        monkeypatch.delenv(name)
    with faulty(moto_origin) as proxy:
        for name, value in proxy.environment.items():
            monkeypatch.setenv(name, value)
        client = boto3.session.Session().client("s3", endpoint_url=moto_origin)
        bucket = f"bucket-{uuid4().hex[:12]}"
        client.create_bucket(Bucket=bucket)
        yield MotoBucket(proxy, bucket, client)
        client.close()


def _answers(port: int) -> bool:
    line = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("GET", "/")
        return line.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        line.close()
