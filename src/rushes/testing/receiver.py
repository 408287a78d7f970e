"""A receiver of webhooks on this machine, which answers as a test wants it to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from threading import Condition, Event
from typing import Any

from rushes.testing.loopback import serving

PATIENCE_S = 90.0


@dataclass(frozen=True)
class Received:
    """One request that arrived; its headers by their names in small letters."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What arrived, and with which statuses it answers what comes next (200 when there is none).

    While it `hangs` it takes in nothing and answers nothing.
    """

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    got: list[Received] = field(default_factory=list)
    hangs: bool = False
    let_go: Event = field(default_factory=Event)
    there: Condition = field(default_factory=Condition)

    def wait(self, count: int) -> list[Received]:
        """All that has arrived, once there are so many."""
        with self.there:
            enough = self.there.wait_for(lambda: len(self.got) >= count, PATIENCE_S)
            assert enough, f"{len(self.got)} of {count} arrived"
            return list(self.got)


class _Handler(BaseHTTPRequestHandler):
    served: Receiver

    def do_POST(self) -> None:
        """Take one in."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver = self.served
        if receiver.hangs:
            receiver.let_go.wait(PATIENCE_S)
        with receiver.there:
            head = {name.lower(): value for name, value in self.headers.items()}
            receiver.got.append(Received(self.path, head, body))
            status = receiver.statuses.pop(0) if receiver.statuses else 200
            receiver.there.notify_all()
        self.send_response(status)
        if status in (301, 302, 307, 308):
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def receiving(*, hangs: bool = False) -> Iterator[Receiver]:
    """A receiver for the block."""
    made = Receiver(hangs=hangs)
    with serving(_Handler, made) as url:
        made.url = f"{url}/hook"
        try:
            yield made
        finally:
            made.let_go.set()
