"""How a process ends: told to by a signal, and with nothing left over that nobody could print."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import IO


class Ended(KeyboardInterrupt):
    """The process was told to end by SIGTERM. It ends as it does by Ctrl-C: locks are let go."""


class Termination:
    """What SIGTERM does to this process; `came` once it did."""

    def __init__(self) -> None:
        self.came = False

    def heed(self) -> None:
        """From now on, be told of SIGTERM in the main thread, unless it is to be ignored.

        A second one ends the process at once.
        """
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, self._come)

    def _come(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 (Python asks so)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self.came = True
        raise Ended


def give_up(stream: IO[str]) -> None:
    """Let what is still waiting to be printed go nowhere, so that ending does not fail again."""
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, stream.fileno())
    finally:
        os.close(sink)
    with suppress(OSError):
        stream.flush()


def all_flushed() -> None:
    """Print what waits to be; where that cannot be done, it goes nowhere.

    Python tries what is left once more when it ends, and has words and an exit code of its own for
    a failure.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            give_up(stream)


def nowhere() -> bool:
    """Whether the folder that we stand in is gone."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False
