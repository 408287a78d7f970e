"""A web server of ours on this machine, for as long as a test runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # who comes when it is full waits for a second


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], served: object) -> Iterator[str]:
    """The address of a server for the block; its requests find what is `served` in the handler."""
    own = type("_Handler", (handler,), {"served": served})
    with _Server(("127.0.0.1", 0), own) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{http.server_address[1]}"
        finally:
            http.shutdown()
            thread.join()
