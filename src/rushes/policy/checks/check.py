"""What all checks have in common: they are values, and they judge facts without side effects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol

from rushes.inspection.media.facts import MediaFacts
from rushes.model.frames import FrameSet
from rushes.model.image import Part
from rushes.policy.facts import Facts, FrameFacts, Measured, Named

Problems = Iterable["Problem"]


class Problem(NamedTuple):
    """One way in which a file is not as wanted: a whole sentence, and both sides of it."""

    message: str
    found: str = ""
    wanted: str = ""


class Check:
    """What a rule looks at. A subclass is a frozen dataclass whose fields are a policy's keys.

    `__post_init__` raises `ValueError`, whose text completes "the rule …", for keys that make no
    sense together. `fix` is what to do where a policy's rule says nothing better. `needs` is what
    has to be measured for it, empty for nothing.
    """

    __slots__ = ()
    fix: ClassVar[str] = ""
    needs: ClassVar[str] = ""


class NameCheck(Check):
    """A check of any file, whatever is in it."""

    __slots__ = ()

    def judge(self, file: Named) -> Problems:
        """What is wrong with its name or its size."""
        raise NotImplementedError


class MediaCheck(Check):
    """A check of a movie or of sound."""

    __slots__ = ()

    def unmeasured(self, facts: MediaFacts) -> bool:  # noqa: ARG002 (most need no more than facts)
        """Whether something is missing that the check needs."""
        return False

    def judge(self, facts: MediaFacts) -> Problems | None:
        """What is wrong; None where the check does not apply."""
        raise NotImplementedError


class FramesCheck(Check):
    """A check of which frames of a sequence there are."""

    __slots__ = ()
    needs: ClassVar[str] = "frames"

    def judge(self, facts: FrameFacts) -> Problems | None:
        """What is wrong; None where the check does not apply."""
        raise NotImplementedError


class FileCheck(Check):
    """A check of a whole file."""

    __slots__ = ()

    def judge(self, facts: Facts, parts: Sequence[Part]) -> Problems | None:
        """What is wrong, as far as `parts` go; None where the check does not apply."""
        raise NotImplementedError


class PartCheck(Check):
    """A check of one part."""

    __slots__ = ()

    def judge(self, part: Part) -> Problems | None:
        """What is wrong; None where the check does not apply."""
        raise NotImplementedError


class PixelCheck(Check):
    """A check of the pixels of one part; `stats` are those of the part's channels."""

    __slots__ = ()
    needs: ClassVar[str] = "pixels"

    def unmeasured(self, part: Part, stats: Sequence[Measured]) -> bool:
        """Whether something is missing that the check needs."""
        raise NotImplementedError

    def judge(self, part: Part, stats: Sequence[Measured]) -> Problems | None:
        """What is wrong; None where the check does not apply."""
        raise NotImplementedError


class Watch(Protocol):
    """What a check of a sequence remembers while frames go by."""

    def take(self, facts: Facts, parts: Sequence[Part], frame: int) -> None:
        """Look at one more frame."""
        ...

    def end(self) -> Iterable[tuple[Problem, FrameSet]] | None:
        """What is wrong, and on which frames; None where there was nothing to compare."""
        ...

    def join(self, later: Any) -> None:
        """Take what another watch of the same check saw of the frames after these.

        The other one is of no use afterwards.
        """
        ...


class SequenceCheck(Check):
    """A check of a sequence's frames against one another."""

    __slots__ = ()

    def watch(self) -> Watch:
        """Begin with a sequence."""
        raise NotImplementedError


def listed(names: Iterable[str], *, most: int = 8) -> str:
    """`a, b, c`, and how many more there are where they are many."""
    every = list(names)
    shown = ", ".join(every[:most])
    return shown if len(every) <= most else f"{shown} and {len(every) - most} more"


def either(names: Iterable[str]) -> str:
    """`a, b or c`."""
    every = list(names)
    return " or ".join(filter(None, [", ".join(every[:-1]), *every[-1:]]))
