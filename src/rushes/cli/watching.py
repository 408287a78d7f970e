"""A watch put together from the settings: who wakes it, what it goes by."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial

from rushes import bootstrap
from rushes.cli.watch_sheet import Sheet
from rushes.core.errors import Code, RushesError
from rushes.core.mounts import mounts_here, network_type
from rushes.core.settings import Settings
from rushes.scan.follow import Follower
from rushes.scan.gaps import Expect
from rushes.scan.roots import Root
from rushes.scan.wakeups import Notices, Polling, Wakeups
from rushes.scan.watch import Watch
from rushes.scan.watch_events import Event
from rushes.scan.watched import Terms

_SETTLE = 2.0
# NFS clients believe what they know of a file for 3 s and more.
_SETTLE_POLLED = 5.0


class Following:
    """One watch that runs; to be closed."""

    def __init__(self, follower: Follower, watch: Watch, wakeups: Wakeups) -> None:
        self.watch = watch
        self._follower = follower
        self._wakeups = wakeups

    def rounds(self) -> Iterator[list[Event]]:
        """What happened, round by round; see `Follower.follow`."""
        return self._follower.follow(self._wakeups)

    def close(self) -> None:
        """Watch no longer."""
        self._wakeups.close()


def following(
    root: Root, settings: Settings, *, expect: Expect, poll: bool, sheet: Sheet
) -> Following:
    """Begin to watch `root`: by the system's notices, or by polling where those say nothing."""
    folder = os.path.realpath(str(root.path))
    every = settings.watch.poll
    kind = network_type(folder, mounts_here())
    wakeups: Notices | Polling
    if poll or kind:
        wakeups = Polling(every)
    else:
        wakeups = Notices(folder, polling=partial(Polling, every), note=sheet.note)
    polls = isinstance(wakeups, Polling) or wakeups.polls
    why = f", because this is {kind}" if kind and not poll else ""
    sheet.begin(f"looking every {every:g} s{why}" if polls else "told by the system")
    terms = Terms(
        rules=bootstrap.rules(settings),
        expect=expect,
        settle=max(_SETTLE_POLLED, 2 * every)
        if kind
        else max(_SETTLE, every)
        if polls
        else _SETTLE,
        stall_after=settings.watch.stall_after,
    )
    watch = Watch(terms)
    follower = Follower(bootstrap.storage(), root, watch, ignore=settings.scan.ignore)
    return Following(follower, watch, wakeups)


def no_expectations() -> RushesError:
    """Nothing can be complete where nobody knows what ought to be there."""
    return RushesError(
        Code.USAGE,
        "--until-complete needs to know which frames are expected.",
        hint="Give --expect 1001-1100, put the shots on record, or their ranges in rushes.toml"
        " ([shots]).",
    )
