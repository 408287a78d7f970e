"""A header is told by another one in few bytes, and comes back whole."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.inspection.header.delta import applied, difference, kin_key
from rushes.inspection.header.wire import Attribute, Header, Part
from rushes.testing.media.exr_corners import one_attribute

RAWS = st.lists(st.tuples(st.binary(max_size=300), st.binary(max_size=300)), max_size=40)


def header(raws: Sequence[bytes], *, parts: int = 1) -> Header:
    attributes = tuple(Attribute(b"n%d" % at, b"opaque", raw) for at, raw in enumerate(raws))
    return Header(2, 0, (Part(attributes),) * parts, 0)


@given(RAWS, st.integers(1, 3))
def test_any_header_of_the_same_shape_comes_back(
    raws: Sequence[tuple[bytes, bytes]], parts: int
) -> None:
    base = header([one for one, _ in raws], parts=parts)
    other = header([two for _, two in raws], parts=parts)
    found = difference(base, other)
    assert found is not None
    delta, places = found
    assert len(places) == parts * sum(one != two for one, two in raws)
    assert applied(base, delta).data() == other.data()


def test_equal_headers_differ_in_nothing() -> None:
    assert difference(header([b"a"]), header([b"a"])) == (b"", ())


@pytest.mark.parametrize(
    "other",
    [
        header([b"a", b"b"]),
        header([b"a"], parts=2),
        Header(2, 0x400, header([b"a"]).parts, 0),
        Header(2, 0, (Part((Attribute(b"other", b"opaque", b"a"),)),), 0),
        Header(2, 0, (Part((Attribute(b"n0", b"string", b"a"),)),), 0),
    ],
)
def test_headers_of_another_shape_are_no_difference(other: Header) -> None:
    assert difference(header([b"a"]), other) is None


def test_frames_are_kin_whatever_their_time_and_camera() -> None:
    first = one_attribute(b"timeCode", "timecode", struct.pack("<2I", 1, 0))
    second = one_attribute(b"timeCode", "timecode", struct.pack("<2I", 2, 0))
    assert kin_key(first) == kin_key(second)


def test_headers_that_differ_in_anything_lasting_are_no_kin() -> None:
    keys = {
        kin_key(one_attribute(name, kind, raw))
        for name, kind, raw in [
            (b"owner", "string", b"A"),
            (b"owner", "string", b"B"),
            (b"Owner", "string", b"A"),
            (b"owner", "opaque", b"A"),
            (b"timeCode", "timecode", bytes(8)),
        ]
    }
    assert len(keys) == 5


@given(st.binary(min_size=1, max_size=20))
def test_a_difference_of_another_header_is_refused_or_of_the_same_shape(delta: bytes) -> None:
    base = header([b"a", b"b"])
    try:
        made = applied(base, delta)
    except ValueError:
        return
    assert difference(base, made) is not None
