"""What each worker of the server does first: end with its parent, then load the application."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from rushes.core.parenthood import end_with

READY = "ready"
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
_M_ARENA_MAX = -8  # <malloc.h>
ARENAS = 2


def load(given: Mapping[str, Any], parent: int, target: str) -> Any:
    """The application that `target` makes of what was `given`, in a child of `parent`.

    Leaves word in the folder of the counts that there is a worker.
    """
    # A worker that was forked would else tell itself what its parent is told.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    end_with(parent)
    if sys.platform == "linux":
        _prepare_for_linux()
    made = named(target)(**given)
    with suppress(OSError):
        (Path(given["counts"]) / READY).touch()
    return made


def named(target: str) -> Any:
    """What a text such as `package.module:name` names."""
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def sparing() -> Mapping[str, str]:
    """This environment, such that a program with several threads keeps no heap for each."""
    return {"MALLOC_ARENA_MAX": str(ARENAS), **os.environ}


def _prepare_for_linux() -> None:
    import ctypes

    with suppress(OSError, AttributeError):
        system = ctypes.CDLL(None)
        # A worker that is told to end while it begins, or is at work, may never hear it. Whoever
        # stops the server in good order sees to that; for one that was killed nobody does.
        system.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if "MALLOC_ARENA_MAX" not in os.environ:
            # The same as `sparing`, for a process that began before it could be told. Only glibc
            # has it, and only glibc wants it.
            system.mallopt(_M_ARENA_MAX, ARENAS)
