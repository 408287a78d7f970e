"""How far an ingest or a delivery is comes as it goes on, from the real server, until it ends."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from rushes.cli import exits
from rushes.db.opening import open_studio
from rushes.testing.served import asked, serving
from rushes.testing.studios import make

Command = Callable[..., Any]
Event = dict[str, Any]


class Server:
    """A server with a project, asked by somebody's program."""

    def __init__(self, port: int, project: int, tokens: dict[str, str]) -> None:
        self.port, self.project = port, project
        self._heads = {who: {"Authorization": f"Bearer {one}"} for who, one in tokens.items()}

    def ask(self, method: str, path: str, body: Any = None, *, who: str = "ada") -> Any:
        """What it answers."""
        status, told = asked(self.port, method, f"/api/v1/{path}", body, head=self._heads[who])
        assert status < 400, told
        return json.loads(told)

    def begin(self) -> int:
        """A delivery that a program makes itself."""
        given = {"kind": "delivery", "key": str(uuid4()), "project": self.project, "name": "a"}
        return int(self.ask("POST", "movements", given)["id"])

    def led(self, path: str, *, who: str = "ada", **head: str) -> tuple[int, str]:
        """The status for who wants a stream, and where it is."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)) as asking:
            asking.request("GET", f"/api/v1/{path}/progress/stream", headers={
                **self._heads[who], **{name.replace("_", "-"): one for name, one in head.items()}
            })  # fmt: skip
            answer = asking.getresponse()
            answer.read()
            return answer.status, answer.headers.get("Location", "")


@pytest.fixture
def server(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        project = make(studio, "project", code="NV").id
    tokens = {}
    for who, role in (("ada", "admin"), ("vera", "vendor")):
        assert rushes("user", "add", who).code == exits.OK
        assert rushes("user", "role", who, role, "--project", "NV").code == exits.OK
        made = rushes("token", "create", "--name", "t", "--user", who, "--scope", "write",
                      "--json")  # fmt: skip
        tokens[who] = made.json["secret"]
    with serving() as served:
        yield Server(served.port, project, tokens)


@contextmanager
def stream(address: str) -> Iterator[http.client.HTTPResponse]:
    """What the live process answers, as soon as it listens."""
    there = urlsplit(address)
    while True:
        live = http.client.HTTPConnection("127.0.0.1", there.port, timeout=90)
        try:
            live.request("GET", f"{there.path}?{there.query}")
            break
        except ConnectionRefusedError:
            live.close()
    with closing(live), closing(live.getresponse()) as answer:
        yield answer


def events(answer: http.client.HTTPResponse) -> Iterator[Event]:
    """What is told, with its `last` where it has an id, until the stream ends."""
    last = ""
    while line := answer.readline().decode():
        name, _, value = line.rstrip().partition(": ")
        if name == "id":
            last = value
        elif name == "data":
            yield {**json.loads(value), "last": last}


def followed(server: Server, at: str) -> Iterator[Event]:
    """What is told up to the end, by a program that comes again where rights were looked up anew;
    here they have changed a moment ago.
    """
    while True:
        status, address = server.led(at)
        assert status == 307
        with stream(address) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for one in events(answer):
                yield one
                if one["last"]:
                    assert answer.read().strip() == b""
                    return


def test_progress_is_streamed_until_it_has_ended(server: Server) -> None:
    number = server.begin()
    at = f"movements/{number}"
    server.ask("POST", f"{at}/beat", {"done": 1, "total": 40, "note": "hashing"})
    told = followed(server, at)
    first = next(told)
    assert {**server.ask("GET", f"{at}/progress"), "last": ""} == first
    assert (first["state"], first["done"], first["total"]) == ("running", 1, 40)
    server.ask("POST", f"{at}/cancel", {})
    assert next(one for one in told if not one["wanted"])["state"] == "running"
    server.ask("POST", f"{at}/end", {"state": "cancelled", "told": "no more"})
    *_, last = told
    assert (last["state"], last["told"]) == ("cancelled", "no more")
    # A browser comes again by itself, and is told that this was all.
    assert server.led(at, Last_Event_ID=last["last"]) == (204, "")
    assert server.led(at, Last_Event_ID="another")[0] == 307


def test_what_has_ended_is_told_at_once_and_no_more(server: Server) -> None:
    number = server.begin()
    server.ask("POST", f"movements/{number}/end", {"state": "done", "counts": {"files": 0}})
    told = followed(server, f"deliveries/{number}")
    assert [(one["state"], one["counts"]) for one in told] == [("done", {"files": 0})]


def test_progress_is_streamed_to_those_alone_who_see_it(server: Server) -> None:
    number = server.begin()
    assert server.led(f"movements/{number}", who="vera")[0] == 403
    assert server.led(f"ingests/{number}")[0] == 404
    _, address = server.led(f"movements/{number}")
    events_of_vera = asked(server.port, "GET", "/api/v1/events/stream", head=server._heads["vera"])
    assert events_of_vera[0] == 307
    for other, status in (
        (address.replace(f"movement={number}", "movement=999"), 404),
        (address.replace(f"movement={number}", "movement=x"), 422),
        (address.partition("&ticket")[0], 401),
    ):
        with stream(other) as answer:
            assert answer.status == status, other
