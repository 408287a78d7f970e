"""The real server for tests: in processes of its own, on loopback, asked as programs ask it."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TIMEOUT_S = 90
_PAUSE_S = 0.02
# Below those that systems give by themselves: none of these goes to somebody else's line meanwhile.
_PORTS = range(12_000, 30_000)


@dataclass(frozen=True, slots=True)
class Served:
    """`rushes serve` that answers on `port`."""

    process: subprocess.Popen[bytes]
    port: int


def free_port() -> int:
    """A port that nobody listens on, and nobody is given before it is used."""
    dice = random.SystemRandom()
    while True:
        port = dice.choice(_PORTS)
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def asked(
    port: int,
    method: str,
    path: str,
    body: Any = None,
    *,
    head: Mapping[str, str] | None = None,
) -> tuple[int, bytes]:
    """The status and the body of one answer, on a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)) as connection:
        data = json.dumps(body).encode() if body is not None else None
        connection.request(method, path, data, {"Content-Type": "application/json", **(head or {})})
        answer = connection.getresponse()
        return answer.status, answer.read()


@contextmanager
def starting(*options: str, env: Mapping[str, str] | None = None) -> Iterator[Served]:
    """`rushes serve` for the block, whether or not it answers yet; ended afterwards."""
    port = free_port()
    command = ("serve", "--port", str(port), "--live-port", "0", *options)
    process = subprocess.Popen(
        [sys.executable, "-m", "rushes", *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **(env or {})},
        start_new_session=True,
    )
    try:
        yield Served(process, port)
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.communicate(timeout=_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            left = _left(process.pid)
            for one in (process.pid, *map(int, left)):
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
            process.communicate()
            raise AssertionError(f"the server did not end; of it are left: {left}") from None


def _left(session: int) -> dict[str, str]:
    """The processes of a session, as far as this system tells: state, where they wait, command."""
    found = {}
    for one in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            stat = (one / "stat").read_text().rpartition(")")[2].split()
            if int(stat[3]) == session:
                command = (one / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found[one.name] = f"{stat[0]} {(one / 'wchan').read_text()} {command[-160:]}"
    return found


def until_ready(server: Served) -> None:
    """Ask until the server and its database answer. Fails where the server ended instead."""
    while True:
        if server.process.poll() is not None:
            raise AssertionError(server.process.communicate()[1].decode())
        with suppress(OSError, http.client.HTTPException):
            if asked(server.port, "GET", "/readyz")[0] == 200:
                return
        # Who asks without a pause takes the processor from what is to start.
        with suppress(subprocess.TimeoutExpired):
            server.process.wait(_PAUSE_S)


@contextmanager
def serving(*options: str, env: Mapping[str, str] | None = None) -> Iterator[Served]:
    """The same, once it answers."""
    with starting(*options, env=env) as server:
        until_ready(server)
        yield server
