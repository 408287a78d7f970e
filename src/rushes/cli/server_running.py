"""The server in the foreground: workers behind one address, until somebody interrupts it."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import socket
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from rushes.cli import server_worker
from rushes.cli.server_process import began
from rushes.cli.session import Session
from rushes.core import folders
from rushes.core.errors import Code, RushesError

APPLICATION = "rushes.web.serving:application"
_ANY = ("0.0.0.0", "::")
_STOP_S = 10
_IDLE_S = 600


@dataclass(frozen=True, slots=True)
class Serving:
    """Where the server listens, with how many workers and threads in each.

    `public` is its URL as people write it, where a proxy stands before it.
    """

    host: str
    port: int
    workers: int
    threads: int
    public: str = ""

    @property
    def url(self) -> str:
        """Its address from this machine."""
        host = "127.0.0.1" if self.host in _ANY else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def check(serving: Serving) -> None:
    """Refuse what nobody could listen on. Raises `server.unavailable` or `usage`."""
    if serving.public and urlsplit(serving.public).scheme not in ("http", "https"):
        raise RushesError(
            Code.USAGE,
            f"{serving.public!r} is no URL.",
            hint="Write --public-url https://rushes.example.org.",
        )
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((serving.host, serving.port))
        except OSError as error:
            raise RushesError(
                Code.SERVER_UNAVAILABLE,
                f"{serving.host}:{serving.port} cannot be listened on: {error.strerror or error}.",
                hint="Choose another --port or --host, or end what listens there.",
            ) from error


def serve(session: Session, serving: Serving) -> bool:
    """Serve until interrupted; False where the workers could not."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    # Workers must begin afresh: threads and connections of this process are not theirs.
    multiprocessing.set_start_method("spawn", force=True)
    counts = _counts(session.settings.data_dir / "server")
    given = {
        "counts": str(counts),
        "config": str(session.config) if session.config is not None else None,
        "profile": session.profile,
        "hosts": _hosts(serving.host),
        "public": serving.public,
    }
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
    load = partial(server_worker.load, given, os.getpid())
    try:
        server.serve(target_loader=load)
    finally:
        shutil.rmtree(counts, ignore_errors=True)
    return not server.interrupt_children


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
