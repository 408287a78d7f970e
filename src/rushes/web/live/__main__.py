"""`python -m rushes.web.live`: the process that the server starts to hold the streams."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from functools import partial
from pathlib import Path

from rushes.core import companion
from rushes.core.settings import Settings


def main() -> int:
    """Hold streams until told to end, or until the parent has ended."""
    options = companion.options("rushes.web.live", "Stream events.")
    options.add_argument("--host", default="127.0.0.1", help="listen here")
    options.add_argument("--port", type=int, required=True, help="listen on this port")
    options.add_argument("--counts", type=Path, help="the folder for the number of streams")
    given = options.parse_args()
    return companion.run("live", given, partial(_serve, given))


def _serve(given: Namespace, settings: Settings) -> None:
    # Only once it is settled with whom this process ends: this is half a second of imports.
    from rushes.web.live.serving import serve

    asyncio.run(serve(settings, host=given.host, port=given.port, counts=given.counts))


if __name__ == "__main__":
    sys.exit(main())
