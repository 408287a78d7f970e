"""Vectors of headers: alike where headers are alike, and nothing but that."""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.inspection.header import facts, wire
from rushes.inspection.similarity import (
    EMBEDDING_VERSION,
    channel_fingerprint,
    channel_fingerprints,
    embedding,
    tokens,
    weighted_jaccard,
)
from rushes.model.image import Attribute, Channel, Image, Part, Value, Window
from rushes.testing.media.headers import file
from rushes.testing.media.industry import takes

IMAGES = Path(os.environ.get("RUSHES_TEST_IMAGES", "/nowhere"))
DIFFUSE = tuple(f"diffuse.{one}" for one in "RGB")

texts = st.text(st.characters(), max_size=12)
channels = st.lists(st.builds(Channel, texts, st.sampled_from(["HALF", "FLOAT", "UINT", "7"])))
attributes = st.lists(
    st.builds(Attribute, texts, texts, st.none() | texts | st.floats(), st.just(b""))
)


def picture(
    *names: str, more: Iterable[tuple[str, str, Value]] = (), kind: str = "HALF", **fields: Value
) -> Part:
    """A part of those channels, with more attributes."""
    plain = {
        "index": 0,
        "name": "",
        "view": "",
        "kind": "scanlineimage",
        "data_window": Window(0, 0, 1919, 1079),
        "display_window": Window(0, 0, 1919, 1079),
        "pixel_aspect_ratio": 1.0,
        "compression": "ZIP",
        "line_order": "INCREASING_Y",
        "tiles": None,
        "chunk_count": None,
    }
    made = tuple(Attribute(name, type_, value, b"") for name, type_, value in more)
    given = tuple(Channel(name, kind) for name in names)
    return Part(**{**plain, "channels": given, "attributes": made, **fields})


def image(*parts: Part) -> Image:
    return Image(2, 0, parts, 0, "")


def parsed(data: bytes) -> Image:
    return facts.image(wire.parse(data), data)


def cosine(a: Sequence[float], b: Sequence[float]) -> float:
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def alike(a: Image, b: Image) -> float:
    return cosine(embedding(a), embedding(b))


def test_frames_of_a_sequence_have_one_vector() -> None:
    steady = (take for take in takes(3) if take.drift is None and take.count > 3)
    for take in islice(steady, 40):
        vectors = {embedding(parsed(file(take.header(at)))) for at in range(take.count)}
        assert len(vectors) == 1


def test_a_sequence_that_drifts_has_more_than_one() -> None:
    take = next(one for one in takes(3) if one.drift is not None and one.drift < one.count)
    first, last = (parsed(file(take.header(at))) for at in (0, take.count - 1))
    assert alike(first, last) < 0.999


@pytest.mark.parametrize(
    ("name", "kind", "values"),
    [
        ("timeCode", "timecode", [{"time_and_flags": 1, "user_data": 0}, None]),
        ("keyCode", "keycode", [{"count": 1}, {"count": 2}]),
        ("capDate", "string", ["2024:05:17 10:00:00", "2024:05:17 10:00:01"]),
        ("frame", "int", [1001, 1002]),
        ("vrayInfo/frame", "int", [1001, 1002]),
        ("renderTime", "float", [10.5, 9.25]),
        ("renderMemory", "string", ["1 GB", "2 GB"]),
        ("worldToCamera", "m44f", [[[1, 0], [0, 1]], [[2, 0], [0, 2]]]),
        ("comments", "string", ["first try", "second try"]),
    ],
)
def test_what_changes_from_frame_to_frame_changes_no_vector(
    name: str, kind: str, values: list[Value]
) -> None:
    one, other = (image(picture(*"RGB", more=[(name, kind, value)])) for value in values)
    assert embedding(one) == embedding(other)


@pytest.mark.parametrize("name", ["timeCode", "keyCode", "capDate", "frame", "renderTime"])
def test_what_is_of_one_frame_may_come_and_go(name: str) -> None:
    more = [("owner", "string", "somebody")]
    without = image(picture(*"RGB", more=more))
    assert embedding(image(picture(*"RGB", more=[*more, (name, "x", 1)]))) == embedding(without)


def test_the_data_window_may_wander() -> None:
    still = image(picture(*"RGB"))
    assert embedding(image(picture(*"RGB", data_window=Window(3, 4, 90, 80)))) == embedding(still)


def test_an_empty_header_is_the_zero_vector_and_like_nothing() -> None:
    empty = image(picture())
    assert tokens(empty) == tokens(image()) == {}
    assert embedding(empty) == (0.0,) * 384
    assert channel_fingerprint([]) == (0.0,) * 128
    assert weighted_jaccard({}, {}) == weighted_jaccard({}, {"a": 1.0}) == 0.0


@given(st.lists(st.tuples(channels, attributes), max_size=3))
def test_any_other_header_has_length_one(
    parts: list[tuple[list[Channel], list[Attribute]]],
) -> None:
    made = image(
        *(replace(picture(), channels=tuple(one), attributes=tuple(two)) for one, two in parts)
    )
    weights, vector = tokens(made), embedding(made)
    there = any(one or two for one, two in parts)
    assert len(vector) == 384
    assert math.fsum(weights.values()) == pytest.approx(1.0 if there else 0.0)
    assert all(weight > 0 for weight in weights.values())
    assert math.hypot(*vector) == pytest.approx(1.0 if there else 0.0)


@given(channels)
def test_every_channel_has_a_fingerprint_of_length_one(given: list[Channel]) -> None:
    half = len(given) // 2
    parts = [replace(picture(), channels=tuple(one)) for one in (given[:half], given[half:])]
    found = channel_fingerprints(image(*parts))
    assert [len(one) for one in found] == [128] * len(given)
    assert all(math.hypot(*one) == pytest.approx(1.0) for one in found)
    assert found == tuple(channel_fingerprint([one]) for one in given)


@given(attributes, st.randoms(use_true_random=False))
def test_order_does_not_matter(given: list[Attribute], random: Random) -> None:
    distinct = list({one.name: one for one in given}.values())
    shuffled = random.sample(distinct, len(distinct))
    straight = replace(picture(*"RGBA"), attributes=tuple(distinct))
    mixed = replace(picture(*"GABR"), attributes=tuple(shuffled))
    assert embedding(image(straight)) == embedding(image(mixed))


def test_types_of_pixels_count() -> None:
    half, full = image(picture(*"RGB")), image(picture(*"RGB", kind="FLOAT"))
    assert alike(half, full) < 0.95
    assert cosine(*(channel_fingerprint(one.parts[0].channels) for one in (half, full))) < 0.8


def test_one_pass_more_is_less_of_a_difference_than_another_program() -> None:
    nuke = picture(*"RGB", more=[("software", "string", "Nuke 14.0v5")])
    more = picture(*"RGB", *DIFFUSE, more=[("software", "string", "Nuke 14.0v5")])
    other = picture(
        *(f"Combined.{one}" for one in "RGB"),
        more=[("software", "string", "Blender 4.2"), ("Scene", "string", "x")],
        compression="DWAA",
    )
    assert alike(image(nuke), image(more)) > 0.7 > 0.6 > alike(image(nuke), image(other))


def test_another_version_of_a_program_is_nearer_than_another_program() -> None:
    def written(by: str) -> Image:
        return image(picture(*"RGB", more=[("software", "string", by)]))

    nuke = written("Nuke 14.0v5")
    near = [alike(nuke, written(by)) for by in ("Nuke 14.0v6", "Nuke 15.1", "Fusion 18")]
    assert near == sorted(near, reverse=True)


def test_views_in_one_part_are_like_views_in_two() -> None:
    views = ("multiView", "stringvector", ["left", "right"])
    stereo = ("R", "G", "B", "right.R", "right.G", "right.B")
    one = image(picture(*stereo, *DIFFUSE, more=[views]))
    two = image(
        picture(*"RGB", *DIFFUSE, view="left", name="left"),
        picture(*"RGB", view="right", name="right"),
    )
    assert alike(one, two) > 0.85
    assert alike(one, two) > alike(one, image(picture(*stereo, *DIFFUSE, compression="PIZ")))


def test_the_keys_of_cryptomattes_are_no_difference() -> None:
    one, other = (
        image(picture("R", more=[(f"cryptomatte/{key}/name", "string", "object")]))
        for key in ("3f1a2b4", "bd00f1e")
    )
    assert embedding(one) == embedding(other)


def test_the_weighted_jaccard_index_is_smaller_weights_over_larger_ones() -> None:
    assert weighted_jaccard({"a": 0.5, "b": 0.5}, {"b": 0.25, "c": 0.75}) == 0.25 / 1.75


def test_nearest_by_cosine_are_nearest_by_tokens() -> None:
    images = [parsed(file(take.header(0))) for take in islice(takes(5), 150)]
    weights, matrix = [tokens(one) for one in images], np.array([embedding(one) for one in images])
    wanted = np.array([[weighted_jaccard(one, other) for other in weights] for one in weights])
    agreed = [
        np.corrcoef(a.argsort().argsort(), b.argsort().argsort())[0, 1]
        for a, b in zip(wanted, matrix @ matrix.T, strict=True)
    ]
    assert np.mean(agreed) > 0.9


FIXED = {
    "plain": image(picture(*"RGBA", more=[("owner", "string", "somebody")])),
    "many passes": image(
        picture(
            *(f"pass{layer:02}.{one}" for layer in range(20) for one in "RGB"),
            more=[("software", "string", "Arnold 7.2"), ("arnold/host", "string", "x")],
            kind="FLOAT",
        )
    ),
    "two parts": image(
        picture(*"RGB", view="left", kind="HALF", compression="PIZ"),
        picture("Z", "ZBack", view="right", compression="ZIPS"),
    ),
}


# Stores hold such vectors: whoever changes one raises EMBEDDING_VERSION, and says so.
PINNED = {
    (1, "plain"): "3e316152608290cfa2a8ce6cc0848251",
    (1, "many passes"): "e73dcbc689e0d7479302700c3cf36960",
    (1, "two parts"): "033dacf1ebd688506d229f91ff836c8e",
}


@pytest.mark.parametrize("name", FIXED)
def test_vectors_stay_as_they_were(name: str) -> None:
    given = [channel for part in FIXED[name].parts for channel in part.channels]
    digest = blake2b(digest_size=16)
    digest.update(struct.pack("<384f", *embedding(FIXED[name])))
    digest.update(struct.pack("<128f", *channel_fingerprint(given)))
    assert PINNED[EMBEDDING_VERSION, name] == digest.hexdigest()


@pytest.mark.images
def test_real_siblings_are_nearest_to_one_another() -> None:
    if not (IMAGES / "Beachball").is_dir():
        pytest.skip("set RUSHES_TEST_IMAGES to a copy of the openexr-images collection")
    found = {path: parsed(path.read_bytes()) for path in sorted(IMAGES.rglob("*.exr"))}
    balls = {path for path in found if path.parent.name == "Beachball"}
    for ball in balls:
        others = sorted(
            (path for path in found if path != ball),
            key=lambda path: alike(found[ball], found[path]),
            reverse=True,
        )
        assert set(others[: len(balls) - 1]) == balls - {ball}
        same = ball.name.partition(".")[0]
        assert all(path.name.startswith(same) for path in others[:2])
