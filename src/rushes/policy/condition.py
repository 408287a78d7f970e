"""Which parts of which files a rule is for."""

from __future__ import annotations

from dataclasses import dataclass

from rushes.inspection.header.facts import KINDS
from rushes.inspection.header.wire import MULTIPART
from rushes.model.image import Part
from rushes.policy.facts import Facts
from rushes.policy.kinds import NAMES, SWITCH, key, like, says, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Which parts of which files a rule is for. All that is said must hold."""

    file: tuple[str, ...] = key(NAMES, "The file is called so.", default=())
    multipart: bool | None = key(SWITCH, "The file's multipart flag is set, or not.")
    part: tuple[str, ...] = key(NAMES, "The part is called so.", default=())
    first: bool | None = key(SWITCH, "It is the first part, or not.")
    type: tuple[str, ...] = key(words(*KINDS), "It is of one of these types.", default=())
    view: tuple[str, ...] = key(NAMES, "It is of a view called so.", default=())
    channel: tuple[str, ...] = key(NAMES, "It has a channel called so.", default=())
    layer: tuple[str, ...] = key(NAMES, "It has a layer called so.", default=())
    attribute: tuple[str, ...] = key(NAMES, "It has an attribute called so.", default=())

    def __post_init__(self) -> None:
        if not says(self):
            raise ValueError("asks for nothing")

    def holds(self, part: Part, facts: Facts) -> bool:
        """Whether a part of the file is meant."""
        return (
            (not self.file or like(facts.name, self.file))
            and self.multipart in (None, bool(facts.image.flags & MULTIPART))
            and (not self.part or like(part.name, self.part))
            and self.first in (None, part.index == 0)
            and (not self.type or part.kind in self.type)
            and (not self.view or like(part.view, self.view))
            and (not self.channel or any(like(one.name, self.channel) for one in part.channels))
            and (not self.layer or any(like(one.layer, self.layer) for one in part.channels))
            and (
                not self.attribute or any(like(one.name, self.attribute) for one in part.attributes)
            )
        )

    def of_file(self, name: str) -> bool:
        """Whether a file of that name is meant that has no parts, such as a movie.

        One that asks for anything about parts means no such file.
        """
        return not says(self, besides=("file",)) and like(name, self.file)
