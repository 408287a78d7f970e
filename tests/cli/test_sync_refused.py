"""`rushes sync` where it is asked badly, S3 refuses or fails, or much could be lost: it is told."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.testing.s3_faults import Fault, Kind
from rushes.testing.s3_moto import MotoBucket, moto_bucket, moto_origin
from rushes.testing.syncs import Command, down, given, plates, there, tree, up, write

__all__ = ["moto_bucket", "moto_origin", "plates"]


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_an_empty_folder_deletes_nothing_unless_somebody_says_so(
    rushes: Command, plates: Path, moto_bucket: MotoBucket, more: tuple[str, ...]
) -> None:
    up(rushes, moto_bucket, plates)
    before = there(moto_bucket)
    for path in sorted(plates.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    ended = up(rushes, moto_bucket, plates, "--delete", *more)
    assert ended.code == exits.NOT_THERE
    assert "mounted" in ended.err
    assert "--yes" in ended.err
    assert there(moto_bucket) == before
    ended = up(rushes, moto_bucket, plates, *more)
    assert ended.code == exits.NOT_THERE
    assert "Nothing to do" in ended.err
    ended = up(rushes, moto_bucket, plates, "--delete", "--yes", *more)
    assert ended.code == exits.OK
    assert ended.json["planned"] == {"delete": 12}
    assert there(moto_bucket) == (before if more else {})


def test_a_bucket_that_holds_nothing_deletes_nothing_here(
    rushes: Command, plates: Path, moto_bucket: MotoBucket
) -> None:
    before = tree(plates)
    ended = down(rushes, moto_bucket, plates, "--delete")
    assert ended.code == exits.NOT_THERE
    assert "--yes" in ended.err
    assert tree(plates) == before


def test_nothing_is_deleted_where_a_folder_could_not_be_listed(
    rushes: Command, plates: Path, moto_bucket: MotoBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    moto_bucket.put("demo/plates/old.exr", b"old")
    scandir = os.scandir

    def denied(path: Any) -> Any:
        if isinstance(path, int) and os.readlink(f"/proc/self/fd/{path}").endswith("sh010"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denied)
    monkeypatch.setattr(os, "supports_fd", {*os.supports_fd, denied})
    ended = up(rushes, moto_bucket, plates, "--delete")
    assert ended.code == exits.UNAVAILABLE
    assert [one["path"] for one in ended.json["unlisted"]] == ["sh010"]
    assert "could not be listed" in ended.json["kept"]
    assert set(there(moto_bucket)) == {"old.exr", "cut.mov"}


def test_conflicts_refusals_and_failures_are_told_and_the_rest_goes(
    rushes: Command, plates: Path, moto_bucket: MotoBucket
) -> None:
    (plates / "link.exr").symlink_to(plates / "cut.mov")
    moto_bucket.put("demo/plates/cut.mov", b"theirs")
    moto_bucket.proxy.faults.append(Fault(Kind.FLIP_SENT, "PUT", "notes.txt"))
    told = rushes("sync", "to", *given(moto_bucket, plates))
    assert told.code == exits.FOUND
    assert "cut.mov: in conflict" in told.out
    assert "refused   link.exr: it is a link" in told.out
    assert "failed    sh010/notes.txt: " in told.out
    assert "Uploaded 10 files" in told.out
    assert "failed 1, refused 1, conflicts 1." in told.out
    assert there(moto_bucket)["cut.mov"] == b"theirs"
    moto_bucket.proxy.faults.clear()
    ended = up(rushes, moto_bucket, plates, "--replace")
    assert {one["end"] for one in ended.json["problems"]} == {"refused"}
    assert there(moto_bucket)["cut.mov"] == b"movie" * 99


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (("--folder", "../x"), "leads out"),
        (("--show-code", "a//b"), "no name"),
        (("--bucket", "a/b"), "bucket"),
        (("--local-path", "nowhere"), "no folder"),
        (("--bandwidth", "much"), "size"),
        (("--endpoint", "nothing"), "address"),
        (("--engine", "s5cmd", "--bandwidth", "1MB"), "bandwidth"),
    ],
)
def test_what_makes_no_sense_is_refused(
    rushes: Command, plates: Path, moto_bucket: MotoBucket, more: tuple[str, ...], word: str
) -> None:
    ended = rushes("sync", "to", *given(moto_bucket, plates, *more))
    assert ended.code == exits.NOT_THERE
    assert word in ended.err
    assert there(moto_bucket) == {}


def test_s5cmd_downloads_nothing(rushes: Command, plates: Path, moto_bucket: MotoBucket) -> None:
    ended = down(rushes, moto_bucket, plates, "--engine", "s5cmd")
    assert ended.code == exits.NOT_THERE


def test_a_folder_is_not_made_where_a_storage_is_not_mounted(
    rushes: Command, home: Path, moto_bucket: MotoBucket
) -> None:
    moto_bucket.put("demo/plates/a.exr", b"a")
    ended = down(rushes, moto_bucket, home / "mnt" / "plates")
    assert ended.code == exits.NOT_THERE
    assert not (home / "mnt").exists()


@pytest.mark.parametrize("other", ["to", "from"])
def test_of_two_runs_between_the_same_places_one_is_told(
    rushes: Command, plates: Path, moto_bucket: MotoBucket, other: str
) -> None:
    endpoint = os.environ["AWS_ENDPOINT_URL_S3"]
    reached, go_on = threading.Event(), threading.Event()

    def block(moved: int) -> None:
        if moved:
            reached.set()
            go_on.wait(90)

    moto_bucket.proxy.block = block
    words = [str(one) for one in given(moto_bucket, plates, "--endpoint", endpoint)]
    first = subprocess.Popen(
        [sys.executable, "-m", "rushes", "sync", "to", *words],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
    )
    try:
        assert reached.wait(90)
        ended = rushes("sync", other, *words, "--json")
        assert ended.code == exits.UNAVAILABLE
        assert "Another run" in ended.err
    finally:
        go_on.set()
        out, _ = first.communicate(timeout=60)
    assert first.returncode == exits.OK
    assert "Uploaded 12 files" in out


def test_a_bucket_that_is_not_there_is_told(rushes: Command, plates: Path) -> None:
    words = ["--local-path", plates.parent, "--folder", plates.name]
    for direction in ("to", "from"):
        ended = rushes("sync", direction, "--bucket", "nobodys-bucket", *words)
        assert ended.code == exits.NOT_THERE
        assert "no bucket" in ended.err


@contextmanager
def answering(status: int, code: str) -> Iterator[str]:
    """An S3 that answers everything with one error."""
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()

    def answer(self: BaseHTTPRequestHandler) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    methods = {f"do_{one}": answer for one in ("GET", "HEAD", "PUT")}
    quiet = {"log_message": lambda *_: None}
    refusing = type("Refusing", (BaseHTTPRequestHandler,), methods | quiet)
    with ThreadingHTTPServer(("127.0.0.1", 0), refusing) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{http.server_address[1]}"
        http.shutdown()
        thread.join()


@pytest.mark.timeout(110)
@pytest.mark.parametrize("direction", ["to", "from"])
@pytest.mark.parametrize(
    ("status", "code", "word"),
    [
        (403, "AccessDenied", "refuses"),
        (400, "ExpiredToken", "lent for a time"),
        (403, "RequestTimeTooSkewed", "clock"),
        (403, "InvalidAccessKeyId", "does not know this key"),
    ],
)
def test_what_s3_refuses_is_told_and_nothing_is_tried(
    rushes: Command, plates: Path, direction: str, status: int, code: str, word: str
) -> None:
    with answering(status, code) as endpoint:
        words = ["--bucket", f"closed-{status}-{code.lower()}-{direction}", "--delete"]
        words += ["--local-path", str(plates), "--endpoint", endpoint]
        before = tree(plates)
        ended = rushes("sync", direction, *words)
    assert ended.code == exits.UNAVAILABLE
    assert word in ended.err
    assert "Nothing was moved" in ended.err
    assert tree(plates) == before


@pytest.mark.timeout(110)
@pytest.mark.parametrize("direction", ["to", "from"])
def test_an_s3_that_is_down_is_told_in_bounded_time(
    rushes: Command, plates: Path, direction: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    words = ["--bucket", f"down-{direction}", "--local-path", str(plates)]
    ended = rushes("sync", direction, *words, "--endpoint", f"http://127.0.0.1:{port}")
    assert ended.code == exits.UNAVAILABLE
    assert "cannot be reached" in ended.err


def test_a_run_whose_files_all_fail_is_given_up(
    rushes: Command, plates: Path, moto_bucket: MotoBucket
) -> None:
    write(plates, {f"many/{at}.txt": b"%d" % at for at in range(200)})
    moto_bucket.proxy.faults.append(Fault(Kind.FLIP_SENT, "PUT", "/"))
    ended = up(rushes, moto_bucket, plates, "--workers", "2")
    assert ended.code == exits.UNAVAILABLE
    assert ended.json["given_up"]
    assert ended.json["done"]["failed"] == 212
    assert len([one for one in moto_bucket.proxy.passed if one.method == "PUT"]) < 100
    moto_bucket.proxy.faults.clear()
    assert up(rushes, moto_bucket, plates).json["done"]["moved"] == 212
