"""`python -m rushes.worker`: the process that the server starts beside those that answer."""

from __future__ import annotations

import sys

from rushes.core import companion
from rushes.core.settings import Settings


def main() -> int:
    """Work until told to end, or until the parent has ended."""
    given = companion.options("rushes.worker", "Work beside the server.").parse_args()
    return companion.run("worker", given, _work)


def _work(settings: Settings) -> None:
    # Only once it is settled with whom this process ends: this is half a second of imports.
    from rushes.worker.running import run

    run(settings)


if __name__ == "__main__":
    sys.exit(main())
