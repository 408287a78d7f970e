"""From a plan to the frames of its reel, one order after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rushes.core.escape import escape
from rushes.exchange.dailies import texts
from rushes.exchange.dailies.clips import Clip, Media, Placed, Plan
from rushes.exchange.dailies.texts import Field
from rushes.inspection.look import PLAIN, Viewing
from rushes.inspection.reel.drawing import Texts
from rushes.inspection.reel.order import Order, Source
from rushes.model.frames import FrameSet

_TRIED = 50  # frames that a slate's picture is looked for among


@dataclass(frozen=True, slots=True)
class Dress:
    """How frames look: their size in pixels, the way to the screen, and what is burnt in."""

    size: tuple[int, int]
    viewing: Viewing = PLAIN
    fields: Sequence[Field] = texts.DEFAULT

    @property
    def view(self) -> str:
        """The view in a few words."""
        named = ", ".join(filter(None, (self.viewing.display, self.viewing.view)))
        return named or "the config's default"


class Ordered(NamedTuple):
    """An order, how many frames of the reel it is held for, the clip, and its frame there; a slate
    has None.
    """

    order: Order
    held: int
    clip: Clip
    frame: int | None


def ordered(plan: Plan, dress: Dress) -> Iterator[Ordered]:
    """Every frame of the reel, from the first to the last."""
    for placed in plan.placed():
        if placed.slate:
            yield Ordered(_slate(plan, placed, dress), placed.slate, placed.clip, None)
        for at, frame in enumerate(placed.clip.frames, start=placed.first):
            told = texts.burn_ins(dress.fields, plan, placed.clip, frame=frame, at=at)
            yield Ordered(_frame(placed.clip, frame, dress, told), 1, placed.clip, frame)


def _slate(plan: Plan, placed: Placed, dress: Dress) -> Order:
    clip = placed.clip
    shown = _pictured(clip)
    source, path, index = _source(clip, shown) if shown is not None else (Source.NONE, "", 0)
    return Order(
        dress.size,
        source,
        path,
        index,
        _name(path),
        dress.viewing,
        title=clip.shown.of,
        rows=texts.slate_rows(plan, clip, dress.view),
    )


def _frame(clip: Clip, frame: int, dress: Dress, told: Texts) -> Order:
    lines = texts.card_lines(clip, frame)
    if clip.is_unseen:
        return Order(dress.size, texts=told, word="not read from S3", told=lines)
    if clip.media is Media.NONE or frame in clip.missing:
        return Order(dress.size, texts=told, word="missing frame", told=lines)
    source, path, index = _source(clip, frame)
    name, size = _name(path), dress.size
    return Order(size, source, path, index, name, dress.viewing, texts=told, told=lines)


def _source(clip: Clip, frame: int) -> tuple[Source, str, int]:
    assert clip.place is not None
    if clip.media is Media.MOVIE:
        return Source.MOVIE, str(clip.place), frame - clip.start
    assert clip.files is not None
    return Source.IMAGE, str(clip.place / clip.files.name(frame)), 0


def _pictured(clip: Clip) -> int | None:
    """The frame to be shown on the slate: of those that are there, the one nearest to the middle
    that has any bytes.
    """
    there = list(FrameSet((clip.frames,)) - clip.missing) if clip.media is not Media.NONE else []
    middle = len(there) // 2
    for at in sorted(range(len(there)), key=lambda one: abs(one - middle))[:_TRIED]:
        if clip.media is Media.MOVIE or _size(_source(clip, there[at])[1]):
            return there[at]
    return None


def _name(path: str) -> str:
    """What a card calls it: where it lies is nobody's business who is shown the reel."""
    return escape(os.path.basename(path))


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return 0
