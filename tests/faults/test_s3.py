"""What S3 can do wrong, by silence, refusals and odd keys: nothing hangs, no secret is told."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape as xml

import pytest

from rushes.adapters.storage import s3
from rushes.adapters.storage.s3 import Limits, S3Storage
from rushes.core.errors import Code, RushesError
from rushes.functions.exr import handler
from rushes.ports import registry
from rushes.testing.s3 import KEY_ID, SECRET, Bucket

QUICK = Limits(connect=0.5, silence=0.2, request=0.5, retries=1)
CALM = Limits(connect=30, silence=30, request=60, retries=1)
Calls = list[Callable[[S3Storage], object]]
CALLS: Calls = [
    lambda storage: storage.list_folder("/"),
    lambda storage: storage.stamp("/sh010"),
    lambda storage: storage.probe(["/a", "/b"]),
    lambda storage: storage.open_file("/a"),
]


@pytest.fixture
def silent(s3_bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An S3 that takes every call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{port}")
        yield


@pytest.mark.timeout(90)
@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("call", CALLS)
def test_a_server_that_never_answers_is_given_up(call: Callable[[S3Storage], object]) -> None:
    with pytest.raises(RushesError) as caught:
        call(S3Storage("bucket", limits=QUICK))
    assert caught.value.code is Code.PATH_UNREADABLE
    assert "did not answer in time" in caught.value.message
    assert "http://127.0.0.1:" in caught.value.message


@pytest.mark.timeout(90)
@pytest.mark.usefixtures("silent")
def test_a_server_that_falls_silent_while_a_file_is_read_is_given_up(
    s3_bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = os.environ["AWS_ENDPOINT_URL_S3"]
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3_bucket.server.endpoint)
    (s3_bucket.folder / "f").write_bytes(bytes(100_000))
    file = S3Storage(s3_bucket.name).open_file("/f")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", silent)
    file._storage = S3Storage(s3_bucket.name, limits=QUICK)  # type: ignore[attr-defined]
    for call in (lambda: file.read(50_000, 10), file.changed):
        with pytest.raises(RushesError) as caught:
            call()
        assert caught.value.code is Code.PATH_UNREADABLE


@pytest.mark.timeout(90)
@pytest.mark.usefixtures("silent")
def test_the_function_tells_of_a_server_that_never_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(s3, "LIMITS", QUICK)
    found = handler(None, {"path": "s3://silent-bucket/a.exr"})
    (error,) = found["errors"]
    assert error["rule"] == "path.unreadable"
    assert "did not answer in time" in error["message"]


@pytest.mark.parametrize("call", CALLS)
def test_a_wrong_secret_is_refused_and_no_error_holds_a_secret(
    s3_bucket: Bucket,
    monkeypatch: pytest.MonkeyPatch,
    call: Callable[[S3Storage], object],
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2-hunter2")
    storage = registry.connect("storage", "s3", s3_bucket.name)
    with pytest.raises(RushesError) as caught:
        call(storage)
    assert caught.value.code is Code.PATH_UNREADABLE
    told = "".join(traceback.format_exception(caught.value)) + repr(storage) + caught.value.hint
    assert "hunter2" not in told
    assert KEY_ID not in told


def test_keys_do_not_travel_with_the_storage(s3_bucket: Bucket) -> None:
    storage = registry.connect("storage", "s3", s3_bucket.name)
    storage.list_folder("/")
    assert SECRET.encode() not in pickle.dumps(storage)


def test_where_nobody_listens_and_where_there_is_no_bucket_is_told_apart(
    s3_bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for call in (CALLS[0], CALLS[3]):
        with pytest.raises(RushesError) as caught:
            call(S3Storage("nobodys-bucket"))
        assert caught.value.code is Code.PATH_NOT_FOUND
        assert "no bucket" in caught.value.message
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{port}")
    with pytest.raises(RushesError) as caught:
        CALLS[0](S3Storage(s3_bucket.name, limits=CALM))
    assert "cannot be reached" in caught.value.message


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_a_forked_process_is_told_and_does_not_wait_for_ever(s3_bucket: Bucket) -> None:
    storage = registry.connect("storage", "s3", s3_bucket.name)
    storage.list_folder("/")
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        try:
            storage.list_folder("/")
        except RushesError as error:
            os._exit(7 if error.code is Code.EXECUTOR_FAILED else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


KEYS = (
    "bad/../x",
    "bad/f",
    "dots/..",
    "twice//x",
    "odd/a\tb",
    "/first",
    "made/",
    "made2/",
    "made2/f",
)


class _Lists(BaseHTTPRequestHandler):
    """Lists keys that a server of files cannot have."""

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        prefix = query.get("prefix", [""])[0]
        below = [key for key in KEYS if key.startswith(prefix)]
        cut = {key: key[len(prefix) :].partition("/") for key in below}
        files = [key for key in below if "delimiter" not in query or not cut[key][1]]
        folders = {f"{prefix}{cut[key][0]}/" for key in below if key not in files}
        body = "".join(
            [
                '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>',
                *(
                    f"<Contents><Key>{xml(key)}</Key><Size>1</Size><ETag>x</ETag>"
                    "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
                    for key in files
                ),
                *(
                    f"<CommonPrefixes><Prefix>{xml(one)}</Prefix></CommonPrefixes>"
                    for one in folders
                ),
                "</ListBucketResult>",
            ]
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def hostile(s3_bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Storage]:
    """A bucket with keys that others wrote, who meant no good."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Lists) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{http.server_address[1]}")
        yield S3Storage("bucket")
        http.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("folder", "key"),
    [("bad", "bad/../"), ("dots", "dots/.."), ("twice", "twice//"), ("odd", r"\x09")],
)
def test_a_folder_with_a_key_that_is_no_path_is_told_unreadable_with_the_key(
    hostile: S3Storage, folder: str, key: str
) -> None:
    with pytest.raises(RushesError) as caught:
        hostile.list_folder(f"/{folder}")
    assert caught.value.code is Code.PATH_UNREADABLE
    assert key in caught.value.message
    assert hostile.stamp(f"/{folder}") is not None


def test_keys_that_begin_with_a_slash_are_unreadable_and_hide_nothing_else(
    hostile: S3Storage,
) -> None:
    listing = hostile.list_folder("/")
    assert set(listing.folders) == {"bad", "dots", "twice", "odd", "made", "made2"}
    assert listing.unreadable == ["/"]


def test_the_mark_of_a_folder_is_no_file_in_it(hostile: S3Storage) -> None:
    assert hostile.list_folder("/made").names == []
    assert hostile.list_folder("/made2").names == ["f"]


@pytest.mark.parametrize(
    "path", ["/../a", "/a/../b", "/a//b", "/a/./b", "/a\tb", "/", "/a/", "/\udcff"]
)
def test_a_path_that_is_no_key_is_refused_and_never_bent_to_another(
    hostile: S3Storage, path: str
) -> None:
    for call in (hostile.open_file, lambda one: hostile.probe([one])):
        with pytest.raises(RushesError) as caught:
            call(path)
        assert caught.value.code is Code.PATH_UNREADABLE
