"""Pixels in numbers: what must not be among them, and pictures that show nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rushes.model.image import Part
from rushes.policy.checks.check import PixelCheck, Problem, listed
from rushes.policy.facts import Measured
from rushes.policy.kinds import COUNT, NAMES, NUMBER, NUMBERS, SWITCH, key, like, says


@dataclass(frozen=True, slots=True, kw_only=True)
class Pixels(PixelCheck):
    """The pixels of each part in numbers. Where nobody measured them, the rule says so."""

    fix: ClassVar[str] = "Look at these frames, and render them again where they are wrong."

    channels: tuple[str, ...] = key(NAMES, "The channels it is about.", default=("*",))
    max_nan: int | None = key(COUNT, "At most so many values that are not a number.")
    max_infinity: int | None = key(COUNT, "At most so many infinite values.")
    max_negative: int | None = key(COUNT, "At most so many values below zero.")
    min: float | None = key(NUMBER, "No finite value is smaller.")
    max: float | None = key(NUMBER, "No finite value is greater.")
    not_black: bool = key(SWITCH, "Not all values of all these channels are zero.", default=False)
    not_flat: bool = key(
        SWITCH, "Not all these channels have the same value everywhere.", default=False
    )
    not_clipped: tuple[float, ...] = key(
        NUMBERS, "The greatest value of no channel is exactly one of these.", default=()
    )

    def __post_init__(self) -> None:
        if not says(self, besides=("channels",)):
            raise ValueError("asks for nothing")

    def unmeasured(self, part: Part, stats: Sequence[Measured]) -> bool:
        """Whether the part has a channel that is meant and that nobody measured."""
        there = {one.channel for one in stats if one.whole}
        return any(like(one.name, self.channels) and one.name not in there for one in part.channels)

    def judge(self, part: Part, stats: Sequence[Measured]) -> Iterator[Problem] | None:
        """What is wrong with the values; None where the part has no such channel."""
        names = {one.name for one in part.channels}
        chosen = [one for one in stats if one.channel in names and like(one.channel, self.channels)]
        return self._judged(chosen) if chosen else None

    def _judged(self, chosen: Sequence[Measured]) -> Iterator[Problem]:
        yield from _too_many(chosen, lambda one: one.nan, self.max_nan, "not a number")
        yield from _too_many(
            chosen,
            lambda one: one.positive_infinity + one.negative_infinity,
            self.max_infinity,
            "infinite",
        )
        yield from _too_many(chosen, lambda one: one.negative, self.max_negative, "negative")
        yield from self._range(chosen)
        whole = all(one.whole for one in chosen)
        if self.not_black and whole and all(one.zero == one.pixels for one in chosen):
            yield Problem("The picture is black.", "0 everywhere", "a picture")
        elif self.not_flat and whole and all(_flat(one) for one in chosen):
            told = listed(f"{one.channel} {one.minimum:g}" for one in chosen)
            yield Problem(f"The picture is flat: {told}.", told, "a picture")
        clipped = [one for one in chosen if one.maximum in self.not_clipped]
        if clipped:
            told = listed(f"{one.channel} {one.maximum:g}" for one in clipped)
            yield Problem(f"The picture seems to be clipped: {told}.", told, "no clipping")

    def _range(self, chosen: Sequence[Measured]) -> Iterator[Problem]:
        low = self.min
        if low is not None:
            odd = [one for one in chosen if one.minimum is not None and one.minimum < low]
            if odd:
                told = listed(f"{one.channel} {one.minimum:g}" for one in odd)
                yield Problem(f"Values are below {low:g}: {told}.", told, f"{low:g} or more")
        high = self.max
        if high is not None:
            odd = [one for one in chosen if one.maximum is not None and one.maximum > high]
            if odd:
                told = listed(f"{one.channel} {one.maximum:g}" for one in odd)
                yield Problem(f"Values are above {high:g}: {told}.", told, f"{high:g} or less")


def _too_many(
    chosen: Sequence[Measured], count: Callable[[Measured], int], most: int | None, what: str
) -> Iterator[Problem]:
    if most is None:
        return
    odd = [one for one in chosen if count(one) > most]
    if odd:
        told = listed(f"{one.channel} {count(one):,}" for one in odd)
        wanted = f"{most:,} or fewer" if most else "none"
        yield Problem(f"Values are {what}: {told}.", told, wanted)


def _flat(one: Measured) -> bool:
    odd = one.nan + one.positive_infinity + one.negative_infinity
    return one.minimum is not None and one.minimum == one.maximum and not odd
