"""What each worker of the server does first: end with its parent, then load the application."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def load(given: Mapping[str, Any], parent: int, target: str) -> Any:
    """The application that `target` makes of what was `given`, in a child of `parent`."""
    _end_with(parent)
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)(**given)


def _end_with(parent: int) -> None:
    """Be ended when the server's first process is, even when that was killed."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)
