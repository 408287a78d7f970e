"""Requests to a server: what is tried again, what is not, and what errors tell."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple

import pytest

from rushes.client.transport import Transport
from rushes.core.errors import Code, RushesError
from rushes.testing.loopback import serving

TOKEN = "rushes_secret-of-a-test"


class Answer(NamedTuple):
    """What the server says. With status 0 it hangs up instead."""

    status: int = 200
    body: bytes = b"{}"
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Served:
    """Answers to come, the last again and again; requests that came."""

    answers: list[Answer]
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    served: Served
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.served.asked.append((self.command, self.path, dict(self.headers), body))
        answers = self.served.answers
        told = answers.pop(0) if len(answers) > 1 else answers[0]
        if not told.status:
            self.close_connection = True
            return
        self.send_response(told.status)
        self.send_header("Content-Type", told.kind)
        self.send_header("Content-Length", str(len(told.body)))
        for name, value in told.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(told.body)

    do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


class Line(NamedTuple):
    transport: Transport
    served: Served
    pauses: list[float]


@pytest.fixture
def line() -> Callable[..., Any]:
    @contextmanager
    def made(*answers: Answer, token: str = TOKEN, **given: Any) -> Iterator[Line]:
        served, pauses = Served(list(answers)), list[float]()
        with (
            serving(Handler, served) as url,
            closing(Transport(url, token, pause=pauses.append, **given)) as transport,
        ):
            yield Line(transport, served, pauses)

    return made


def problem(code: str, status: int, **headers: str) -> Answer:
    error = {"code": code, "message": "It is so.", "hint": "Do that.", "context": {}}
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(status, json.dumps({"error": error}).encode(), headers=named)


@contextmanager
def refused(code: Code, *words: str) -> Iterator[None]:
    with pytest.raises(RushesError) as caught:
        yield
    told = f"{caught.value.message} {caught.value.hint}"
    assert caught.value.code is code, told
    assert TOKEN not in told
    for word in words:
        assert word in told


def test_what_is_asked_goes_below_the_api_with_the_token(line: Any) -> None:
    with line(Answer(body=b'{"a": [1, 2.5, "\xc3\xa4"]}'), tool="nuke ✂") as (transport, served, _):
        assert transport.get("/shots", [("code__like", "sh*&x")]) == {"a": [1, 2.5, "ä"]}
    ((method, path, headers, _),) = served.asked
    assert (method, path) == ("GET", "/api/v1/shots?code__like=sh%2A%26x")
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert headers["Rushes-Tool"] == "nuke %E2%9C%82"


@pytest.mark.parametrize("below", ["", "/", "/api/v1", "/api/v1/"])
def test_an_address_may_be_written_in_several_ways(line: Any, below: str) -> None:
    with (
        line(Answer()) as (transport, served, _),
        closing(Transport(transport.url + below, TOKEN)) as other,
    ):
        other.get("me")
    assert served.asked[0][1] == "/api/v1/me"


def test_an_error_comes_back_as_it_was(line: Any) -> None:
    with (
        line(problem("record.not_found", 404)) as (transport, served, _),
        refused(Code.RECORD_NOT_FOUND, "It is so.", "Do that."),
    ):
        transport.get("/shots/7")
    assert len(served.asked) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, Code.LOGIN_NEEDED), (403, Code.ACCESS_DENIED), (404, Code.RECORD_NOT_FOUND),
        (409, Code.RECORD_CONFLICT), (412, Code.RECORD_CONFLICT), (422, Code.FIELD_INVALID),
        (418, Code.SERVER_UNAVAILABLE), (500, Code.SERVER_UNAVAILABLE),
    ],
)  # fmt: skip
def test_a_code_of_a_newer_server_becomes_one_that_is_known(
    line: Any, status: int, code: Code
) -> None:
    with line(problem("quantum.decayed", status)) as (transport, _, _), refused(code, "It is so."):
        transport.get("/shots")


def test_a_busy_server_is_asked_again_when_it_wants_to_be(line: Any) -> None:
    busy = problem("database.unavailable", 503, Retry_After="2")
    with line(busy, problem("busy", 429), Answer(body=b"[7]")) as (transport, _, pauses):
        assert transport.get("/shots") == [7]
    assert pauses[0] == 2.0
    assert 0 < pauses[1] < 2


def test_a_write_is_tried_again_under_the_same_key(line: Any) -> None:
    answers = (Answer(0), Answer(502, b"<h1>"), problem("database.unavailable", 503), Answer())
    with line(*answers) as (transport, served, _):
        transport.send("POST", "/shots", [{"code": "ä"}])
        transport.send("PATCH", "/shots", [])
    keys = [headers["Idempotency-Key"] for _, _, headers, _ in served.asked]
    assert len(set(keys[:4])) == 1
    assert len(set(keys)) == 2
    assert {body for *_, body in served.asked[:4]} == {'[{"code": "ä"}]'.encode()}


def test_what_the_server_keeps_no_answer_to_is_sent_once(line: Any) -> None:
    with line(Answer(0), Answer()) as (transport, served, pauses):
        with refused(Code.SERVER_UNAVAILABLE, "dropped"):
            transport.send("POST", "/tokens", {}, once=False)
        assert len(served.asked) == 1
        assert "Idempotency-Key" not in served.asked[0][2]
    with line(problem("busy", 503), Answer()) as (transport, served, pauses):
        transport.send("POST", "/tokens", {}, once=False)
        assert len(served.asked) == 2
    assert len(pauses) == 1


def test_there_is_an_end_to_trying(line: Any) -> None:
    with line(problem("database.unavailable", 503)) as (transport, served, pauses):
        with refused(Code.DATABASE_UNAVAILABLE, "It is so."):
            transport.get("/shots")
        assert len(served.asked) == 5
    assert pauses == sorted(pauses)
    with line(problem("database.unavailable", 503, Retry_After="3600")) as (transport, served, _):
        with refused(Code.DATABASE_UNAVAILABLE):
            transport.get("/shots")
        assert len(served.asked) == 1


def test_a_redirection_is_told_and_the_token_does_not_follow_it(line: Any) -> None:
    with line(Answer()) as (_, other, _):
        away = Answer(302, headers=(("Location", "https://login.example/?next=secret"),))
        with line(away) as (transport, served, _):
            with refused(Code.SERVER_UNAVAILABLE, "https://login.example/", transport.url):
                transport.get("/shots")
            assert len(served.asked) == 1
    assert other.asked == []


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Answer(200, b"<html>", "text/html; charset=utf-8"), "text/html"),
        (Answer(404, b"<html>", "text/html"), "404"),
        (Answer(404, b'{"detail": "no"}'), "404"),
        (Answer(200, b"{", "application/json"), "broken JSON"),
    ],
)
def test_what_is_no_server_of_ours_is_told(line: Any, answer: Answer, word: str) -> None:
    with (
        line(answer) as (transport, _, _),
        refused(Code.SERVER_UNAVAILABLE, transport.url, "no Rushes server", word),
    ):
        transport.get("/shots")


def test_a_server_of_another_version_is_told(line: Any) -> None:
    newer = problem("nothing.found", 404, Rushes_Api="2")
    with (
        line(newer) as (transport, _, _),
        refused(Code.SERVER_UNAVAILABLE, "version '2' of the API", "this client version '1'"),
    ):
        transport.get("/shots")


def test_nobody_there_is_told_with_the_address_alone() -> None:
    pauses: list[float] = []
    with (
        closing(Transport("http://127.0.0.1:9", TOKEN, pause=pauses.append)) as transport,
        refused(Code.SERVER_UNAVAILABLE, "http://127.0.0.1:9", "cannot be reached"),
    ):
        transport.send("POST", "/tokens", {}, once=False)
    assert len(pauses) == 4
    assert TOKEN not in repr(transport)


def test_without_a_token_nothing_is_asked(line: Any) -> None:
    with (
        line(Answer(), token="") as (transport, served, _),
        refused(Code.LOGIN_NEEDED, "RUSHES_TOKEN"),
    ):
        transport.get("/shots")
    assert served.asked == []


@pytest.mark.parametrize(
    "url", ["", "rushes.studio", "ftp://a", "http://", "http://a:b", "http://a/?x=1", "http://[x"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with refused(Code.SETTINGS_INVALID, "address"):
        Transport(url, TOKEN)


def test_a_login_in_an_address_is_refused_and_not_told() -> None:
    with refused(Code.SETTINGS_INVALID, "login"):
        Transport(f"https://ada:{TOKEN}@rushes.studio", TOKEN)


@pytest.mark.parametrize("token", ["a b", "a\nb", "ä", "a\0"])
def test_what_is_no_token_is_refused_and_not_told(token: str) -> None:
    with pytest.raises(RushesError) as caught:
        Transport("http://127.0.0.1", token)
    assert caught.value.code is Code.SETTINGS_INVALID
    assert token not in caught.value.message


def test_many_threads_share_one_and_may_close_it_meanwhile(line: Any) -> None:
    with line(Answer(body=b"7")) as (transport, served, pauses):
        together = threading.Barrier(8)

        def ask(_: int) -> Any:
            together.wait()
            told = [transport.get("/shots") for _ in range(5)]
            transport.close()
            return [*told, transport.get("/shots")]

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(ask, range(8))) == [[7] * 6] * 8
    assert len(served.asked) == 48
    assert pauses == []
