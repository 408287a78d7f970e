"""Whether vectors rank headers as their tokens do, and how long a vector takes.

    .venv/bin/python bench/similarity.py [--count 2000] [--tuned 1] [--fresh 11]

Headers are made up from two seeds: the one that the weights were chosen on, and one that they were
not. Prints Markdown; targets that are missed are marked, and the exit code is 0 all the same.
"""

from __future__ import annotations

import argparse
import struct
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from measure import machine
from rankings import Agreement, agreement
from targets import Result, at_most, table, told

from rushes.inspection.header import facts, wire
from rushes.inspection.header.values import encode
from rushes.inspection.similarity import (
    channel_fingerprint,
    channel_fingerprints,
    channel_tokens,
    embedding,
    tokens,
)
from rushes.model.image import Image
from rushes.testing.media.headers import file, headers
from rushes.testing.media.industry import takes

_WANTED = 0.9
_SAME = 0.999
_MANY, _QUESTIONS = 10_000, 300
_LAYERS, _ATTRIBUTES = 6, 60
_LARGE = 50
_MICRO = 1e6


def rankings(name: str, count: int, seed: int) -> Iterator[Result]:
    """Figures of one seed."""
    single = read(one_of_each(count, seed))
    yield from _wanted(f"{name}: {count:,} takes", of_headers(single))
    yield from _wanted(f"{name}: {count:,} files", of_headers(read(headers(count, seed))))
    many = of_headers(read(one_of_each(_MANY, seed)), questions=_QUESTIONS)
    asked = f"{name}: {_QUESTIONS} of {_MANY:,} takes"
    yield from _seen(asked, many)
    yield _told(f"{asked}, recall@10, fifty ranked again", many.again)
    yield from _seen(f"{name}: channels", of_channels(single))
    yield from _seen(f"{name}: names, not weighed", of_names(single))


def of_headers(images: Sequence[Image], *, questions: int = 0) -> Agreement:
    """Embeddings against tokens."""
    return agreement(
        [tokens(one) for one in images], [embedding(one) for one in images], questions=questions
    )


def of_channels(images: Sequence[Image]) -> Agreement:
    """Fingerprints of all channels of a file against their tokens."""
    channels = [[one for part in image.parts for one in part.channels] for image in images]
    return agreement(
        [channel_tokens(one) for one in channels], [channel_fingerprint(one) for one in channels]
    )


def of_names(images: Sequence[Image]) -> Agreement:
    """Embeddings against the plain Jaccard index of all names and types in a header.

    That owes nothing to how tokens are chosen and weighed.
    """
    return agreement([_names(one) for one in images], [embedding(one) for one in images])


def _names(image: Image) -> Mapping[str, float]:
    named = [one for part in image.parts for one in (*part.channels, *part.attributes)]
    return {f"{one.name} {one.type}": 1.0 for one in named}


def read(files: Iterable[bytes]) -> list[Image]:
    """What files say of themselves."""
    return [facts.image(wire.parse(data), data) for data in files]


def one_of_each(count: int, seed: int) -> Iterator[bytes]:
    """The first file of so many takes: no ranking is helped by a file's own sequence."""
    return (file(take.header(0)) for take in islice(takes(seed), count))


def sequences(count: int, seed: int) -> list[Result]:
    """How alike frames of one take are that do not drift, and that do."""
    least = {False: 1.0, True: 1.0}
    for take in islice(takes(seed), count):
        frames = read(file(take.header(at)) for at in range(take.count))
        vectors = np.array([embedding(one) for one in frames])
        drifts = take.drift is not None and take.drift < take.count
        least[drifts] = min(least[drifts], float((vectors @ vectors.T).min()))
    return [
        _at_least("two frames of one take, least cosine", least[False], _SAME),
        _told("before and after a drift, least cosine", least[True]),
    ]


def speed() -> list[Result]:
    """What one header of 24 channels and 60 attributes costs, no two of them of the same names."""
    images = [large(number) for number in range(_LARGE)]
    channels = [one.parts[0].channels for one in images]
    anew = took(embedding, images, rounds=1)
    return [
        at_most("embedding of a header of known names", took(embedding, images), 150, unit=" µs"),
        told("embedding of a header of new names", anew, unit=" µs"),
        told("tokens alone", took(tokens, images), unit=" µs"),
        told("fingerprint of its 24 channels", took(channel_fingerprint, channels), unit=" µs"),
        told("24 fingerprints of one each", took(channel_fingerprints, images), unit=" µs"),
    ]


def took(what: Callable[[Any], object], given: Sequence[Any], *, rounds: int = 41) -> float:
    """The time of one call in microseconds: the median of rounds over all that is given."""
    times = []
    for _ in range(rounds):
        began = perf_counter()
        for one in given:
            what(one)
        times.append(_MICRO * (perf_counter() - began) / len(given))
    return median(times)


def large(number: int) -> Image:
    """A header of names that no other number has."""
    layers = [f"layer{number}x{layer}" for layer in range(_LAYERS)]
    fixed = {"type": "HALF", "linear": 0, "x_sampling": 1, "y_sampling": 1}
    channels = [{"name": f"{layer}.{one}", **fixed} for layer in layers for one in "ABGR"]
    window = struct.pack("<4i", 0, 0, 2047, 1079)
    given = {
        "channels": ("chlist", encode("chlist", channels)),
        "compression": ("compression", b"\3"),
        "dataWindow": ("box2i", window),
        "displayWindow": ("box2i", window),
        "lineOrder": ("lineOrder", b"\0"),
        "pixelAspectRatio": ("float", struct.pack("<f", 1)),
        "screenWindowCenter": ("v2f", struct.pack("<2f", 0, 0)),
        "screenWindowWidth": ("float", struct.pack("<f", 1)),
        "software": ("string", b"Nuke 14.0v5"),
    }
    given |= {f"own{number}/{at}": ("string", b"x") for at in range(_ATTRIBUTES - len(given))}
    attributes = [
        wire.Attribute(key.encode(), kind.encode(), raw) for key, (kind, raw) in given.items()
    ]
    (image,) = read([file(wire.Header(wire.VERSION, 0, (wire.Part(tuple(attributes)),), 0))])
    return image


def making(count: int, seed: int) -> Result:
    """How fast headers are made up."""
    began = perf_counter()
    made = sum(1 for _ in headers(count, seed))
    return told("files made up", made / (perf_counter() - began), unit=" a second")


def _wanted(name: str, got: Agreement) -> Iterator[Result]:
    yield _at_least(f"{name}, Spearman", got.spearman, _WANTED)
    yield _told(f"{name}, Spearman of the worst question", got.worst)
    yield _at_least(f"{name}, recall@10", got.recall, _WANTED)


def _seen(name: str, got: Agreement) -> Iterator[Result]:
    yield _told(f"{name}, Spearman", got.spearman)
    yield _told(f"{name}, recall@10", got.recall)


def _at_least(what: str, got: float, limit: float) -> Result:
    return Result(what, f"≥ {limit:g}", f"{got:.4f}", got >= limit)


def _told(what: str, got: float) -> Result:
    return Result(what, "", f"{got:.4f}", None)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--tuned", type=int, default=1)
    parser.add_argument("--fresh", type=int, default=11)
    asked = parser.parse_args()
    print(f"{machine(Path(tempfile.gettempdir()))}\n")
    results = [
        *speed(),
        *rankings("tuned", asked.count, asked.tuned),
        *rankings("fresh", asked.count, asked.fresh),
        *sequences(asked.count // 4, asked.fresh),
        making(asked.count, asked.fresh),
    ]
    print(table(("figure", "target", "result", ""), (one.cells() for one in results)))


if __name__ == "__main__":
    main()
