"""Each shot's renders: what its folder for them holds, and which file sequences are in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rushes.model.files import FoundFolder
from rushes.scan.gaps import Judged
from rushes.scan.layout import Layout, Place
from rushes.scan.usage import Use


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
        if not place.shot:
            return
        shot = self._shots.setdefault(place, ShotRenders(place))
        if (self._layout.below_shot(folder.path) or ("",))[0] == self._name:
            shot.there = True
            shot.use.add(folder.path, folder.use)
            shot.judged += judged

    def shots(self) -> list[ShotRenders]:
        """All shots in name order, those without renders too."""
        return [self._shots[place] for place in sorted(self._shots, key=lambda one: one.names)]
