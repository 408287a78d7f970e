"""Each shot's renders: what its folder for them holds, and which file sequences are in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

from rushes.core.escape import escape
from rushes.model.files import FoundFolder
from rushes.scan.gaps import Judged
from rushes.scan.hidden import any_hidden
from rushes.scan.layout import Layout, Place
from rushes.scan.thresholds import Fill, Limit
from rushes.scan.usage import Usage, Use

_MEGABYTE = 1024**2


@dataclass(slots=True)
class ShotRenders:
    """The renders of one shot; `there` is False where it has no folder for them."""

    place: Place
    there: bool = False
    use: Use = field(default_factory=Use)
    judged: list[Judged] = field(default_factory=list)


class Renders:
    """The shots of one walk. `name` is what the folder of a shot's renders is called."""

    def __init__(self, layout: Layout, name: str) -> None:
        self._layout = layout
        self._name = name
        self._shots: dict[Place, ShotRenders] = {}

    def take(self, folder: FoundFolder, judged: Sequence[Judged] = ()) -> None:
        """Add one folder as the walk met it."""
        place = self._layout.place(folder.path).up_to("shot")
        hidden = folder.left_out.hidden_folder
        if not place.shot or (hidden and any_hidden(place.names)):
            return
        shot = self._shots.setdefault(place, ShotRenders(place))
        if (self._layout.below_shot(folder.path) or ("",))[0] == self._name:
            shot.there = True
            shot.use.add(folder.path, folder.use)
            shot.judged += judged

    def shots(self) -> list[ShotRenders]:
        """All shots in name order, those without renders too."""
        return [self._shots[place] for place in sorted(self._shots, key=lambda one: one.names)]


def renders_fills(
    shots: Iterable[ShotRenders], megabytes: float | None, usage: Usage
) -> Iterator[Fill]:
    """Each shot's renders against `thresholds.disk_warning_mb`, where all of the shot was seen."""
    limit = Limit(warn=ceil(megabytes * _MEGABYTE)) if megabytes is not None else None
    for shot in shots:
        if limit is not None and shot.there and usage.whole(shot.place):
            name, size = escape("/".join(shot.place.names)), shot.use.size
            yield Fill("renders", name, size, limit, limit.judge(size))
