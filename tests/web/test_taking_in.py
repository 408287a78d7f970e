"""Whoever sends half of a request holds up nobody who sends a whole one without a body."""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event, Semaphore
from typing import Any

import pytest

from rushes.ports.people import People
from rushes.web.taking_in import taken_in


class Slow:
    """A body that is half there until it may end."""

    def __init__(self) -> None:
        self.asked, self.end = Semaphore(0), Event()

    def read(self, size: int) -> bytes:
        """All of it, once it has come."""
        self.asked.release()
        assert self.end.wait(90)
        return b"x" * size


def echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def test_a_thread_is_left_for_requests_without_a_body(server: People) -> None:
    answer, slow = taken_in(echo, threads=3, patience_s=0.01), Slow()
    told: list[str] = []

    def asked(body: Any, length: str) -> bytes:
        environ = {"wsgi.input": body, "CONTENT_LENGTH": length}
        return b"".join(answer(environ, lambda status, _head: told.append(status)))

    with ThreadPoolExecutor(2) as threads:
        held = [threads.submit(asked, slow, "4") for _ in range(2)]
        for _ in held:
            assert slow.asked.acquire(timeout=90)
        assert asked(BytesIO(b""), "") == b""
        refused = json.loads(asked(BytesIO(b"new"), "3"))
        assert refused["error"]["code"] == "server.unavailable"
        assert told == ["200 OK", "503 Service Unavailable"]
        slow.end.set()
        assert [one.result() for one in held] == [b"xxxx"] * 2
    assert asked(BytesIO(b"new"), "3") == b"new"


@pytest.mark.parametrize("length", ["99999999999", "1" * 30, "many", "-1", "²"])
def test_what_is_refused_is_not_read(server: People, length: str) -> None:
    def refusing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("413 Content Too Large", [])
        return [type(environ["wsgi.input"]).__name__.encode()]

    environ = {"wsgi.input": Slow(), "CONTENT_LENGTH": length}
    assert [*taken_in(refusing, threads=2)(environ, lambda *_: None)] == [b"Slow"]
