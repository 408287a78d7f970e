"""Tokens as vectors of a fixed length, whose cosine ranks headers as their tokens do.

A weight is cut into steps, and each step of each token has a place and a sign by a hash of its
own (Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009). So two headers
multiply to the sum of the smaller weights of what they have in common, as in the weighted Jaccard
index, and not to that of the products. Words of the format, which are few and in every file, have
a place for each; there, nothing is left to chance.

Sums are made of whole numbers, though in floats, so that all machines and all orders of tokens
give the same.
"""

from __future__ import annotations

import math
import struct
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from operator import mul

from rushes.inspection.header.facts import KINDS
from rushes.inspection.header.values import COMPRESSIONS, LEVEL_MODES, LINE_ORDERS, PIXEL_TYPES
from rushes.inspection.similarity.traits import MANY, channel_tokens, tokens
from rushes.model.image import Channel, Image
from rushes.ports.catalog import EMBEDDING, FINGERPRINT, Vector

# Vectors of different versions are not to be compared.
EMBEDDING_VERSION = 1

_UNIT = 1 << 30  # a length of 1, until all is brought to that
_KNOWN = 1 << 15  # tokens whose steps are remembered


def _growing(first: float, ratio: float) -> tuple[float, ...]:
    """Where steps end: the first at `first`, each so much further than the one before."""
    ends = [0.0, first]
    while ends[-1] < 1:
        ends.append(ends[-1] * ratio)
    return tuple(ends)


def _root(number: float) -> float:
    return float(round(math.sqrt(number) * _UNIT))


_ENDS = _growing(0.001, 1.6)
_ROOTS = [_root(end - start) for start, end in pairwise(_ENDS)]
_HASH = struct.Struct(f"<{len(_ROOTS)}I")

Step = tuple[int, float]  # a place, and what is added there


class _Space:
    """Vectors of one length: words have the first places, steps of other tokens the rest."""

    def __init__(self, size: int, words: Iterable[str]) -> None:
        self._size = size
        self._words = {word: place for place, word in enumerate(words)}
        self._known: dict[str, tuple[Step, ...]] = {}
        self._steps: dict[Step, Step] = {}  # one object for all tokens that have it

    def vector(self, weights: Mapping[str, float]) -> Vector:
        """The sum of all steps of all tokens, brought to length 1."""
        found = [0.0] * self._size
        word, known = self._words.get, self._known.get
        cuts: dict[float, tuple[int, float, float]] = {}  # most tokens of a side weigh the same
        for token, weight in weights.items():
            whole, rest, root = cuts.get(weight) or cuts.setdefault(weight, _cut(weight))
            place = word(token)
            if place is not None:
                found[place] += root
                continue
            steps = known(token) or self._learn(token)
            for place, step in steps[:whole]:
                found[place] += step
            place, step = steps[whole]
            found[place] += rest if step > 0 else -rest
        length = math.sqrt(math.fsum(map(mul, found, found)))
        return tuple([one / length for one in found]) if length else tuple(found)

    def _learn(self, token: str) -> tuple[Step, ...]:
        """A place for each step of a token, and whether it is added or taken away."""
        numbers = _HASH.unpack(blake2b(token.encode("utf-8", "surrogatepass")).digest())
        start, most = len(self._words), self._size - len(self._words)
        steps = [
            (start + (number >> 1) % most, root if number & 1 else -root)
            for number, root in zip(numbers, _ROOTS, strict=True)
        ]
        if len(self._known) >= _KNOWN:
            self._known.clear()
        shared = self._steps.setdefault
        self._known[token] = made = tuple([shared(step, step) for step in steps])
        return made


def _cut(weight: float) -> tuple[int, float, float]:
    """How many whole steps there are in a weight, and the roots of what is left, and of all."""
    whole = bisect_left(_ENDS, weight) - 1
    return whole, _root(weight - _ENDS[whole]), _root(weight)


_OF_CHANNELS = (
    *(f"channels 2^{power}" for power in range(MANY + 2)),
    *(f"{how} {one}" for one in PIXEL_TYPES for how in ("some", "no")),
)
_OF_IMAGES = (
    *_OF_CHANNELS,
    *(f"parts 2^{power}" for power in range(MANY + 2)),
    *(f"kind {one}" for one in KINDS),
    *(f"lines {one}" for one in LINE_ORDERS),
    *(f"levels {one}" for one in (*LEVEL_MODES, None)),
    # Those that there were with this version; later ones are hashed like any other token.
    *(f"compression {one}" for one in COMPRESSIONS[:12]),
    *("deep", "flat", "some loss", "no loss"),
)
_IMAGES = _Space(EMBEDDING, _OF_IMAGES)
_CHANNELS = _Space(FINGERPRINT, _OF_CHANNELS)


def embedding(image: Image) -> Vector:
    """A header as 384 numbers of length 1, or all 0 where the header has no token.

    The cosine of two, which is their product, ranks headers as `weighted_jaccard` of their tokens
    does; frames of one sequence have the same vector.
    """
    return _IMAGES.vector(tokens(image))


def channel_fingerprint(channels: Iterable[Channel]) -> Vector:
    """Channels, of a part or of a file, as 128 numbers of length 1; all 0 where there are none."""
    return _CHANNELS.vector(channel_tokens(channels))


def channel_fingerprints(image: Image) -> tuple[Vector, ...]:
    """A fingerprint for each channel alone, part after part, as tables of channels want it."""
    return tuple([_alone(one) for part in image.parts for one in part.channels])


@lru_cache(_KNOWN >> 3)
def _alone(channel: Channel) -> Vector:
    return channel_fingerprint((channel,))
