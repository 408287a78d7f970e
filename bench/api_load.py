"""Asks a server over and over: processes with a connection each, and how long each answer took."""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NamedTuple

_LARGEST = 1 << 20
_TIMEOUT_S = 120.0


class Ask(NamedTuple):
    """One request; `body` is sent as JSON."""

    method: str
    path: str
    body: Any = None


# Units of work on a connection, such as all pages of a list; what each tells may be kept.
Work = Iterator[Callable[["Connection"], Any]]


@dataclass(frozen=True, slots=True)
class Served:
    """What came of it: seconds of every unit of work, how many failed, how many bytes came.

    `kept` is what the units told, where that was wanted.
    """

    wall_s: float
    took: tuple[float, ...]
    failed: int
    received: int
    kept: tuple[Any, ...] = ()

    @property
    def rate(self) -> float:
        """Units of work a second."""
        return len(self.took) / self.wall_s

    def quantile(self, share: float) -> float:
        """The milliseconds that this share of all units stayed below."""
        ordered = sorted(self.took)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class RefusedError(Exception):
    """The server did not do what was asked."""


class Connection:
    """One connection that is kept open: plain HTTP/1.1, as little of it as a benchmark needs."""

    def __init__(self, port: int, head: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: 127.0.0.1:{port}\r\n{head}Content-Type: application/json\r\n"
        self.received = 0

    def ask(self, wanted: Ask) -> bytes:
        """The body of the answer. Raises `RefusedError` for any status from 300 on."""
        body = b"" if wanted.body is None else json.dumps(wanted.body).encode()
        head = f"{wanted.method} {wanted.path} HTTP/1.1\r\n{self._head}"
        self._socket.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        top, rest = self._until(b"\r\n\r\n", b"")
        lines = top.decode("latin-1").lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        if fields.get("transfer-encoding") == "chunked":
            found = self._chunks(rest)
        else:
            found = self._exactly(int(fields.get("content-length", "0")), rest)[0]
        if not lines[0].split(" ")[1].startswith("2"):
            raise RefusedError(f"{wanted.method} {wanted.path}: {lines[0]} {found[:300]!r}")
        return found

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _more(self) -> bytes:
        part = self._socket.recv(_LARGEST)
        if not part:
            raise RefusedError("the server hung up")
        self.received += len(part)
        return part

    def _until(self, sign: bytes, held: bytes) -> tuple[bytes, bytes]:
        while sign not in held:
            held += self._more()
        before, _, after = held.partition(sign)
        return before, after

    def _exactly(self, size: int, held: bytes) -> tuple[bytes, bytes]:
        parts, have = [held], len(held)
        while have < size:
            parts.append(self._more())
            have += len(parts[-1])
        whole = b"".join(parts)
        return whole[:size], whole[size:]

    def _chunks(self, held: bytes) -> bytes:
        made: list[bytes] = []
        while True:
            size, held = self._until(b"\r\n", held)
            part, held = self._exactly(int(size, 16) + 2, held)
            if len(part) == 2:
                return b"".join(made)
            made.append(part[:-2])


def ask_for(
    work: Callable[[int], Work],
    connect: Callable[[], Connection],
    *,
    connections: int,
    seconds: float = 0.0,
    units: int = 0,
    cores: Collection[int] = (),
    keep: bool = False,
) -> Served:
    """Have so many processes work until the time is up or each has done its `units`.

    `work` makes the units of the process of that number. All begin together.
    """
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(connections + 1)
    pipes = [context.Pipe(duplex=False) for _ in range(connections)]

    def run(number: int) -> None:
        if cores:
            os.sched_setaffinity(0, cores)
        opened, took, kept, failed = connect(), [], [], 0
        barrier.wait()
        until = perf_counter() + seconds
        for unit in work(number):
            began = perf_counter()
            try:
                told = unit(opened)
                if keep:
                    kept.append(told)
            except RefusedError as error:
                failed += 1
                if failed == 1:
                    print(f"    {error}", flush=True)
            ended = perf_counter()
            took.append(ended - began)
            if len(took) >= units if units else ended > until:
                break
        pipes[number][1].send((took, failed, opened.received, kept))
        opened.close()

    processes = [context.Process(target=run, args=(one,)) for one in range(connections)]
    for one in processes:
        one.start()
    barrier.wait()
    began = perf_counter()
    told = [end.recv() for end, _ in pipes]
    wall_s = perf_counter() - began
    for one in processes:
        one.join()
    return Served(
        wall_s,
        tuple(second for took, *_ in told for second in took),
        sum(failed for _, failed, *_ in told),
        sum(received for *_, received, _ in told),
        tuple(one for *_, kept in told for one in kept),
    )
