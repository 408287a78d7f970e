"""A process that is of use only while the one that started it lives."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import suppress

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
_LOOK_EVERY_S = 1.0


def end_with(parent: int) -> None:
    """Be ended when `parent` is, even when that was killed.

    Linux sends a signal at that moment; elsewhere a thread looks every second. To be called early
    in the child's first thread.
    """
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    else:
        threading.Thread(target=_watch, args=(parent,), name="parent", daemon=True).start()
    if os.getppid() != parent:
        sys.exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
