"""`python -m rushes.worker`: the process that the server starts beside those that answer."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rushes.core.parenthood import end_with


def main() -> int:
    """Work until told to end, or until the parent has ended."""
    parser = argparse.ArgumentParser(prog="rushes.worker", description="Work beside the server.")
    parser.add_argument("--config", type=Path, help="the settings file")
    parser.add_argument("--profile", help="the profile of the settings")
    parser.add_argument("--log-dir", type=Path, help="the folder of the log file")
    parser.add_argument("--shows-root", type=Path, help="the folder of all shows")
    parser.add_argument("--parent", type=int, help="end with the process of this number")
    given = parser.parse_args()
    if given.parent is not None:
        end_with(given.parent)

    from rushes.core import logs, settings
    from rushes.core.errors import RushesError
    from rushes.worker.running import run

    flags = {"log_dir": given.log_dir, "shows_root": given.shows_root}
    flags = {name: folder for name, folder in flags.items() if folder is not None}
    loaded = settings.load(flags=flags, config=given.config, profile=given.profile)
    logs.start(loaded)
    logs.listen()
    try:
        run(loaded)
    except RushesError as error:
        logs.warning(f"worker: {error.message} {error.hint}")
        return 1
    except Exception as error:  # noqa: BLE001 (a process's edge)
        logs.fault(error)
        logs.warning(f"worker: a fault in Rushes itself: {type(error).__name__}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
