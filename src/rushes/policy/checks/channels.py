"""Channels and the layers that their names make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rushes.inspection.header.values import PIXEL_TYPES
from rushes.model.image import Channel, Part
from rushes.policy.checks.check import PartCheck, Problem, either, listed
from rushes.policy.kinds import (
    COUNT,
    NAMES,
    REGEX,
    SAMPLING,
    SETS,
    SWITCH,
    TEXTS,
    key,
    like,
    says,
    words,
)

_COLOURS = ("R", "G", "B")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels(PartCheck):
    """Channels of each part: which there are, their pixel types, sampling and names."""

    fix: ClassVar[str] = "Write these channels in that way."

    exactly: tuple[tuple[str, ...], ...] = key(
        SETS, "The channels are exactly these, or exactly one of several lists.", default=()
    )
    required: tuple[str, ...] = key(TEXTS, "These channels are there.", default=())
    forbidden: tuple[str, ...] = key(NAMES, "No channel is called so.", default=())
    max: int | None = key(COUNT, "At most so many channels.")
    of: tuple[str, ...] = key(
        NAMES, "The channels that `types`, `sampling` and `pattern` are about.", default=("*",)
    )
    types: tuple[str, ...] = key(
        words(*PIXEL_TYPES), "Their pixels are of one of these types.", default=()
    )
    sampling: tuple[int, ...] = key(
        SAMPLING,
        "One value stands for so many pixels, across and down: 1 for full resolution.",
        default=(),
    )
    pattern: re.Pattern[str] | None = key(REGEX, "Their whole name fits it, layer and all.")  # noqa: RUF009 (a field)

    def __post_init__(self) -> None:
        if not says(self, besides=("of",)):
            raise ValueError("asks for nothing")

    def judge(self, part: Part) -> Iterator[Problem]:
        """What is wrong with the part's channels."""
        names = [one.name for one in part.channels]
        if self.exactly and not any(sorted(names) == sorted(one) for one in self.exactly):
            wanted = either(" ".join(one) for one in self.exactly)
            told = listed(names) or "none"
            yield Problem(f"The channels are not those wanted: {told}.", told, wanted)
        if lacking := [one for one in self.required if one not in names]:
            told = listed(names) or "none"
            yield Problem(f"Channels are missing: {listed(lacking)}.", told, listed(self.required))
        if self.forbidden and (odd := [one for one in names if like(one, self.forbidden)]):
            told = listed(odd)
            yield Problem(f"Channels must not be there: {told}.", told, "not there")
        if self.max is not None and len(names) > self.max:
            most = f"{self.max:,} or fewer"
            yield Problem(f"There are {len(names):,} channels.", f"{len(names):,}", most)
        yield from self._alike([one for one in part.channels if like(one.name, self.of)])

    def _alike(self, channels: Sequence[Channel]) -> Iterator[Problem]:
        if self.types and (odd := [one for one in channels if one.type not in self.types]):
            told = listed(f"{one.name} {one.type}" for one in odd)
            wanted = either(self.types)
            yield Problem(f"Channels are not {wanted}: {told}.", told, wanted)
        if self.sampling:
            x, y = self.sampling
            odd = [one for one in channels if (one.x_sampling, one.y_sampling) != (x, y)]
            if odd:
                told = listed(f"{one.name} {one.x_sampling} × {one.y_sampling}" for one in odd)
                wanted = f"{x} × {y}"
                yield Problem(f"Channels are not sampled {wanted}: {told}.", told, wanted)
        if self.pattern is not None:
            names = [one.name for one in channels if not self.pattern.fullmatch(one.name)]
            if names:
                told, wanted = listed(names), self.pattern.pattern
                yield Problem(f"Names of channels are not as wanted: {told}.", told, wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers(PartCheck):
    """Layers of each part: what comes before the last point of the channels' names."""

    fix: ClassVar[str] = "Write these layers in that way."

    required: tuple[str, ...] = key(TEXTS, "These layers are there.", default=())
    forbidden: tuple[str, ...] = key(NAMES, "No layer is called so.", default=())
    pattern: re.Pattern[str] | None = key(REGEX, "Their whole name fits it.")  # noqa: RUF009 (a field)
    max: int | None = key(COUNT, "At most so many layers.")
    max_channels: int | None = key(COUNT, "None of them has more channels.")
    complete: bool = key(SWITCH, "A layer that has one of R, G and B has all three.", default=False)

    def __post_init__(self) -> None:
        if not says(self):
            raise ValueError("asks for nothing")

    def judge(self, part: Part) -> Iterator[Problem]:
        """What is wrong with the part's layers."""
        layers: dict[str, set[str]] = {}
        for one in part.channels:
            layers.setdefault(one.layer, set()).add(one.component)
        names = [one for one in layers if one]
        if lacking := [one for one in self.required if one not in names]:
            told = listed(names) or "none"
            yield Problem(f"Layers are missing: {listed(lacking)}.", told, listed(self.required))
        if self.forbidden and (odd := [one for one in names if like(one, self.forbidden)]):
            yield Problem(f"Layers must not be there: {listed(odd)}.", listed(odd), "not there")
        if self.pattern is not None:
            odd = [one for one in names if not self.pattern.fullmatch(one)]
            if odd:
                told, wanted = listed(odd), self.pattern.pattern
                yield Problem(f"Names of layers are not as wanted: {told}.", told, wanted)
        if self.max is not None and len(names) > self.max:
            most = f"{self.max:,} or fewer"
            yield Problem(f"There are {len(names):,} layers.", f"{len(names):,}", most)
        most_channels = self.max_channels
        if most_channels is not None:
            odd = [one for one in names if len(layers[one]) > most_channels]
            if odd:
                told = listed(f"{one} {len(layers[one]):,}" for one in odd)
                yield Problem(
                    f"Layers have too many channels: {told}.", told, f"{most_channels:,} or fewer"
                )
        if self.complete:
            yield from _incomplete(layers)


def _incomplete(layers: dict[str, set[str]]) -> Iterator[Problem]:
    for name, components in layers.items():
        there = [one for one in _COLOURS if one in components]
        if there and len(there) < len(_COLOURS):
            lacks = listed(one for one in _COLOURS if one not in components)
            where = f"The layer {name}" if name else "The main layer"
            yield Problem(f"{where} has no {lacks}.", " ".join(there), "R G B")
