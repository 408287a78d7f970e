"""A small Trak over HTTP on this machine, as far as an adapter of ours asks it.

It was written from what an earlier tool sent and understood, and from nothing else: it is no proof
of what a real Trak does. Requests must have the right key.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import quote, unquote

from rushes.testing.loopback import serving

API_KEY = "k3y-of-the-test"
SEARCH = "/api/asset/asset-search"
_ASSETS = "/api/assets/"
_PIECE = b" " * 65536


class Wrong(StrEnum):
    """What goes wrong with a request."""

    STATUS = "status"  # nothing is done, and a status is the answer
    CUT_BEFORE = "cut before"  # nothing is done, and the connection is cut
    CUT_AFTER = "cut after"  # all is done, and the connection is cut before an answer
    SILENT = "silent"  # nothing is done, and no answer comes
    SILENT_AFTER = "silent after"  # all is done, and no answer comes
    TRICKLE = "trickle"  # all is done, and the answer comes byte by byte
    GARBAGE = "garbage"  # nothing is done; the answer is a page for people, and a good one
    HUGE = "huge"  # all is done, and the answer has no end


@dataclass(slots=True)
class Fault:
    """What goes wrong with requests whose path ends so, `times` of them after `skip` good ones."""

    wrong: Wrong
    ending: str = ""
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    times: int = 1
    skip: int = 0

    def meets(self, path: str) -> bool:
        """Whether this request meets it; counts."""
        if not path.endswith(self.ending) or not self.times:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came. `headers` go by their names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass(slots=True)
class TrakServer:
    """A server that runs: what it knows, what it was told, and what it shall do wrong.

    `assets` are ids by path, `results` the documents told of each id. Without `tells` it has no
    way to ask for those, as a real Trak may not have.
    """

    url: str = ""
    assets: dict[str, list[str]] = field(default_factory=dict)
    results: dict[str, list[Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    token: str = ""
    tells: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    def has(self, path: str, asset_id: str) -> None:
        """Know an asset at a path."""
        self.assets.setdefault(path, []).append(asset_id)

    def told(self, asset_id: str) -> list[str]:
        """The `qc_id`s of all that was told of an asset, in order."""
        return [document["qc_id"] for document in self.results.get(asset_id, [])]

    def environment(self) -> dict[str, str]:
        """The variables that say where it is."""
        return {"TRAK_BASE_URL": self.url, "TRAK_ASSET_TRACKER_API_KEY": API_KEY}


@contextmanager
def trak_server() -> Iterator[TrakServer]:
    """A server on this machine for the block."""
    served = TrakServer()
    with serving(Handler, served) as address:
        served.url = f"{address}/api/"
        try:
            yield served
        finally:
            served.ended.set()


class Handler(BaseHTTPRequestHandler):
    """Answers requests, and does wrong what it was told to. Others override what it answers."""

    served: TrakServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Any request."""
        # Whoever asked may be gone before the answer is.
        with suppress(ConnectionError):
            self._handle()

    do_POST = do_GET  # noqa: N815 (its name there)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
        """Nothing: tests look at what was asked."""

    def _handle(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(raw) if raw else None
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.served.asked.append(Asked(self.command, self.path, headers, body))
        met = next((one for one in self.served.faults if one.meets(self.path)), None)
        if met is None:
            self._send(*self._answered(body))
        else:
            self._go_wrong(met, body)

    def _go_wrong(self, fault: Fault, body: Any) -> None:
        wrong = fault.wrong
        if wrong in (Wrong.CUT_AFTER, Wrong.SILENT_AFTER, Wrong.HUGE, Wrong.TRICKLE):
            self._answered(body)
        if wrong is Wrong.STATUS:
            self._send(fault.status, fault.body, fault.headers)
            return
        if wrong is Wrong.GARBAGE:
            self._send(200, "<html>Please log in.</html>", {"Content-Type": "text/html"})
            return
        self.close_connection = True
        if wrong in (Wrong.SILENT, Wrong.SILENT_AFTER):
            self.served.ended.wait()
        elif wrong in (Wrong.HUGE, Wrong.TRICKLE):
            self._go_on(_PIECE if wrong is Wrong.HUGE else b" ", pause=wrong is Wrong.TRICKLE)

    def _go_on(self, piece: bytes, *, pause: bool) -> None:
        """Send and send, until nobody listens."""
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        while not self.served.ended.wait(0.02 if pause else 0):
            self.wfile.write(piece)

    def _answered(self, body: Any) -> tuple[int, str]:
        if not self._let_in():
            return 403, '{"message":"Forbidden"}'
        if (self.command, self.path) == ("POST", SEARCH):
            found = self.served.assets.get(body["assetPath"], [])
            items = [{"asset_id": one} for one in found]
            return 200, json.dumps({"items": items, "total": len(items)})
        asset_id = unquote(self.path.removeprefix(_ASSETS).removesuffix("/qc"))
        known = any(asset_id in ids for ids in self.served.assets.values())
        if not known or self.path != self._place(asset_id):
            return 404, '{"message":"Not Found"}'
        results = self.served.results.setdefault(asset_id, [])
        if self.command == "POST":
            results.append(body)
            return 201, '{"ok":true}'
        return (200, json.dumps(results)) if self.served.tells else (405, "")

    def _let_in(self) -> bool:
        wanted = f"Bearer {self.served.token}" if self.served.token else None
        given = self.headers.get("Authorization")
        return self.headers.get("x-api-key") == API_KEY and given == wanted

    def _place(self, asset_id: str) -> str:
        return f"{_ASSETS}{quote(asset_id, safe='')}/qc"

    def _send(self, status: int, body: str, headers: dict[str, str] | None = None) -> None:
        data = body.encode()
        self.send_response(status)
        given = {"Content-Type": "application/json", "Content-Length": str(len(data))}
        for name, value in {**given, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
