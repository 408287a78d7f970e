"""A process that the server starts beside those that answer: its options, its settings, its end."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from rushes.core import logs, settings
from rushes.core.errors import RushesError
from rushes.core.parenthood import end_with
from rushes.core.settings import Settings


def options(module: str, description: str) -> ArgumentParser:
    """The options of `python -m module` that all of them have: whose child it is, and whose
    settings it works by.
    """
    parser = ArgumentParser(prog=module, description=description)
    parser.add_argument("--config", type=Path, help="the settings file")
    parser.add_argument("--profile", help="the profile of the settings")
    parser.add_argument("--log-dir", type=Path, help="the folder of the log file")
    parser.add_argument("--shows-root", type=Path, help="the folder of all shows")
    parser.add_argument("--parent", type=int, help="end with the process of this number")
    return parser


def run(name: str, given: Namespace, work: Callable[[Settings], None]) -> int:
    """Work until told to end, or until the parent has ended; the exit code.

    What ends it otherwise is told in the log, under `name`, and is 1. Settings that cannot be read
    are raised.
    """
    if given.parent is not None:
        end_with(given.parent)
    flags = {"log_dir": given.log_dir, "shows_root": given.shows_root}
    flags = {key: folder for key, folder in flags.items() if folder is not None}
    loaded = settings.load(flags=flags, config=given.config, profile=given.profile)
    logs.start(loaded)
    logs.listen()
    try:
        work(loaded)
    except RushesError as error:
        logs.warning(f"{name}: {error.message} {error.hint}".rstrip())
        return 1
    except Exception as error:  # noqa: BLE001 (a process's edge)
        logs.fault(error)
        fault = f"a fault in Rushes itself: {type(error).__name__}: {error}"
        logs.warning(f"{name}: {error if isinstance(error, OSError) else fault}")
        return 1
    return 0
