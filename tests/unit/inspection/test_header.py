"""OpenEXR headers are read without loss, and damage is told by its place."""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.inspection.header import facts
from rushes.inspection.header.lint import lint
from rushes.inspection.header.offsets import Gap, gaps
from rushes.inspection.header.values import MeaninglessError, decode, encode, known
from rushes.inspection.header.wire import (
    LONG_NAMES,
    MULTIPART,
    SINGLE_TILE,
    Attribute,
    DamagedError,
    Header,
    Part,
    parse,
)

IMAGES = Path(os.environ.get("RUSHES_TEST_IMAGES", "/nowhere"))

TYPES = [
    *("box2f", "box2i", "chlist", "chromaticities", "compression", "deepImageState", "double"),
    *("envmap", "float", "floatvector", "int", "keycode", "lineOrder", "m33d", "m33f", "m44d"),
    *("m44f", "preview", "rational", "string", "stringvector", "tiledesc", "timecode", "v2d"),
    *("v2f", "v2i", "v3d", "v3f", "v3i"),
]
LAYOUTS = {
    "1": ["compression", "deepImageState", "envmap", "lineOrder"],
    "4": ["float", "int"],
    "8": ["double", "rational", "timecode", "v2f", "v2i"],
    "9": ["tiledesc"],
    "12": ["v3f", "v3i"],
    "16": ["box2f", "box2i", "v2d"],
    "24": ["v3d"],
    "28": ["keycode"],
    "32": ["chromaticities"],
    "36": ["m33f"],
    "64": ["m44f"],
    "72": ["m33d"],
    "128": ["m44d"],
}
SIZES = {kind: int(size) for size, kinds in LAYOUTS.items() for kind in kinds}
CHANNEL = b"R\0" + struct.pack("<iB3xii", 1, 0, 1, 1)

NAMES = st.binary(min_size=1, max_size=31).filter(lambda name: b"\0" not in name)


def attribute(name: str, kind: str, raw: bytes) -> Attribute:
    return Attribute(name.encode(), kind.encode(), raw)


def header(*attributes: Attribute, flags: int = 0) -> Header:
    return Header(2, flags, (Part(attributes),), 0)


def image(
    *more: Attribute, size: tuple[int, int] = (64, 48), compression: int = 3, flags: int = 0
) -> Header:
    window = struct.pack("<4i", 0, 0, size[0] - 1, size[1] - 1)
    return header(
        attribute("channels", "chlist", CHANNEL + b"\0"),
        attribute("compression", "compression", bytes([compression])),
        attribute("dataWindow", "box2i", window),
        *more,
        flags=flags,
    )


def plain(parsed: Header) -> list[list[tuple[bytes, bytes, bytes]]]:
    return [[(one.name, one.type, one.raw) for one in part.attributes] for part in parsed.parts]


def gaps_of(data: bytes) -> list[Gap]:
    """What the offset tables of a file lack."""
    found = facts.image(parse(data), data)
    return [*gaps(found, size=len(data), read=lambda at, size: data[at : at + size])]


def exact(kind: str, raw: bytes) -> bool:
    """Whether the bytes are a value that survives JSON; it is held to that."""
    decoded = decode(kind, raw)
    there = orjson.loads(orjson.dumps(decoded.value))
    if decoded.exact:
        assert encode(kind, there) == raw
    return decoded.exact


def test_every_type_of_the_format_is_known() -> None:
    assert all(map(known, TYPES))
    assert not known("studioSecret")
    assert decode("studioSecret", b"\1\2") == decode("opaque", b"")


@pytest.mark.parametrize("kind", TYPES)
@given(data=st.data())
def test_any_bytes_are_a_value_that_inverts_or_are_said_not_to_be(
    kind: str, data: st.DataObject
) -> None:
    size = SIZES.get(kind)
    sizes = {"min_size": size, "max_size": size} if size else {"max_size": 60}
    raw = data.draw(st.one_of(st.binary(**sizes), st.binary(max_size=12)))
    with suppress(MeaninglessError):
        exact(kind, raw)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("float", struct.pack("<f", 0.1), struct.unpack("<f", struct.pack("<f", 0.1))[0]),
        ("float", b"\0\0\xc0\x7f", "NaN"),
        ("float", b"\0\0\x80\xff", "-Infinity"),
        ("compression", b"\x08", "DWAA"),
        ("compression", b"\xc8", 200),
        ("box2i", struct.pack("<4i", -5, 0, 9, 9), {"min": [-5, 0], "max": [9, 9]}),
        ("rational", struct.pack("<iI", -24, 0), {"numerator": -24, "denominator": 0}),
        ("string", "Größe".encode(), "Größe"),
        ("string", b"", ""),
        ("stringvector", b"\2\0\0\0ab\0\0\0\0", ["ab", ""]),
        ("m33f", struct.pack("<9f", *range(9)), [[0, 1, 2], [3, 4, 5], [6, 7, 8]]),
        ("chlist", b"\0", []),
        (
            "tiledesc",
            struct.pack("<IIB", 64, 32, 0x11),
            {
                "x_size": 64,
                "y_size": 32,
                "level_mode": "MIPMAP_LEVELS",
                "rounding_mode": "ROUND_UP",
            },
        ),
    ],
)
def test_values_mean_what_the_format_says(kind: str, raw: bytes, value: object) -> None:
    assert decode(kind, raw).value == value
    assert exact(kind, raw)


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("float", b"\1\0\xc0\x7f"),  # a NaN with something to say
        ("string", b"caf\xe9"),
        ("chlist", b"R\0" + b"\1\0\0\0\0\7\0\0\1\0\0\0\1\0\0\0" + b"\0"),  # reserved bytes in use
    ],
)
def test_what_json_would_lose_is_said_not_to_be_exact(kind: str, raw: bytes) -> None:
    assert not exact(kind, raw)


@given(
    st.lists(
        st.lists(st.tuples(NAMES, NAMES, st.binary(max_size=40)), min_size=1, max_size=6),
        min_size=1,
        max_size=3,
    ),
    st.integers(8, 64),
)
def test_any_header_is_read_back_however_little_of_it_is_at_hand(
    parts: Sequence[Sequence[tuple[bytes, bytes, bytes]]], at_first: int
) -> None:
    made = Header(
        2,
        MULTIPART if len(parts) > 1 else 0,
        tuple(Part(tuple(Attribute(*one) for one in part)) for part in parts),
        0,
    )
    data = made.data()
    found = parse(data[:at_first], lambda size: data[:size])
    assert plain(found) == plain(made)
    assert found.data() == data
    assert found.end == len(data)


@given(st.integers(0, 10_000))
def test_a_header_that_is_cut_off_is_told_with_the_place(size: int) -> None:
    data = image(attribute("comment", "string", b"x" * 100)).data()
    size %= len(data)
    with pytest.raises(DamagedError) as caught:
        parse(data[:size], lambda _more: data[:size])
    assert 0 <= caught.value.offset <= size


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=5))
def test_flipped_bytes_are_read_or_refused_and_never_crash(flips: list[tuple[int, int]]) -> None:
    data = bytearray(image(attribute("comment", "string", b"x" * 100)).data())
    for at, byte in flips:
        data[at % len(data)] = byte
    with suppress(DamagedError):
        found = parse(bytes(data))
        assert found.data() == data[: found.end]


def test_names_are_as_long_as_the_version_field_allows() -> None:
    long = "n" * 255
    assert parse(header(attribute(long, "int", bytes(4)), flags=LONG_NAMES).data()).parts
    with pytest.raises(DamagedError, match="longer than 31 bytes") as caught:
        parse(header(attribute("n" * 32, "int", bytes(4))).data() + bytes(99))
    assert caught.value.offset == 8


def test_what_is_no_exr_is_told() -> None:
    for data in (b"", b"\x76", b"P6 1 1", b"\x76\x2f\x31\x01\3\0\0\0\0"):
        with pytest.raises(DamagedError):
            parse(data)


def test_a_size_below_zero_is_told_where_it_stands() -> None:
    data = image().data().replace(struct.pack("<i", 19), struct.pack("<i", -19), 1)
    with pytest.raises(DamagedError, match="size of -19 bytes") as caught:
        parse(data)
    assert data[caught.value.offset :].startswith(struct.pack("<i", -19))


@pytest.mark.parametrize(
    ("compression", "chunks"), [(0, 48), (2, 48), (3, 3), (4, 2), (8, 2), (9, 1)]
)
def test_chunks_are_counted_by_the_lines_of_the_compression(compression: int, chunks: int) -> None:
    made = image(compression=compression)
    assert facts.part(made, 0).chunk_count == chunks


@pytest.mark.parametrize(
    ("mode", "size", "chunks"),
    [
        (0x00, (64, 48), 4 * 3),
        (0x01, (64, 48), 12 + 4 + 1 + 1 + 1 + 1 + 1),
        (0x02, (64, 48), (4 + 2 + 1 + 1 + 1 + 1 + 1) * (3 + 2 + 1 + 1 + 1 + 1)),
        (0x01, (65, 1), 5 + 2 + 1 + 1 + 1 + 1 + 1),
        (0x11, (65, 1), 5 + 3 + 2 + 1 + 1 + 1 + 1 + 1),
    ],
)
def test_tiles_are_counted_over_all_levels(mode: int, size: tuple[int, int], chunks: int) -> None:
    tiles = attribute("tiles", "tiledesc", struct.pack("<IIB", 16, 16, mode))
    made = image(tiles, size=size, flags=SINGLE_TILE)
    assert facts.part(made, 0).chunk_count == chunks


@pytest.mark.parametrize(
    "made",
    [
        header(),
        image(size=(0, 10)),
        image(compression=99),
        image(flags=SINGLE_TILE),
        image(attribute("chunkCount", "int", struct.pack("<i", -1))),
    ],
)
def test_chunks_that_cannot_be_counted_are_not_guessed(made: Header) -> None:
    assert facts.part(made, 0).chunk_count is None


def test_an_offset_table_with_a_hole_is_told_by_its_place() -> None:
    made = image()  # three chunks
    data = made.data()
    table = [len(data) + 24, 0, len(data) + 40]
    (gap,) = gaps_of(data + struct.pack("<3Q", *table) + bytes(40))
    assert gap == Gap(0, 3, 1, len(data) + 8)


def test_an_offset_table_that_is_cut_off_is_told_by_its_place() -> None:
    data = image().data()
    (gap,) = gaps_of(data + bytes(11))
    assert (gap.missing, gap.offset) == (3, len(data))


@pytest.mark.parametrize(("left", "missing"), [(0, 3), (3, 3), (8, 2), (23, 1)])
def test_an_offset_table_that_is_cut_while_it_is_read_is_told(left: int, missing: int) -> None:
    data = image().data()
    start = len(data) + 24
    whole = data + struct.pack("<3Q", start, start + 4, start + 8) + bytes(40)
    meant = facts.image(parse(whole), whole)
    (gap,) = gaps(
        meant, size=len(whole), read=lambda offset, size: whole[offset : offset + min(size, left)]
    )
    assert gap == Gap(0, 3, missing, len(data) + 8 * (3 - missing))


@given(st.data())
def test_every_offset_that_is_no_place_for_a_chunk_is_counted(data: st.DataObject) -> None:
    made = image(size=(8, 40), compression=0)  # forty chunks
    head = made.data()
    low = len(head) + 8 * 40
    size = low + data.draw(st.sampled_from([1, 2, 300, 70_000]))
    near = st.sampled_from([0, 1, low - 1, low, size - 1, size, 1 << 63, (1 << 64) - 1])
    offsets = data.draw(
        st.lists(st.one_of(near, st.integers(low, size - 1)), min_size=40, max_size=40)
    )
    whole = head + struct.pack("<40Q", *offsets)
    meant = facts.image(parse(whole), whole)
    found = [*gaps(meant, size=size, read=lambda at, count: whole[at : at + count])]
    bad = [at for at, one in enumerate(offsets) if not low <= one < size]
    assert found == ([Gap(0, 40, len(bad), len(head) + 8 * bad[0])] if bad else [])


def test_an_offset_table_in_any_order_is_whole() -> None:
    data = image().data()
    start = len(data) + 24
    assert gaps_of(data + struct.pack("<3Q", start + 9, start, start + 4) + bytes(40)) == []
    (gap,) = gaps_of(data + struct.pack("<3Q", start + 9, start, 1 << 40) + bytes(40))
    assert gap == Gap(0, 3, 1, len(data) + 16)


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (0, []),
        (LONG_NAMES, []),
        (SINGLE_TILE, ["there are tiles"]),
        (0x800, ["there are deep pixels"]),
        (0x4000, ["mean nothing, 0x4000"]),
        (-(1 << 31), ["mean nothing, 0x80000000"]),
    ],
)
def test_flags_that_the_parts_belie_are_told(flags: int, told: list[str]) -> None:
    kind = attribute("type", "string", b"scanlineimage")
    made = image(kind, flags=flags)
    found = lint(facts.image(made, made.data()), "a.exr")
    said = [one.message for one in found if one.rule == "exr.flags"]
    assert len(said) == len(told)
    assert all(one in message for one, message in zip(told, said, strict=True))


def test_frames_that_differ_in_any_attribute_mean_what_they_say_themselves() -> None:
    """What is remembered of one frame must not be taken for the next one's."""
    frames = [
        image(attribute("frame", "int", struct.pack("<i", 1)), size=(64, 48)),
        image(attribute("frame", "int", struct.pack("<i", 2)), size=(64, 48)),
        image(attribute("frame", "int", struct.pack("<i", 2)), size=(32, 48)),
        image(attribute("frame", "int", b"\1\2"), size=(32, 48)),
        image(attribute("frame", "float", b"\1\2\3\4"), size=(32, 48)),
        image(attribute("frame", "int", struct.pack("<i", 3)), size=(32, 48), compression=9),
        image(size=(64, 48)),
    ]
    for made in [*frames, *reversed(frames)]:
        data = made.data()
        found = parse(data)
        assert found.data() == data
        (part,) = facts.image(found, data).parts
        assert [(one.name.encode(), one.raw) for one in part.attributes] == [
            (one.name, one.raw) for one in made.parts[0].attributes
        ]
        window = made.parts[0].first(b"dataWindow")
        assert window is not None
        assert part.data_window == struct.unpack("<4i", window.raw)
        compression = made.parts[0].first(b"compression")
        assert compression is not None
        assert part.compression == decode("compression", compression.raw).value
        broken = {one.name for one in part.attributes if one.value is None}
        told = [one for one in lint(facts.image(found, data), "a") if "are no int" in one.message]
        assert len(told) == len(broken)


@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from([b"a", b"b", b"c"]), st.just(b"int"), st.binary(max_size=3)),
            min_size=1,
            max_size=8,
        ),
        min_size=2,
        max_size=6,
    )
)
def test_headers_are_read_alike_whatever_was_read_before(
    parts: list[list[tuple[bytes, bytes, bytes]]],
) -> None:
    for given_one in parts:
        made = header(*(Attribute(*one) for one in given_one))
        assert plain(parse(made.data())) == plain(made)


@pytest.mark.images
def test_real_images_are_read_byte_for_byte() -> None:
    if not IMAGES.is_dir():
        pytest.skip("set RUSHES_TEST_IMAGES to a copy of the openexr-images collection")
    files = [one for one in sorted(IMAGES.rglob("*.exr")) if "Damaged" not in one.parts]
    assert files
    for path in files:
        data = path.read_bytes()
        found = parse(data[:512], lambda size, data=data: data[:size])  # type: ignore[misc]
        assert found.data() == data[: found.end]
        assert gaps_of(data) == []
        for part in found.parts:
            for one in part.attributes:
                assert exact(one.type.decode(), one.raw), (path, one.name)
