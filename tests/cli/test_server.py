"""`rushes up`, `down`, `status`, `logs`, `serve`, `user` and `token`, with a real server."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from rushes.cli import exits, server_process, server_running
from rushes.cli.server_beside import Neighbour, neighbours
from rushes.cli.server_process import Server
from rushes.cli.server_running import Serving, counts_of
from rushes.cli.session import Session
from rushes.db import cluster
from rushes.testing.postgres import enterable_folder
from rushes.testing.served import free_port

Command = Callable[..., Any]


def asked(port: int, method: str, path: str, body: Any = None, **head: str) -> tuple[int, bytes]:
    """The status and the body of one answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=90)) as connection:
        data = json.dumps(body).encode() if body is not None else None
        connection.request(method, path, data, {"Content-Type": "application/json", **head})
        answer = connection.getresponse()
        return answer.status, answer.read()


@contextmanager
def serving(*more: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`rushes serve` in the foreground of another process, once it answers; ended afterwards."""
    port = free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "rushes",
            "serve",
            "--port",
            str(port),
            "--workers",
            "1",
            "--live-port",
            "0",
            *more,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        while server_process.answers(f"http://127.0.0.1:{port}") != 200:
            assert process.poll() is None, process.communicate()[0].decode()
        yield process, port
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=90)


@pytest.fixture
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the bundled database of this test lies; stopped afterwards."""
    with enterable_folder() as place:
        monkeypatch.setenv("RUSHES_DATABASE_DATA_DIR", str(place / "postgres"))
        try:
            yield place / "postgres"
        finally:
            cluster.stop(place / "postgres")


def test_all_that_is_needed_is_started_and_ended(
    rushes: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rushes("status").code == exits.UNAVAILABLE
    port = free_port()
    up = rushes("up", "--port", str(port), "--live-port", "0", "--workers", "1", "--json")
    try:
        assert up.code == exits.OK, up.err
        told = up.json
        assert told["url"] == f"http://127.0.0.1:{port}"
        login = told["first_login"]
        assert login["login"] == "admin"
        secret = login["password"]
        again = rushes("up", "--port", str(port), "--json").json
        assert again["did"] == "It was running already."
        assert again["first_login"] is None
        other = rushes("up", "--port", str(port), "--workers", "3")
        assert other.code == exits.NOT_THERE
        assert "runs already" in other.err
        assert "--workers 1 (not 3)" in other.err
        assert "--port" not in other.err
        with monkeypatch.context() as elsewhere:
            beyond = "postgresql://me:hidden-word@127.0.0.1:1/none"
            elsewhere.setenv("RUSHES_DATABASE_URL", beyond)
            its = rushes("status", "--json").json["database"]
            refused = rushes("up", "--port", str(port))
        assert (its["kind"], its["state"], its["place"]) == ("bundled", "running", str(folder))
        assert refused.code == exits.NOT_THERE
        assert f"another database: {folder}" in refused.err
        assert "hidden-word" not in refused.err
        assert rushes("db", "stop").code == exits.UNAVAILABLE
        status = rushes("status")
        while not ("live: process" in status.out and "worker: process" in status.out):
            status = rushes("status")  # the server answers before they are there
        assert status.code == exits.OK
        assert told["url"] in status.out
        assert "Serving on" in rushes("logs").out
        assert rushes("logs", "--json").json["lines"]
        assert asked(port, "GET", "/api/v1/projects")[0] == 401
        data = Path(os.environ["RUSHES_DATA_DIR"])
        assert (data / "server.key").stat().st_mode & 0o777 == 0o600
        for path in data.rglob("*"):
            assert not path.is_file() or secret.encode() not in path.read_bytes()
    finally:
        down = rushes("down", "--json")
    assert down.json["did"] == "Ended."
    assert not server_process.answers(told["url"])
    assert cluster.status(folder).pid is None
    assert rushes("down").out.startswith("It was not running.")
    # The admin is there already, so no other password is made.
    second = rushes("up", "--port", str(port), "--live-port", "0", "--workers", "1", "--json")
    try:
        assert second.json["first_login"] is None
    finally:
        rushes("down")


def test_a_stranger_with_the_servers_number_is_left_alone(rushes: Command, home: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        data = Path(os.environ["RUSHES_DATA_DIR"])
        began = server_process.began(stranger.pid)
        assert began
        old = Server(stranger.pid, f"{began}0", "http://127.0.0.1:1", "", database=False)
        server_process.remember(data, old)
        assert rushes("status").code == exits.UNAVAILABLE
        assert "It was not running." in rushes("down").out
        assert stranger.poll() is None
        stranger.communicate(b"\n")


def test_a_program_works_with_a_token(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    assert rushes("token", "create", "--name", "t", "--scope", "read").code == exits.NOT_THERE
    assert rushes("user", "add", "ada", "--email", "ada", "--json").code == exits.NOT_THERE
    assert rushes("user", "add", "ada", "--admin", "--json").json["password"]
    made = rushes("token", "create", "--name", "t", "--scope", "admin", "--days", "7", "--json")
    token, secret = made.json["token"], made.json["secret"]
    usual = rushes("token", "create", "--name", "u", "--scope", "read", "--json").json["token"]
    good_for = datetime.fromisoformat(usual["expires"]) - datetime.fromisoformat(usual["created"])
    assert round(good_for / timedelta(days=1)) == 90
    ever = rushes("token", "create", "--name", "e", "--scope", "read", "--days", "0")
    assert "it never expires" in ever.err
    assert "never expires" in rushes("token", "list").out
    for one in ("2", "3"):
        assert rushes("token", "revoke", one).code == exits.OK
    bearer = {"Authorization": f"Bearer {secret}"}
    with serving() as (_, port):
        status, body = asked(port, "POST", "/api/v1/projects", {"code": "NV"}, **bearer)
        assert status == 201, body
        empty = {**bearer, "Idempotency-Key": ""}
        status, body = asked(port, "POST", "/api/v1/projects", {"code": "NV2"}, **empty)
        assert status == 422, body
        assert asked(port, "GET", "/api/v1/projects", **bearer)[0] == 200
        assert asked(port, "GET", "/static/rushes/pages.css")[0] == 200
        assert asked(port, "GET", "/static/admin/css/base.css")[0] == 200
        assert b"rushes_database_up 1" in asked(port, "GET", "/metrics")[1]
        assert asked(port, "GET", "/login", Host="elsewhere.example.org")[0] == 400
    roles = ("user", "role", "ada", "supervisor", "--project", "NV", "--json")
    assert rushes(*roles).json["user"]["roles"] == {"NV": "supervisor"}
    assert rushes("user", "list", "--json").json["users"][0]["login"] == "ada"
    *_, listed = rushes("token", "list", "--json").json["tokens"]
    assert listed["last_used"] is not None
    assert secret not in rushes("token", "list").out
    assert rushes("token", "revoke", str(token["id"]), "--json").json["token"]["revoked"]
    assert "revoked" in rushes("token", "list").out
    assert rushes("token", "revoke", "77").code == exits.NOT_THERE


def test_64_programs_that_save_at_once_get_64_numbers(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    rushes("user", "add", "ada", "--admin")
    made = rushes("token", "create", "--name", "t", "--scope", "admin", "--json").json
    bearer = {"Authorization": f"Bearer {made['secret']}"}
    with serving("--threads", "8") as (_, port):

        def post(path: str, body: Any) -> Any:
            status = 503
            while status == 503:  # a busy server is asked again, as clients do
                status, answer = asked(port, "POST", f"/api/v1{path}", body, **bearer)
            assert status == 201, answer
            return json.loads(answer)

        project = post("/projects", {"code": "NV"})["id"]
        sequence = post("/sequences", {"project": project, "code": "sq010"})["id"]
        kind = post("/task-types", {"code": "test"})["id"]
        task = post("/tasks", {"sequence": sequence, "type": kind})["id"]
        numbers: list[int] = []

        def save() -> None:
            held = post("/scenes/next", {"task": task, "software": "nuke"})
            saved = post("/scenes/record", {"token": held["token"], "path": "/a"})
            numbers.append(saved["iteration"])

        threads = [Thread(target=save) for _ in range(64)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert sorted(numbers) == list(range(1, 65))


def test_workers_end_with_a_server_that_was_killed(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    with serving() as (process, port):
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        while server_process.answers(f"http://127.0.0.1:{port}", "/healthz"):
            pass


def test_a_server_writes_where_it_is_told_and_believes_the_proxy_that_it_knows(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    monkeypatch.setenv("RUSHES_SERVER_TRUSTED_PROXIES", "127.0.0.1")
    folder = home / "elsewhere"
    with (
        serving("--log-dir", str(folder)) as (_, port),
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=90)) as connection,
    ):
        connection.request("GET", "/login")
        page = connection.getresponse()
        page.read()
        cookie = (page.headers["Set-Cookie"] or "").partition(";")[0]
        form = f"login=nobody&password=none&csrfmiddlewaretoken={cookie.partition('=')[2]}"
        head = {
            "Cookie": cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": "192.0.2.1, 198.51.100.7",
        }
        connection.request("POST", "/login", form, head)
        assert connection.getresponse().status == 401
        assert "nobody from 198.51.100.7" in (folder / "rushes.log").read_text()


def test_what_runs_beside_has_the_settings_of_the_server(home: Path) -> None:
    session = Session(config=Path("a.toml"), flags={"log_dir": Path("logs"), "shows_root": None})
    served = Serving("127.0.0.1", 8600, 1, 1)
    commands = server_running._beside(session, served, {"live_port": 1, "counts": "counts"})
    for command in commands.values():
        told = command[command.index("--config") :]
        assert told == ["--config", os.path.abspath("a.toml"), "--log-dir", os.path.abspath("logs")]


def test_requests_that_are_half_sent_do_not_stop_it(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    half = b"POST /api/v1/shots HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{"
    with serving() as (_, port), ExitStack() as open_:
        for _ in range(8):
            stays = open_.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            stays.sendall(half)
        assert asked(port, "GET", "/healthz")[0] == 200
        assert asked(port, "GET", "/api/v1/shots")[0] == 401
        while (status := asked(port, "POST", "/api/v1/shots", {})[0]) == 401:
            pass  # not all of the others have been taken in yet
        assert status == 503


def test_what_runs_beside_is_started_anew_and_ends_with_the_server(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    with serving() as (process, _):
        folder = counts_of(Path(os.environ["RUSHES_DATA_DIR"]), process.pid)

        def found() -> dict[str, Neighbour]:
            return {one.name: one for one in neighbours(folder)}

        while found().keys() != {"live", "worker"}:
            pass
        first = found()["worker"]
        os.kill(first.pid, signal.SIGKILL)
        while not (found()["worker"].starts == 2 and found()["worker"].alive):
            pass
        last = found()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        while any(one.alive for one in last.values()):
            pass


def test_events_are_streamed_from_the_server_on(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    rushes("user", "add", "ada", "--admin")
    made = rushes("token", "create", "--name", "t", "--scope", "admin", "--json").json
    bearer = {"Authorization": f"Bearer {made['secret']}"}
    with serving() as (_, port):
        assert asked(port, "POST", "/api/v1/projects", {"code": "NV"}, **bearer)[0] == 201
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=90)) as first:
            first.request("GET", "/api/v1/events/stream?kind=project&after=0", headers=bearer)
            answer = first.getresponse()
            assert answer.status == 307
            there = urlsplit(answer.headers["Location"])
            answer.read()
        with closing(reached(there.port or 0)) as live:
            live.request("GET", f"{there.path}?{there.query}")
            stream = live.getresponse()
            assert stream.status == 200
            while not (line := stream.readline()).startswith(b"data: "):
                assert line
            assert json.loads(line[6:])["type"] == "project.create"
            live.sock.close()


def reached(port: int) -> http.client.HTTPConnection:
    """A connection to a port, as soon as somebody listens there."""
    while True:
        made = http.client.HTTPConnection("127.0.0.1", port, timeout=90)
        try:
            made.connect()
        except ConnectionRefusedError:
            made.close()
        else:
            return made


def test_a_port_that_is_taken_is_told(rushes: Command, home: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for verb in ("serve", "up"):
            ended = rushes(verb, "--port", str(port))
            assert ended.code == exits.UNAVAILABLE
            assert "cannot be listened on" in ended.err


def test_a_server_without_a_database_does_not_start(
    rushes: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", "postgresql://me:hidden-word@127.0.0.1:1/none")
    ended = rushes("up", "--port", str(free_port()))
    assert ended.code == exits.UNAVAILABLE
    assert "hidden-word" not in ended.out + ended.err


def test_a_password_is_taken_from_stdin(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    monkeypatch.setattr("sys.stdin", io.StringIO("a word of my own\n"))
    made = rushes("user", "add", "ada", "--password-stdin", "--json")
    assert made.json["password"] is None
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert rushes("user", "password", "ada", "--password-stdin").code == exits.NOT_THERE
    assert rushes("user", "password", "ada").code == exits.OK


def test_a_role_that_somebody_has_is_not_changed(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    rushes("show", "create", "NV")
    rushes("user", "add", "ada", "--role", "NV", "artist")
    told = [rushes("user", "role", "ada", role, "--project", "NV", "--json").json["did"]
            for role in ("artist", "client", "none", "none")]  # fmt: skip
    assert told == ["It was so already.", "Changed.", "Changed.", "It was so already."]


def test_a_token_says_what_it_is_for(
    rushes: Command, home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    rushes("user", "add", "ada", "--admin")
    assert rushes("token", "create", "--name", " ", "--scope", "read").code == exits.NOT_THERE
    assert rushes("token", "list", "--json").json["tokens"] == []


def test_two_that_start_it_at_once_start_it_once(home: Path, folder: Path) -> None:
    port = str(free_port())
    command = [sys.executable, "-m", "rushes", "up", "--port", port, "--live-port", "0", "--json"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    try:
        told = [json.loads(one.communicate(timeout=110)[0]) for one in both]
        assert sorted(one["did"] for one in told) == ["It was running already.", "Started."]
        assert told[0]["pid"] == told[1]["pid"]
        assert sum(one["first_login"] is not None for one in told) == 1
    finally:
        subprocess.run([sys.executable, "-m", "rushes", "down"], capture_output=True)
