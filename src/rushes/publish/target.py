"""What a publish is of, by the names that people give: show, shot, task, software, part."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rushes.core.errors import Code, RushesError
from rushes.model.work import MOST, Bump, Number

_VERSION = re.compile(r"v?([0-9]{1,9})", re.ASCII)
NEXT = "next"


@dataclass(frozen=True, slots=True)
class Target:
    """Whose publish it is. What a studio has no name for is empty."""

    show: str
    shot: str
    sequence: str = ""
    task: str = ""
    software: str = ""
    part: str = ""
    asset: str = ""

    @property
    def name(self) -> str:
        """The shot, as people and settings write it."""
        return "/".join(one for one in (self.show, self.sequence, self.shot) if one)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which number somebody wants: exactly that `number`, or the next one by `bump`."""

    bump: Bump = Bump.VERSION
    number: Number | None = None


def read_wish(version: str, iteration: str | None) -> Wish:
    """`next` or `v007`, with an iteration or without one. Raises `usage` on what is no number.

    A new version begins with iteration 1, so `next` alone is v008_i001 after v007_i003.
    """
    if version == NEXT:
        if iteration not in (None, NEXT):
            raise _refused(f"Iteration {iteration!r} is of no version.", "Name the version, too.")
        return Wish(Bump.VERSION if iteration is None else Bump.ITERATION)
    if iteration == NEXT:
        raise _refused(
            f"The next iteration of {version} cannot be asked for.",
            "With --version next it is the one after the last; else name both.",
        )
    return Wish(number=Number(_whole(version), _whole(iteration or "1")))


def shown(number: Number) -> str:
    """`v001`, and `v001_i002` where there is more than one iteration."""
    return f"v{number.version:03d}" if number.iteration == 1 else str(number)


def _whole(text: str) -> int:
    found = _VERSION.fullmatch(text)
    if found is None or not 1 <= int(found[1]) <= MOST:
        hint = f"Write v007, 7, or next; {MOST:,} is the last."
        raise _refused(f"{text!r} is no version or iteration.", hint)
    return int(found[1])


def _refused(message: str, hint: str) -> RushesError:
    return RushesError(Code.USAGE, message, hint=hint)
