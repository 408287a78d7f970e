"""A tracker that is told of Versions, for tests: its server, and a plug as outsiders write it.

No such tracker is known; the server is the small Trak's, with its faults, and has routes that
nobody else has. The plug is found as any outsider's is: by an entry point.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rushes.adapters.asking import Asking, Service
from rushes.model.outbox import Post, PostKind
from rushes.ports.tracker import Answer, Known, Looked, Verdict
from rushes.testing.loopback import serving
from rushes.testing.trak.server import Handler, TrakServer

NAME = "elsewhere"
_URL = "RUSHES_TEST_ELSEWHERE_URL"
_METADATA = "Metadata-Version: 2.1\nName: rushes-elsewhere\nVersion: 1\n"
_POINT = f"[rushes.adapters]\ntracker.{NAME} = {__name__}:connect\n"


@contextmanager
def version_server() -> Iterator[TrakServer]:
    """A server on this machine for the block; `results` are by the posts' keys."""
    served = TrakServer()
    with serving(_Versions, served) as address:
        served.url = address
        try:
            yield served
        finally:
            served.ended.set()


def install(folder: Path) -> Path:
    """Make `folder` one that Python finds the plug in, as if somebody had installed it there."""
    made = folder / "rushes_elsewhere-1.dist-info"
    made.mkdir(parents=True)
    (made / "METADATA").write_text(_METADATA)
    (made / "entry_points.txt").write_text(_POINT)
    return folder


def environment(served: TrakServer) -> dict[str, str]:
    """The variables that have ingests tell it."""
    return {_URL: served.url, "RUSHES_TRACKING_TRACKERS": NAME}


def connect(address: str = "") -> Callable[[Any], Elsewhere]:
    """What opens it; its address is a variable, for outsiders have no settings of ours."""
    return lambda _settings: Elsewhere(address or os.environ[_URL])


class Elsewhere:
    """`ports.tracker.Tracker` of Versions alone."""

    name = NAME
    kinds = frozenset((PostKind.VERSION,))

    def __init__(self, url: str) -> None:
        self._asking = Asking(Service(url, {}, (), 5.0))
        self._stopped: Answer | None = None

    @property
    def stopped(self) -> Answer | None:
        """Why nothing is asked of it any more."""
        return self._stopped

    def assets(self, paths: Sequence[str]) -> Sequence[Looked]:
        """It knows none."""
        return [Looked() for _ in paths]

    def send(self, posts: Sequence[Post]) -> Sequence[Answer]:
        """Tell Versions, one request each."""
        return [self._sent(post) for post in posts]

    def known(self, posts: Sequence[Post]) -> Sequence[Known]:
        """Whether it has them."""
        return [self._known(post) for post in posts]

    def close(self) -> None:
        """Close the connections."""
        self._asking.close()

    def _sent(self, post: Post) -> Answer:
        if self._stopped is not None:
            return self._stopped
        reply = self._asking.ask("POST", _place(post), body=post.document.encode(), key=post.key)
        if 200 <= reply.status < 300 and not reply.lost:
            return Answer(Verdict.DELIVERED, f"HTTP {reply.status}")
        if 400 <= reply.status < 500:
            return Answer(Verdict.REFUSED, f"HTTP {reply.status}")
        told = f"it {reply.lost}" if reply.lost else f"HTTP {reply.status}"
        self._stopped = Answer(Verdict.LATER, told)
        maybe = not reply.status and reply.arrived
        return Answer(Verdict.UNKNOWN, told) if maybe else self._stopped

    def _known(self, post: Post) -> Known:
        if self._stopped is not None:
            return Known.CANNOT_TELL
        status = self._asking.ask("GET", _place(post)).status
        return {200: Known.YES, 404: Known.NO}.get(status, Known.CANNOT_TELL)


def _place(post: Post) -> str:
    return f"/versions/{quote(post.key, safe='')}"


class _Versions(Handler):
    """`/versions/{key}`: told by POST, asked for by GET."""

    def _answered(self, body: Any) -> tuple[int, str]:
        key = self.path.removeprefix("/versions/")
        results = self.served.results
        if self.command == "POST":
            results.setdefault(key, []).append(body)
            return 201, "{}"
        return (200, "{}") if key in results else (404, "{}")
