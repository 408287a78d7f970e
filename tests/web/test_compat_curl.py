"""The requests in project_manager's own introduction, sent by curl as they stand there."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest

THEIR_URL = "http://127.0.0.1:8002"
TASK, SHOT, PUBLISH = 32, 11, 21
POST = r"""
curl -X POST "http://127.0.0.1:8002/api/publishes/" ^
  -H "Content-Type: application/json" ^
  -d "{\"task_id\":32,\"target_type\":\"shot\",\"target_id\":11,\"software\":\"houdini\",\"source_version\":1,\"source_iteration\":1,\"item_usd_path\":\"/show/sequences/010/0500/fx/houdini/scenes/artist01/PinchIn/usd/PinchIn/particles01/data/particles01_v001_i001.usd\",\"asset_usd_path\":\"/show/sequences/010/0500/fx/houdini/scenes/artist01/PinchIn/usd/PinchIn/particles01/particles01.usd\",\"status\":\"published\",\"metadata\":{\"asset_name\":\"PinchIn\",\"part_name\":\"particles01\"}}"
"""  # noqa: E501 (as it stands there)
ANSWER = """
{
  "ok": true,
  "data": {
    "publish_id": 21,
    "id": 21,
    "source_version": 1,
    "source_iteration": 1,
    "version": 1,
    "iteration": 1,
    "is_latest": true,
    "part_name": "particles01",
    "part_usd_path": "/show/sequences/010/0500/fx/houdini/scenes/artist01/PinchIn/usd/PinchIn/particles01/particles01.usd"
  }
}
"""  # noqa: E501
LATEST = 'curl "http://127.0.0.1:8002/api/publishes/?asset=PinchIn&latest_per_part=1"'

# What is told of layers: their project has no folder here, so none can be written.
LAYERS = {"warnings", "layer_warning"}

Curl = Callable[..., tuple[int, Any]]


class Http(ThreadingMixIn, WSGIServer):
    """A thread for each request, ended before the server is."""


@pytest.fixture
def address(server: object) -> Iterator[str]:
    """The server's application behind a real socket."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    class Handler(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            finally:
                connections.close_all()

    with Http(("127.0.0.1", 0), Handler) as http:
        http.set_app(get_wsgi_application())
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


@pytest.fixture
def curl(address: str, admin: object, token: Callable[..., str]) -> Curl:
    """Runs a command as it stands in their text, with our address and a token."""
    header = f"Authorization: Bearer {token('ada')}"

    def run(command: str, *more: str) -> tuple[int, Any]:
        words = shlex.split(command.replace("^\n", "\n").replace(THEIR_URL, address))
        if shutil.which("curl") is None:
            return _sent_by_httpx([*words[1:], "-H", header, *more])
        done = subprocess.run(
            [*words, "-sS", "-w", "\n%{http_code}", "-H", header, *more],
            check=True,
            capture_output=True,
            text=True,
            timeout=90,
        )
        body, _, status = done.stdout.rpartition("\n")
        return int(status), json.loads(body)

    return run


def _sent_by_httpx(words: list[str]) -> tuple[int, Any]:
    import httpx

    url, given = "", {"-X": "", "-d": ""}
    headers = {}
    rest = iter(words)
    for word in rest:
        if word == "-H":
            name, _, text = next(rest).partition(": ")
            headers[name] = text
        elif word in given:
            given[word] = next(rest)
        else:
            url = word
    method = given["-X"] or ("POST" if given["-d"] else "GET")
    answer = httpx.request(method, url, headers=headers, content=given["-d"] or None)
    return answer.status_code, answer.json()


@pytest.fixture
def their_task(make_shots: Any, api: Any) -> None:
    """The shot and the task of their example, under the numbers that they have there."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table, number in (("shot", SHOT), ("task", TASK), ("publish", PUBLISH)):
            cursor.execute(f"SELECT setval('rushes_{table}_id_seq', {number - 1})")
    (shot,) = make_shots(1)
    kind = api("GET", "/api/v1/task-types?code=fx").json["data"][0]["id"]
    task = api("POST", "/api/v1/tasks", {"shot": shot["id"], "type": kind}).json
    assert (shot["id"], task["id"]) == (SHOT, TASK)


def answered(found: tuple[int, Any]) -> bool:
    """Whether it is their answer, key by key; what is told besides is of layers alone."""
    status, told = found
    wanted = json.loads(ANSWER)
    same = {name: told["data"][name] for name in wanted["data"]} == wanted["data"]
    besides = told["data"].keys() - wanted["data"].keys()
    return status == 201 and told["ok"] is True and same and besides <= LAYERS


def test_the_example_is_answered_key_by_key(their_task: None, curl: Curl) -> None:
    assert answered(curl(POST))


def test_the_latest_parts_of_an_asset_are_told(their_task: None, curl: Curl) -> None:
    made = json.loads(ANSWER)["data"]
    curl(POST)
    status, told = curl(LATEST)
    assert (status, told["ok"]) == (200, True)
    (row,) = told["data"]
    wanted = {name: made[name] for name in ("part_name", "part_usd_path", "publish_id")}
    assert {**wanted, "asset_name": "PinchIn"}.items() <= row.items()


def test_the_example_sent_twice_is_not_doubled(their_task: None, curl: Curl) -> None:
    curl(POST)
    status, told = curl(POST)
    assert (status, told["ok"], told["code"]) == (409, False, "record.conflict")
    assert len(curl(LATEST)[1]["data"]) == 1


def test_the_example_sent_twice_with_one_key_is_answered_twice(
    their_task: None, curl: Curl
) -> None:
    key = ("-H", "Idempotency-Key: particles01")
    assert answered(curl(POST, *key))
    assert answered(curl(POST, *key))
    assert len(curl(LATEST)[1]["data"]) == 1
