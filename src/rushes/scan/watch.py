"""All folders under watch, without looking at any: listings and a clock in, told events out."""

from __future__ import annotations

from pathlib import PurePosixPath

from rushes.ports.storage import Listing
from rushes.scan.watch_events import Event, Standing, What
from rushes.scan.watched import Terms, WatchedFolder

_GONE = "gone"
_NOTHING_LEFT = Listing((0, 0, 0))


class Watch:
    """What is known of each folder. Times are seconds of a clock that never goes back."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._folders: dict[PurePosixPath, WatchedFolder] = {}
        self._begun = False

    def begin(self) -> None:
        """Everything has been looked at once: what comes from now on is new."""
        self._begun = True

    def look(self, folder: PurePosixPath, listing: Listing, now: float) -> list[Event]:
        """Take in what `folder` held at `now`, which is when its listing began."""
        known = self._folder(folder)
        before, known.trouble = known.trouble, ""
        events = list(known.take(listing, now, begun=self._begun))
        if listing.unreadable:
            known.trouble = f"{len(listing.unreadable):,} entries cannot be asked for size or time."
        if known.trouble and known.trouble != before:
            events.append(Event(What.FOLDER_UNREADABLE, folder, message=known.trouble))
        return events

    def gone(self, folder: PurePosixPath, now: float) -> list[Event]:
        """Take in that there is no such folder any more, and none below it; told once."""
        events: list[Event] = []
        news = False
        for path in sorted(self._folders):
            if path.is_relative_to(folder):
                known = self._folders[path]
                news = news or known.trouble != _GONE
                known.trouble = _GONE
                events += known.take(_NOTHING_LEFT, now, begun=self._begun)
        return [*events, Event(What.FOLDER_GONE, folder)] if news else events

    def unreadable(self, folder: PurePosixPath, message: str, now: float) -> list[Event]:
        """Take in that nobody can tell what is in `folder` now; told once, until it is read."""
        known = self._folder(folder)
        waited = list(known.stalled(now))
        if known.trouble == message:
            return waited
        known.trouble = message
        return [Event(What.FOLDER_UNREADABLE, folder, message=message), *waited]

    def due(self, now: float) -> list[PurePosixPath]:
        """Folders to look at because time alone may have made something complete or stalled."""
        return [path for path, known in self._folders.items() if known.due(now)]

    def standing(self) -> Standing:
        """How it all stands."""
        every = [one for known in self._folders.values() for one in known.sequences]
        expected = [one for one in every if one.gaps is not None]
        return Standing(
            sequences=sum(1 for one in every if one.sequence.frames),
            expected=len(expected),
            complete=sum(1 for one in expected if one.complete),
            stalled=sum(1 for one in expected if one.stalled),
            unreadable=sum(
                1 for known in self._folders.values() if known.trouble not in ("", _GONE)
            ),
        )

    def _folder(self, path: PurePosixPath) -> WatchedFolder:
        if path not in self._folders:
            self._folders[path] = WatchedFolder(path, self._terms)
        return self._folders[path]
