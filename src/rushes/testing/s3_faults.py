"""A strict S3 for tests that misbehaves where it is told to: a proxy before a server that is lax.

It checks what S3 checks and test servers do not: every checksum of a body. And it does to answers
and requests what networks and servers do: flips bits, answers 5xx, resets, truncates, stalls.
"""

from __future__ import annotations

import base64
import hashlib
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from rushes.testing.s3 import way_to

_BLOCK = 64 * 1024
_NOT_PASSED_ON = frozenset(("connection", "transfer-encoding", "content-length", "keep-alive"))
_BUSY = (
    b'<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Reduce your rate</Message></Error>'
)
_WRONG = b'<?xml version="1.0"?><Error><Code>BadDigest</Code><Message>Other bytes</Message></Error>'


class Kind(Enum):
    """What goes wrong."""

    BUSY = "it answers 503"
    RESET = "the connection is reset before the answer, when the request was carried out"
    TRUNCATE = "half of the answer's body comes"
    STALL = "nothing is ever answered"
    FLIP = "a bit of the answer's body is another"
    FLIP_SENT = "a bit of the request's body is another when it comes"
    DENIED = "it answers 403, for who asks may not"
    EXPIRED = "it answers 400, for the keys were lent for a time"
    SKEWED = "it answers 403, for the clocks differ"


_REFUSALS = {
    Kind.DENIED: (403, "AccessDenied"),
    Kind.EXPIRED: (400, "ExpiredToken"),
    Kind.SKEWED: (403, "RequestTimeTooSkewed"),
}


@dataclass(slots=True)
class Fault:
    """Something that goes wrong with requests like this, `times` over."""

    kind: Kind
    method: str = "GET"
    about: str = ""  # a part of the address
    times: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Passed:
    """A request that passed, and how many bytes of bodies."""

    method: str
    address: str
    status: int
    sent: int
    answered: int


@dataclass
class FaultyS3:
    """The proxy: where it is, what is to go wrong, what has passed.

    `block` is called with the number of bytes of all bodies so far, in both directions, as they
    pass: a test ends somebody there.
    """

    endpoint: str = ""
    faults: list[Fault] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    block: Callable[[int], None] = lambda _: None
    moved: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    lines: set[int] = field(default_factory=set)  # that are open, by the client's port
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that say where it is, and who may come."""
        return way_to(self.endpoint)

    def sent(self, about: str = "") -> int:
        """Bytes of bodies that were taken from clients."""
        return sum(one.sent for one in self.passed if about in one.address)

    def fetched(self, about: str = "") -> int:
        """Bytes of bodies that answered GETs of objects."""
        return sum(
            one.answered
            for one in self.passed
            if one.method == "GET" and about in one.address and "list-type" not in one.address
        )

    def fault(self, method: str, address: str) -> Kind | None:
        """What goes wrong with this request; it counts."""
        with self.lock:
            for one in self.faults:
                if one.method == method and one.about in address and one.times > 0:
                    one.times -= 1
                    return one.kind
        return None

    def quiet(self) -> None:
        """Wait until all is done that clients had sent who are gone by now.

        Lines are taken in the order in which they come, so that of this call comes last.
        """
        at = urlsplit(self.endpoint)
        with socket.create_connection((at.hostname or "", at.port or 0)) as line:
            mine = line.getsockname()[1]
            with self.changed:
                assert self.changed.wait_for(lambda: mine in self.lines, 60)
        with self.changed:
            assert self.changed.wait_for(lambda: not self.lines, 60)

    def count(self, size: int) -> None:
        """So many bytes more have passed."""
        with self.lock:
            self.moved += size
            moved = self.moved
        self.block(moved)


@contextmanager
def faulty(origin: str) -> Iterator[FaultyS3]:
    """Such a proxy before the server at `origin`, for the block."""
    served = FaultyS3()
    methods = {f"do_{one}": _Handler.pass_on for one in ("GET", "HEAD", "PUT", "POST", "DELETE")}
    mine = {"served": served, "origin": urlsplit(origin).netloc}
    with _Quiet(("127.0.0.1", 0), type("_Handler", (_Handler,), mine | methods)) as http:
        http.served = served
        served.endpoint = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield served
        finally:
            served.ended.set()
            http.shutdown()
            thread.join()


def wrong_checksum(headers: Any, body: bytes) -> str:
    """The name of a header whose checksum is not that of the body; empty where all are right."""
    for name, make in _CHECKS.items():
        told = headers.get(name)
        if told and told != make(body):
            return name
    told = headers.get("x-amz-content-sha256", "")
    if len(told) == 64 and told != hashlib.sha256(body).hexdigest():
        return "x-amz-content-sha256"
    return ""


def _crc64(body: bytes) -> str:
    from awscrt import checksums

    return base64.b64encode(checksums.crc64nvme(body).to_bytes(8, "big")).decode()


def _hashed(name: str) -> Callable[[bytes], str]:
    return lambda body: base64.b64encode(hashlib.new(name, body).digest()).decode()


_CHECKS: dict[str, Callable[[bytes], str]] = {
    "Content-MD5": _hashed("md5"),
    "x-amz-checksum-sha256": _hashed("sha256"),
    "x-amz-checksum-sha1": _hashed("sha1"),
    "x-amz-checksum-crc32": lambda body: base64.b64encode(
        struct.pack(">I", zlib.crc32(body))
    ).decode(),
    "x-amz-checksum-crc64nvme": _crc64,
}


class _Quiet(ThreadingHTTPServer):
    served: FaultyS3
    daemon_threads = True
    request_queue_size = 128

    def process_request(self, request: Any, client_address: Any) -> None:
        """A line is open: noted in the order in which they come, which threads do not keep."""
        with self.served.changed:
            self.served.lines.add(client_address[1])
            self.served.changed.notify_all()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """It is not any more."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.served.changed:
                self.served.lines.discard(client_address[1])
                self.served.changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: clients are killed here."""


class _Handler(BaseHTTPRequestHandler):
    served: FaultyS3
    origin: str
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def pass_on(self) -> None:
        """Take a request, judge it, and answer what the server behind answers."""
        kind = self.served.fault(self.command, unquote(self.path))
        body = self._body()
        if kind is Kind.STALL:
            self.served.ended.wait()
            self._reset()
            return
        if kind is Kind.FLIP_SENT and body:
            body = _flipped(body)
        if kind is Kind.BUSY:
            self._answer(503, [], _BUSY, sent=len(body))
            return
        if kind in _REFUSALS:
            status, code = _REFUSALS[kind]
            said = f"<Error><Code>{code}</Code></Error>".encode()
            self._answer(status, [], said, sent=len(body))
            return
        # What is checked at the end of an upload is the whole object's, not this body's.
        whole = self.command == "POST"
        if not whole and (wrong := wrong_checksum(self.headers, body)):
            self._answer(400, [("x-wrong", wrong)], _WRONG, sent=len(body))
            return
        status, headers, data = self._asked(body)
        if kind is Kind.RESET:
            self._reset()
            return
        if kind is Kind.FLIP and data:
            data = _flipped(data)
        self._answer(status, headers, data, sent=len(body), cut=kind is Kind.TRUNCATE)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
        """Nothing: tests look at what has passed."""

    def _body(self) -> bytes:
        left = int(self.headers.get("Content-Length") or 0)
        found = bytearray()
        while left:
            block = self.rfile.read(min(_BLOCK, left))
            if not block:
                raise ConnectionResetError
            found += block
            left -= len(block)
            self.served.count(len(block))
        return bytes(found)

    def _asked(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        line = HTTPConnection(self.origin)
        try:
            line.request(self.command, self.path, body or None, dict(self.headers.items()))
            answer = line.getresponse()
            headers = answer.getheaders()
            data = answer.read()
        finally:
            line.close()
        status = answer.status
        if status == 200 and "Range" in self.headers and answer.getheader("Content-Range"):
            status = 206
        if self.command == "HEAD":
            headers += [("Content-Length-Of-Head", answer.getheader("Content-Length") or "0")]
        return status, headers, data

    def _answer(
        self,
        status: int,
        headers: list[tuple[str, str]],
        data: bytes,
        *,
        sent: int,
        cut: bool = False,
    ) -> None:
        size = str(len(data))
        self.send_response_only(status)
        for name, value in headers:
            if name == "Content-Length-Of-Head":
                size = value
            elif name.lower() not in _NOT_PASSED_ON:
                self.send_header(name, value)
        self.send_header("Content-Length", size)
        if self.command == "HEAD":
            data = b""  # its sizes are told, and no byte of it: the next answer comes there
        if cut:
            data = data[: len(data) // 2]
        # Noted before it is sent: whoever has an answer may look here at once.
        told = Passed(self.command, unquote(self.path), status, sent, len(data))
        self.served.passed.append(told)
        self.end_headers()
        for at in range(0, len(data), _BLOCK):
            self.wfile.write(data[at : at + _BLOCK])
            self.served.count(len(data[at : at + _BLOCK]))
        if cut:
            self._reset()

    def _reset(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()


def _flipped(data: bytes) -> bytes:
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
