"""Bodies are taken in before requests are answered, and never by all threads at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any

from rushes.core.errors import Code, RushesError
from rushes.web.configure import LARGEST_BODY

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]

_PATIENCE_S = 0.5


def taken_in(handler: Wsgi, *, threads: int, patience_s: float = _PATIENCE_S) -> Wsgi:
    """The same application, of a worker with so many threads, of which one is left for requests
    without a body.

    How long somebody takes to send one is up to them, and nothing in the server bounds it. Where
    all others wait for bodies, whoever comes with another is asked to come again.
    """
    places = BoundedSemaphore(max(1, threads - 1))

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        length = _length(environ)
        if length:
            if not places.acquire(timeout=patience_s):
                return _busy(start_response)
            try:
                environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
            finally:
                places.release()
        return handler(environ, start_response)

    return answer


def _length(environ: Environ) -> int:
    """How long the body is to be; 0 where it is refused unread."""
    given = environ.get("CONTENT_LENGTH") or "0"
    length = int(given) if given.isdecimal() and len(given) < 20 else 0
    return length if length <= LARGEST_BODY else 0


def _busy(start_response: StartResponse) -> Iterable[bytes]:
    from rushes.web.problems import problem

    made = problem(
        RushesError(
            Code.SERVER_UNAVAILABLE,
            "The server waits for the rest of other requests.",
            hint="Try again in a moment.",
        )
    )
    start_response(f"{made.status_code} {made.reason_phrase}", list(made.items()))
    return [made.content]
