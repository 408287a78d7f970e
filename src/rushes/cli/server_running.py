"""The server in the foreground: workers behind one address, until somebody interrupts it."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from rushes.cli import server_worker
from rushes.cli.server_beside import Beside, python
from rushes.cli.server_process import began
from rushes.cli.session import Session
from rushes.core import folders
from rushes.core.errors import Code, RushesError

APPLICATION = "rushes.web.serving:application"
_PREPARE = "rushes.web.serving:prepare"
_ANY = ("0.0.0.0", "::")
_STOP_S = 10
_IDLE_S = 600
_LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Serving:
    """Where the server listens, with how many workers and threads in each.

    `public` is its URL as people write it, where a proxy stands before it. Events are streamed on
    `live_port`, by default the next one and where it is 0 any, and `live` is that URL as people
    write it.
    """

    host: str
    port: int
    workers: int
    threads: int
    public: str = ""
    live_port: int | None = None
    live: str = ""

    @property
    def streaming(self) -> int:
        """The port that events are streamed on; 0 is any."""
        return self.port + 1 if self.live_port is None else self.live_port

    @property
    def url(self) -> str:
        """Its address from this machine."""
        host = "127.0.0.1" if self.host in _ANY else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def check(serving: Serving) -> None:
    """Refuse what nobody could listen on. Raises `server.unavailable` or `usage`."""
    for option, url in (("--public-url", serving.public), ("--live-url", serving.live)):
        if url and urlsplit(url).scheme not in ("http", "https"):
            raise RushesError(
                Code.USAGE,
                f"{url!r} is no URL.",
                hint=f"Write {option} https://rushes.example.org.",
            )
    _free(serving.host, serving.port, option="--port")
    _free(serving.host, serving.streaming, option="--live-port")


def _free(host: str, port: int, *, option: str) -> int:
    """The port, which nobody listens on; one that is free where it is 0."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            why = error.strerror if isinstance(error, OSError) else None
            raise RushesError(
                Code.SERVER_UNAVAILABLE,
                f"{host}:{port} cannot be listened on: {why or error}.",
                hint=f"Choose another {option} or --host, or end what listens there.",
            ) from error
        return int(probe.getsockname()[1])


def serve(session: Session, serving: Serving, *, ready: Callable[[], None]) -> bool:
    """Serve until interrupted; False where the workers could not.

    `ready` is called when all is loaded, before there are workers. Raises as `bootstrap.records`
    does.
    """
    counts = _counts(session.settings.data_dir / "server")
    given = {
        "counts": str(counts),
        "process": os.getpid(),
        "address": serving.url,
        "config": str(session.config) if session.config is not None else None,
        "profile": session.profile,
        "flags": _flags(session),
        "threads": serving.threads,
        "hosts": _hosts(serving.host),
        "public": serving.public,
        "live": serving.live,
        "live_port": _free(serving.host, serving.streaming, option="--live-port"),
    }
    try:
        _prepare(given)
        ready()
        return _served(session, serving, given)
    finally:
        shutil.rmtree(counts, ignore_errors=True)


def _prepare(given: Mapping[str, Any]) -> None:
    """Have workers begin with all that they need, where they can be forked.

    There must be no thread and no connection here until they were. Elsewhere they load it
    themselves: on macOS a fork may not call the system's own libraries, and Windows has none.
    """
    forks = sys.platform == "linux"
    multiprocessing.set_start_method("fork" if forks else "spawn", force=True)
    if forks:
        server_worker.named(_PREPARE)(**given)


def _served(session: Session, serving: Serving, given: Mapping[str, Any]) -> bool:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    folder = Path(given["counts"])
    beside = Beside(_beside(session, serving, given), folder, after=folder / server_worker.READY)
    server = Granian(
        APPLICATION,
        address=serving.host,
        port=serving.port,
        interface=Interfaces.WSGI,
        workers=serving.workers,
        blocking_threads=serving.threads,
        blocking_threads_idle_timeout=_IDLE_S,
        workers_kill_timeout=_STOP_S,
        respawn_failed_workers=True,
        static_path_route=["/static/admin", "/static/rushes"],
        static_path_mount=_static_folders(),
        log_level=LogLevels.warning,
    )
    server.main_loop_interrupt = _Waking()
    load = partial(server_worker.load, given, os.getpid())
    beside.start()
    try:
        server.serve(target_loader=load)
    finally:
        beside.end()
    return not server.interrupt_children


class _Waking(Event):
    """An event that is waited for in steps.

    A signal that comes just before its thread falls asleep, or to another thread, is seen by
    Python once the main thread wakes up: without end it would not, and nothing would end us.
    """

    def wait(self, timeout: float | None = None) -> bool:
        """As it is elsewhere."""
        if timeout is not None:
            return super().wait(timeout)
        while not super().wait(_LOOK_S):
            pass
        return True


def _beside(
    session: Session, serving: Serving, given: Mapping[str, Any]
) -> Mapping[str, Sequence[str]]:
    """What runs beside the workers: the one that works in the background, the one with streams."""
    chosen = chosen_settings(session)
    listening = ("--host", serving.host, "--port", str(given["live_port"]))
    return {
        "worker": python("rushes.worker", *chosen),
        "live": python("rushes.web.live", *listening, "--counts", given["counts"], *chosen),
    }


def chosen_settings(session: Session) -> list[str]:
    """Which settings this command was given, as options for the processes that it starts."""
    given: list[str] = []
    if session.config is not None:
        given += ["--config", os.path.abspath(session.config)]
    if session.profile is not None:
        given += ["--profile", session.profile]
    for name, folder in _flags(session).items():
        given += [f"--{name.replace('_', '-')}", folder]
    return given


def _flags(session: Session) -> dict[str, str]:
    """The settings that were given on the command line; all of these are folders."""
    given = session.flags.items()
    return {name: os.path.abspath(folder) for name, folder in given if folder is not None}


def counts_of(data_dir: Path, pid: int) -> Path:
    """The folder in which the processes of a server leave word."""
    return data_dir / "server" / f"counts-{pid}"


def _counts(folder: Path) -> Path:
    """A folder for the workers' counts; those of servers that were killed are cleared away."""
    for left in folder.glob("counts-*"):
        if not began(int(left.name.rpartition("-")[2])):
            shutil.rmtree(left, ignore_errors=True)
    return folders.made(folder / f"counts-{os.getpid()}")


def _hosts(host: str) -> tuple[str, ...]:
    """Names by which requests may ask for us."""
    if host in _ANY:
        return (socket.gethostname(), socket.getfqdn(), *_addresses())
    return (f"[{host}]" if ":" in host else host,)


def _addresses() -> list[str]:
    """This machine's own addresses, as far as its name leads to them."""
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return sorted({f"[{at[0]}]" if ":" in str(at[0]) else str(at[0]) for *_, at in found})


def _static_folders() -> list[Path]:
    """Styles and scripts of the admin pages, and our own."""
    django = find_spec("django")
    assert django is not None
    assert django.origin is not None
    admin = Path(django.origin).parent / "contrib" / "admin" / "static" / "admin"
    return [admin, Path(str(files("rushes.web"))) / "static"]
