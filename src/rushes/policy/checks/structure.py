"""How a file is built: its version field, its parts, tiles, deep pixels and views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rushes.inspection.header.values import LEVEL_MODES
from rushes.inspection.header.wire import LONG_NAMES, MULTIPART
from rushes.model.image import Image, Part
from rushes.policy.checks.check import FileCheck, Problem, either, listed
from rushes.policy.facts import Facts
from rushes.policy.kinds import COUNT, COUNTS, SWITCH, TEXTS, key, says, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure(FileCheck):
    """How the file is built: version field, parts, tiles, deep pixels, views."""

    fix: ClassVar[str] = "Write the file in that form."

    version_field: tuple[int, ...] = key(
        COUNTS,
        "The version field is one of these numbers: version + flags, 2 for the simplest.",
        default=(),
    )
    multipart: bool | None = key(SWITCH, "Whether the multipart flag is set.")
    tiled: bool | None = key(SWITCH, "Whether there are tiles: in all parts, or in none.")
    deep: bool | None = key(SWITCH, "Whether pixels are deep: in all parts, or in none.")
    long_names: bool | None = key(SWITCH, "Whether the flag for names of 32 to 255 bytes is set.")
    min_parts: int | None = key(COUNT, "At least so many parts.")
    max_parts: int | None = key(COUNT, "At most so many parts.")
    multi_view: bool | None = key(SWITCH, "Whether the file holds more than one view.")
    views: tuple[str, ...] = key(TEXTS, "The views are exactly these, in any order.", default=())
    level_modes: tuple[str, ...] = key(
        words(*LEVEL_MODES), "Tiled parts have levels in one of these ways.", default=()
    )

    def __post_init__(self) -> None:
        if not says(self):
            raise ValueError("asks for nothing")

    def judge(self, facts: Facts, parts: Sequence[Part]) -> Iterator[Problem]:
        """What is not built as wanted."""
        image = facts.image
        field = image.version | image.flags
        if self.version_field and field not in self.version_field:
            numbers = either(map(str, self.version_field))
            yield Problem(f"The version field is {field}, not {numbers}.", str(field), numbers)
        yield from _flag("multipart", there=bool(image.flags & MULTIPART), wanted=self.multipart)
        yield from _flag("long names", there=bool(image.flags & LONG_NAMES), wanted=self.long_names)
        for word, wanted in (("tiled", self.tiled), ("deep", self.deep)):
            odd = [one for one in parts if wanted not in (None, getattr(one, word))]
            if odd:
                told = f"{'not ' if wanted else ''}{word}"
                named = listed(str(one.index) for one in odd)
                several = "" if len(image.parts) == 1 else f": part {named}"
                shown = f"{'' if wanted else 'not '}{word}"
                yield Problem(f"The pixels are {told}{several}.", told, shown)
        yield from self._parts(image)
        yield from self._views(image)
        for part in parts:
            mode = part.tiles.level_mode if part.tiled and part.tiles else None
            if mode is not None and self.level_modes and mode not in self.level_modes:
                modes = either(self.level_modes)
                yield Problem(f"{facts.where([part])}The tiles have {mode}.", mode, modes)

    def _parts(self, image: Image) -> Iterator[Problem]:
        count = len(image.parts)
        if self.min_parts is not None and count < self.min_parts:
            least = f"{self.min_parts} or more"
            yield Problem(f"There are too few parts: {count}.", str(count), least)
        if self.max_parts is not None and count > self.max_parts:
            most = f"{self.max_parts} or fewer"
            yield Problem(f"There are too many parts: {count}.", str(count), most)

    def _views(self, image: Image) -> Iterator[Problem]:
        found = views(image)
        if self.views and set(found) != set(self.views):
            told = listed(found) or "none"
            yield Problem(f"The views are not those wanted: {told}.", told, listed(self.views))
        if self.multi_view is not None and self.multi_view != (len(found) > 1):
            told = listed(found) or "one view without a name"
            wanted = "several views" if self.multi_view else "one view"
            yield Problem(f"The file holds {told}.", told, wanted)


def views(image: Image) -> tuple[str, ...]:
    """The views of a file, from its parts and from the attribute multiView, each once."""
    found: dict[str, None] = {}
    for part in image.parts:
        if part.view:
            found[part.view] = None
        found.update(dict.fromkeys(part.value("multiView", "stringvector") or ()))
    return tuple(found)


def _flag(name: str, *, there: bool, wanted: bool | None) -> Iterator[Problem]:
    if wanted is not None and there != wanted:
        word = "set" if there else "not set"
        yield Problem(f"The flag for {name} is {word}.", word, "set" if wanted else "not set")
