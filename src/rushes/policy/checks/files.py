"""The file itself: its name and its size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rushes.core.units import human_bytes
from rushes.policy.checks.check import NameCheck, Problem
from rushes.policy.facts import Named
from rushes.policy.kinds import COUNT, REGEX, SIZE, key


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName(NameCheck):
    """The file's name, without its folder."""

    fix: ClassVar[str] = "Rename the file."

    pattern: re.Pattern[str] | None = key(REGEX, "The whole name fits it.")  # noqa: RUF009 (a field)
    max_length: int | None = key(COUNT, "It has at most so many characters.")

    def __post_init__(self) -> None:
        if self.pattern is None and self.max_length is None:
            raise ValueError("asks for nothing")

    def judge(self, file: Named) -> Iterator[Problem]:
        """Whether the name is as wanted."""
        name = file.name
        if self.pattern is not None and not self.pattern.fullmatch(name):
            yield Problem("The file's name is not as wanted.", name, self.pattern.pattern)
        if self.max_length is not None and len(name) > self.max_length:
            most = f"{self.max_length} characters or fewer"
            yield Problem("The file's name is too long.", f"{len(name)} characters", most)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSize(NameCheck):
    """The file's size."""

    fix: ClassVar[str] = "Look at the file: it may be cut short, or hold what nobody needs."

    min: int | None = key(SIZE, "It is no smaller.")
    max: int | None = key(SIZE, "It is no larger.")

    def __post_init__(self) -> None:
        if self.min is None and self.max is None:
            raise ValueError("asks for nothing")

    def judge(self, file: Named) -> Iterator[Problem]:
        """Whether the size is as wanted."""
        told = human_bytes(file.size)
        if self.min is not None and file.size < self.min:
            least = human_bytes(self.min)
            yield Problem(f"The file is smaller than {least}.", told, f"{least} or more")
        if self.max is not None and file.size > self.max:
            most = human_bytes(self.max)
            yield Problem(f"The file is larger than {most}.", told, f"{most} or less")
