"""`python -m rushes.web.live`: the process that the server starts to hold the streams."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from rushes.core.parenthood import end_with


def main() -> int:
    """Hold streams until told to end, or until the parent has ended."""
    parser = argparse.ArgumentParser(prog="rushes.web.live", description="Stream events.")
    parser.add_argument("--host", default="127.0.0.1", help="listen here")
    parser.add_argument("--port", type=int, required=True, help="listen on this port")
    parser.add_argument("--config", type=Path, help="the settings file")
    parser.add_argument("--profile", help="the profile of the settings")
    parser.add_argument("--log-dir", type=Path, help="the folder of the log file")
    parser.add_argument("--shows-root", type=Path, help="the folder of all shows")
    parser.add_argument("--parent", type=int, help="end with the process of this number")
    parser.add_argument("--counts", type=Path, help="the folder for the number of streams")
    given = parser.parse_args()
    if given.parent is not None:
        end_with(given.parent)

    from rushes.core import logs, settings
    from rushes.core.errors import RushesError
    from rushes.web.live.serving import serve

    flags = {"log_dir": given.log_dir, "shows_root": given.shows_root}
    flags = {name: folder for name, folder in flags.items() if folder is not None}
    loaded = settings.load(flags=flags, config=given.config, profile=given.profile)
    logs.start(loaded)
    logs.listen()
    try:
        asyncio.run(serve(loaded, host=given.host, port=given.port, counts=given.counts))
    except (OSError, RushesError) as error:
        logs.warning(f"live: {error}")
        return 1
    except Exception as error:  # noqa: BLE001 (a process's edge)
        logs.fault(error)
        logs.warning(f"live: a fault in Rushes itself: {type(error).__name__}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
