"""Which show, sequence, shot and task a folder belongs to, by the studio's folder structure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from pathlib import PurePosixPath

from rushes.core.errors import Code, RushesError

LEVELS = ("show", "sequence", "shot", "task")
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a studio's work a folder belongs; a level that the folder does not reach, or that
    the structure does not have, is empty.
    """

    show: str = ""
    sequence: str = ""
    shot: str = ""
    task: str = ""

    @property
    def levels(self) -> tuple[tuple[str, str], ...]:
        """The levels that are known with their names, from the show down."""
        named = zip(LEVELS, (self.show, self.sequence, self.shot, self.task), strict=True)
        return tuple((level, name) for level, name in named if name)

    def up_to(self, level: str) -> Place:
        """The place without what lies below `level`."""
        kept = LEVELS[: LEVELS.index(level) + 1]
        return Place(**{name: getattr(self, name) for name in kept})

    def holds(self, other: Place) -> bool:
        """Whether `other` is this place or one in it."""
        return self.names == other.names[: len(self.names)]

    @property
    def level(self) -> str:
        """The lowest level that is known, such as `shot`; empty nowhere."""
        return self.levels[-1][0] if self.names else ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names alone, as in `("demo", "sq010", "sh0010", "comp")`."""
        return tuple(name for _, name in self.levels)


NOWHERE = Place()


class Layout:
    """A studio's folder structures, the first that fits counting.

    Folders are relative to the folder of all shows. One below the last level of its structure
    belongs to the same place; one further up, to the levels that it reaches. One that fits none
    belongs to the levels up to where it leaves the structure that it follows furthest, so that
    nothing in a show's folder is left out of the show.
    """

    def __init__(self, templates: Sequence[str]) -> None:
        """Raises `settings.invalid` on a template that makes no sense."""
        self._templates = [
            [_part(part, template) for part in _parts(template)] for template in templates
        ]
        self._deepest = max(map(len, self._templates), default=0)
        self._placed = lru_cache(maxsize=4096)(self._place)

    def place(self, folder: PurePosixPath) -> Place:
        """The place of `folder`; nowhere where it follows no structure."""
        return self._placed(folder.parts[: self._deepest])

    @property
    def depths(self) -> Sequence[Mapping[str, int]]:
        """How deep each level lies, structure by structure; 0 is the topmost folder."""
        return [
            {field: depth for depth, (field, _) in enumerate(template) if field}
            for template in self._templates
        ]

    def below_shot(self, folder: PurePosixPath) -> tuple[str, ...] | None:
        """The folders between the shot and `folder`; None where that is in no shot."""
        followed = self._followed(folder.parts)
        if ("shot", "") not in followed:
            return None
        return folder.parts[1 + followed.index(("shot", "")) :]

    def begins(self, folder: PurePosixPath) -> bool:
        """Whether `folder` is where its place begins: all of the place lies in it."""
        return folder == folder.parent or self.place(folder) != self.place(folder.parent)

    def _place(self, parts: Sequence[str]) -> Place:
        named = zip(parts, self._followed(parts), strict=False)
        return Place(**{field: part for part, (field, _) in named if field})

    def _followed(self, parts: Sequence[str]) -> Sequence[tuple[str, str]]:
        """As much of a structure as a folder follows: the first that it never leaves, else the
        first of those that it follows furthest.
        """
        furthest: Sequence[tuple[str, str]] = ()
        for template in self._templates:
            reached = template[: len(parts)]
            followed = reached[: _agreeing(parts, reached)]
            if len(followed) == len(reached):
                return followed
            if len(followed) > len(furthest):
                furthest = followed
        return furthest


def _agreeing(parts: Sequence[str], template: Sequence[tuple[str, str]]) -> int:
    """How many names agree with the structure before the first that does not."""
    pairs = zip(parts, template, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[1][0] or pair[0] == pair[1][1], pairs))


def _parts(template: str) -> list[str]:
    parts = template.strip("/").split("/")
    fields = [name for part in parts for name in _FIELD.findall(part)]
    if not fields or len(set(fields)) < len(fields) or "show" not in fields:
        raise _refused(template, "it needs {show}, and each level at most once")
    return parts


def _part(part: str, template: str) -> tuple[str, str]:
    """A level's name and nothing, or nothing and a folder's name."""
    field = _FIELD.fullmatch(part)
    if field is None:
        if not part or "{" in part or "}" in part:
            raise _refused(template, f"{part!r} is neither a level nor a folder's name")
        return "", part
    if field[1] not in LEVELS:
        raise _refused(template, f"there is no level {field[1]!r}")
    return field[1], ""


def _refused(template: str, why: str) -> RushesError:
    return RushesError(
        Code.SETTINGS_INVALID,
        f"layout.templates: {template!r} is no folder structure: {why}.",
        hint="Write it as in {show}/{sequence}/{shot}/{task}; whole folder names only.",
    )
