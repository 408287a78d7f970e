"""When to look at watched folders again: when the system says so, or every so often."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Generator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

from rushes.core.escape import escape

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_PULSE_MS = 500
_GATHER_MS = 400
_STEP_MS = 50
# A queue that overran, or a folder filled before its watch was set, is found out this late.
_SWEEP_EVERY = 10.0
_SWEEP_SHARE = 20


class Wakeups(Protocol):
    """Who says which folders to look at. Paths are relative to the folder under watch."""

    def wait(self) -> AbstractSet[PurePosixPath] | None:
        """Wait for about half a second at most, or until something changes; the folders in which
        something did, perhaps none; None stands for all of them.
        """
        ...

    def swept(self, seconds: float) -> None:
        """Know that a look at all folders took so long."""
        ...

    def close(self) -> None:
        """Watch no longer."""
        ...


class Polling:
    """A look at everything every `every` seconds, less often where a look takes long."""

    def __init__(
        self,
        every: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.every = every
        self._clock = clock
        self._sleep = sleep
        self._next = clock() + every

    def wait(self) -> AbstractSet[PurePosixPath] | None:
        """Nothing until it is time, then everything."""
        left = self._next - self._clock()
        if left > 0:
            self._sleep(min(left, _PULSE_MS / 1000))
            return frozenset()
        return None

    def swept(self, seconds: float) -> None:
        """Rest for as long as the look took, at least."""
        self._next = self._clock() + max(self.every, seconds)

    def close(self) -> None:
        """There is nothing to give back."""


class Notices:
    """What the operating system tells through `watchfiles`, and a look at everything now and then.

    Where it cannot tell any more, `polling` takes over, and `note` gets a sentence on why.
    """

    def __init__(
        self,
        folder: str,
        *,
        polling: Callable[[], Polling],
        note: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = PurePosixPath(os.path.realpath(folder))
        self._polling = polling
        self._note = note
        self._clock = clock
        self._next = clock() + _SWEEP_EVERY
        self._instead: Polling | None = None
        self._told = _told(str(self._folder))
        # The watches are set by the first step, which must come before the first look.
        self._step()

    @property
    def polls(self) -> bool:
        """Whether polling has taken over."""
        return self._instead is not None

    def wait(self) -> AbstractSet[PurePosixPath] | None:
        """The folders of what changed."""
        if self._instead is not None:
            return self._instead.wait()
        told = self._step()
        if told is None or self._clock() >= self._next:
            return None
        return {self._relative(path) for _, path in told}

    def swept(self, seconds: float) -> None:
        """Sweeps may take a small share of the time."""
        self._next = self._clock() + max(_SWEEP_EVERY, _SWEEP_SHARE * seconds)
        if self._instead is not None:
            self._instead.swept(seconds)

    def close(self) -> None:
        """Let go of the watches."""
        self._told.close()

    def _step(self) -> set[tuple[Any, str]] | None:
        try:
            return next(self._told, None)
        except (OSError, RuntimeError, UnicodeError) as error:
            self._instead = self._polling()
            self._note(f"Looking every {self._instead.every:g} s instead: {_reason(error)}.")
            return None

    def _relative(self, path: str) -> PurePosixPath:
        folder = PurePosixPath(path).parent
        here = PurePosixPath(".")
        return folder.relative_to(self._folder) if folder.is_relative_to(self._folder) else here


def _told(folder: str) -> Generator[set[tuple[Any, str]], None, None]:
    import watchfiles

    return watchfiles.watch(
        folder,
        watch_filter=None,
        debounce=_GATHER_MS,
        step=_STEP_MS,
        rust_timeout=_PULSE_MS,
        yield_on_timeout=True,
        raise_interrupt=True,
        force_polling=False,
        ignore_permission_denied=True,
    )


def _reason(error: Exception) -> str:
    """Why the system does not tell of changes, as far as `watchfiles` says."""
    text = str(error)
    if "limit reached" in text or getattr(error, "errno", None) == errno.ENOSPC:
        return "the system has no inotify watches left (fs.inotify.max_user_watches)"
    if "os error 24" in text:
        return "the system has no inotify instances left (fs.inotify.max_user_instances)"
    if isinstance(error, UnicodeError) or "Unable to decode path" in text:
        return "a name below it is no UTF-8, which the system's notices cannot carry"
    return f"the system's notices of changes failed ({escape(text)})"
