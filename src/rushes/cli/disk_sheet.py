"""Disk use of one walk, in lines by place or by folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rushes.core.escape import escape
from rushes.core.settings.schema import Disk
from rushes.scan.growth import Before
from rushes.scan.layout import LEVELS, Place
from rushes.scan.roots import Root
from rushes.scan.thresholds import Fill, limits
from rushes.scan.usage import Usage, Use, levels


@dataclass(frozen=True, slots=True)
class Line:
    """One place or folder. `subject` is what limits call it; `growth` is in bytes, None where it
    is not known.
    """

    kind: str
    name: str
    subject: str
    depth: int
    use: Use
    growth: int | None
    fill: Fill | None = None


@dataclass(frozen=True, slots=True)
class DiskSheet:
    """Disk use of one walk. `before` is None where growth is not known, and `why` says why.

    `in_shows` is False where the folder lies below no folder of shows, so that its own folders
    had to be taken for shows.
    """

    root: Root
    usage: Usage
    fills: Sequence[Fill]
    before: Before | None
    why: str
    unread: int
    in_shows: bool

    @property
    def growth(self) -> int | None:
        """Bytes more than the last scan recorded."""
        if self.before is None:
            return None
        return self.usage.total.size - self.before.usage.total.size

    def lines(self, by: str, *, largest_first: bool) -> list[Line]:
        """Places down to the level `by`, or folders."""
        return list(
            self._folders(largest_first) if by == "folder" else self._places(by, largest_first)
        )

    def not_judged(self, disk: Disk) -> list[str]:
        """Places that have a limit, and of which only a part was seen."""
        return [
            f"{kind} {escape('/'.join(place.names))}"
            for kind in limits(disk)
            for place in self.usage.places(kind)
            if not self.usage.whole(place)
        ]

    def _places(self, by: str, largest_first: bool) -> Iterator[Line]:
        known = {(one.kind, one.subject): one for one in self.fills}
        past: dict[Place, Use] = {}
        found: dict[Place, Use] = {}
        for level in levels(by):
            past |= self.before.usage.places(level) if self.before is not None else {}
            found |= self.usage.places(level)
        whole = [place for place in found if self.usage.whole(place)]
        top = min((len(place.names) for place in whole), default=0)

        def rank(place: Place) -> list[tuple[int, str, int]]:
            above = [place.up_to(level) for level, _ in place.levels]
            return [
                (-found[one].size * largest_first, one.names[-1], LEVELS.index(one.level))
                for one in above
            ]

        for place in sorted(whole, key=rank):
            name, subject = escape(place.names[-1]), escape("/".join(place.names))
            depth, fill = len(place.names) - top, known.get((place.level, subject))
            grown = self._grown(found[place], past.get(place))
            yield Line(place.level, name, subject, depth, found[place], grown, fill)
        rest = self.usage.elsewhere()
        if whole and rest.files:
            grown = self._grown(rest, self.before.usage.elsewhere() if self.before else None)
            yield Line("elsewhere", "(in no show)", "", 0, rest, grown)

    def _folders(self, largest_first: bool) -> Iterator[Line]:
        past = self.before.usage.folders() if self.before is not None else {}
        found = sorted(self.usage.folders().items())
        if largest_first:
            found.sort(key=lambda one: -one[1].size)
        for path, use in found:
            name = escape(str(path))
            yield Line("folder", name, name, 0, use, self._grown(use, past.get(path)))

    def _grown(self, use: Use, past: Use | None) -> int | None:
        """What was not there when all was scanned held nothing."""
        if self.before is None:
            return None
        return use.size - (past.size if past is not None else 0)
