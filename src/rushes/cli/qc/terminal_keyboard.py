"""A terminal that gives every key at once, and is as it was when one is done."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rushes.cli.qc.terminal_keys import Decoder, Key, Press

_ESCAPE_S = 0.05  # what belongs to an arrow key follows its first byte sooner than that


class Keyboard(Protocol):
    """Where keys come from."""

    def presses(self, timeout: float) -> list[Press]:
        """The keys pressed within so many seconds, as soon as there are any."""
        ...

    def forget(self) -> None:
        """Drop what was typed and not read yet: it was meant for what was on the screen then."""
        ...

    def ask(self, question: bytes, end: re.Pattern[bytes], timeout: float) -> bytes:
        """What the terminal answers until `end` is in it, or the time is over."""
        ...


if sys.platform == "win32":
    import ctypes
    import msvcrt

    _KEYS = {"H": b"\x1b[A", "P": b"\x1b[B", "K": b"\x1b[D", "M": b"\x1b[C"}
    _LOOK_S = 0.02

    class _Console:
        """The console of Windows, which has no file descriptor to wait at."""

        def __init__(self) -> None:
            self._decoder = Decoder()

        def presses(self, timeout: float) -> list[Press]:
            until = time.monotonic() + timeout
            while not msvcrt.kbhit():
                if time.monotonic() > until:
                    return []
                time.sleep(_LOOK_S)
            key = msvcrt.getwch()
            if key == "\x03":
                raise KeyboardInterrupt
            if key in "\x00\xe0":
                return self._decoder.feed(_KEYS.get(msvcrt.getwch(), b""))
            return self._decoder.feed(key.encode("utf-8", "ignore")) + self._decoder.pause()

        def forget(self) -> None:
            while msvcrt.kbhit():
                msvcrt.getwch()

        def ask(self, question: bytes, end: re.Pattern[bytes], timeout: float) -> bytes:  # noqa: ARG002
            return b""

    @contextmanager
    def keyboard() -> Iterator[Keyboard]:
        """The console's keys; escape sequences work in it meanwhile."""
        kernel = ctypes.windll.kernel32
        handle = kernel.GetStdHandle(-11)
        before = ctypes.c_uint32()
        kernel.GetConsoleMode(handle, ctypes.byref(before))
        kernel.SetConsoleMode(handle, before.value | 0x4)  # ENABLE_VIRTUAL_TERMINAL_PROCESSING
        try:
            yield _Console()
        finally:
            kernel.SetConsoleMode(handle, before.value)

else:
    import select
    import termios

    class _Tty:
        """A terminal of a Unix."""

        def __init__(self, handle: int) -> None:
            self._handle = handle
            self._decoder = Decoder()

        def presses(self, timeout: float) -> list[Press]:
            until = time.monotonic() + timeout
            while self._ready(until - time.monotonic()):
                data = self._read()
                if not data:
                    return [Press(Key.GONE)]
                found = self._decoder.feed(data)
                if not found and not self._ready(_ESCAPE_S):
                    found = self._decoder.pause()
                if found:
                    return found
            return []

        def forget(self) -> None:
            termios.tcflush(self._handle, termios.TCIFLUSH)
            self._decoder.forget()

        def ask(self, question: bytes, end: re.Pattern[bytes], timeout: float) -> bytes:
            sys.stdout.flush()
            os.write(sys.stdout.fileno(), question)
            until, answer = time.monotonic() + timeout, b""
            while not end.search(answer) and self._ready(until - time.monotonic()):
                data = self._read()
                if not data:
                    break
                answer += data
            return answer

        def _ready(self, timeout: float) -> bool:
            return bool(select.select([self._handle], [], [], max(0.0, timeout))[0])

        def _read(self) -> bytes:
            try:
                return os.read(self._handle, 65536)
            except OSError:  # the terminal was closed
                return b""

    @contextmanager
    def keyboard() -> Iterator[Keyboard]:
        """The keys of the terminal at stdin, without echo; Ctrl-C interrupts as ever."""
        handle = sys.stdin.fileno()
        before = termios.tcgetattr(handle)
        mode = termios.tcgetattr(handle)
        mode[0] &= ~(termios.IXON | termios.ICRNL)
        mode[3] &= ~(termios.ICANON | termios.ECHO | termios.IEXTEN)
        # A stop or a quit by key would leave the terminal as it is now.
        for key in (termios.VSUSP, termios.VQUIT):
            mode[6][key] = b"\0"
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        termios.tcsetattr(handle, termios.TCSADRAIN, mode)
        try:
            yield _Tty(handle)
        finally:
            termios.tcsetattr(handle, termios.TCSAFLUSH, before)
