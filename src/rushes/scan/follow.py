"""Following a folder and all below it: who wakes us, what is looked at then, what happened."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from rushes.core.errors import Code, RushesError
from rushes.ports.storage import Storage
from rushes.scan.folder import entered
from rushes.scan.hidden import any_hidden, shown
from rushes.scan.roots import Root
from rushes.scan.wakeups import Wakeups
from rushes.scan.watch import Watch
from rushes.scan.watch_events import Event


class Follower:
    """The folders below `root` as they were last listed, and the watch that is told of them."""

    def __init__(
        self,
        storage: Storage,
        root: Root,
        watch: Watch,
        *,
        ignore: tuple[str, ...] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._storage = storage
        self._root = root
        self._watch = watch
        self._ignore = ignore
        self._clock = clock
        self._below: dict[PurePosixPath, frozenset[str]] = {}

    @property
    def lost(self) -> bool:
        """Whether the folder that is followed is gone itself."""
        return self._root.below not in self._below

    def follow(self, wakeups: Wakeups) -> Iterator[list[Event]]:
        """What happened since the last look, perhaps nothing, about twice a second.

        The first list is of what was found. Ends when the folder itself is gone.
        """
        events = self._swept(wakeups)
        self._watch.begin()
        yield events
        while not self.lost:
            folders = wakeups.wait()
            if folders is None:
                yield self._swept(wakeups)
            else:
                asked = {self._root.below / one for one in folders if not any_hidden(one.parts)}
                asked |= set(self._watch.due(self._clock()))
                yield self._look_at(asked)

    def _swept(self, wakeups: Wakeups) -> list[Event]:
        began = self._clock()
        events: list[Event] = []
        self._look(self._root.below, events, deep=True)
        # Those that are gone are in nobody's listing; they may still be waited for.
        events += self._look_at(set(self._watch.due(self._clock())))
        wakeups.swept(self._clock() - began)
        return events

    def _look_at(self, folders: set[PurePosixPath]) -> list[Event]:
        events: list[Event] = []
        if self._storage.stamp(self._absolute(self._root.below)) is None:
            folders = {self._root.below}
        for folder in sorted(folders):
            if folder in self._below:
                self._look(folder, events, deep=False)
            else:
                events += self._watch.gone(folder, self._clock())
        return events

    def _look(self, folder: PurePosixPath, events: list[Event], *, deep: bool) -> None:
        """List `folder` and those below that are new; with `deep`, all below."""
        waiting = [folder]
        while waiting:
            path = waiting.pop()
            now = self._clock()
            try:
                listing = self._storage.list_folder(self._absolute(path))
            except RushesError as error:
                events += self._unlisted(path, error, now)
                continue
            before = self._below.get(path, frozenset())
            below = frozenset(shown(entered(listing.folders, self._ignore)))
            self._below[path] = below
            events += self._watch.look(path, listing, now)
            for name in before - below:
                events += self._gone(path / name, now)
            inside = [path / name for name in sorted(below, reverse=True)]
            waiting += inside if deep else [one for one in inside if one not in self._below]

    def _unlisted(self, path: PurePosixPath, error: RushesError, now: float) -> list[Event]:
        if error.code is Code.PATH_NOT_FOUND:
            return self._gone(path, now)
        if error.code is not Code.PATH_UNREADABLE:
            raise error
        self._below.setdefault(path, frozenset())
        return self._watch.unreadable(path, error.message, now)

    def _gone(self, folder: PurePosixPath, now: float) -> list[Event]:
        for path in [one for one in self._below if one.is_relative_to(folder)]:
            del self._below[path]
        return self._watch.gone(folder, now)

    def _absolute(self, folder: PurePosixPath) -> str:
        """Where the folder lies; where following begins may be a link, so that ends with a dot."""
        whole = str(PurePosixPath(self._root.mount) / folder)
        return f"{whole}/." if folder == self._root.below else whole
