"""Headers in the database: whole, told by their differences, and found again."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import orjson
import psycopg
import pytest

from rushes.core.errors import Code, RushesError
from rushes.db.opening import open_images
from rushes.inspection.header import facts, wire
from rushes.inspection.where import condition
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet
from rushes.model.image_query import ImageQuery
from rushes.ports.images import FileState, Recorded, SeenImage, SeenSequence
from rushes.ports.records import every
from rushes.testing.media.exr_corners import CASES, header, one_attribute

if TYPE_CHECKING:
    from rushes.db.images import DatabaseImages

MOUNT = "/mnt/shows"


@pytest.fixture
def images(database_url: str) -> Iterator[DatabaseImages]:
    with closing(open_images(database_url, data_dir=Path())) as opened:
        yield opened


@pytest.fixture
def plain(database_url: str, images: DatabaseImages) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url) as connection:
        yield connection


def sequence(head: str = "plate.", folder: str = "NV/sq010") -> FileSequence:
    return FileSequence(PurePosixPath(folder), head, ".exr", 4, FrameSet())


def image(frame: int, made: wire.Header, *, size: int = 10) -> SeenImage:
    data = made.data()
    meaning = facts.image(wire.parse(data), data)
    return SeenImage(frame, FileState(size, frame), data, meaning)


def seen(
    made: Sequence[wire.Header], of: FileSequence | None = None, *, show: str = "NV"
) -> SeenSequence:
    return SeenSequence(
        of or sequence(),
        show,
        [image(1001 + at, one) for at, one in enumerate(made)],
        frames=range(1001, 1001 + len(made)),
    )


def timed(frame: int) -> wire.Header:
    return one_attribute(b"timeCode", "timecode", struct.pack("<2I", frame, 0))


def owned(owner: str) -> wire.Header:
    return one_attribute(b"owner", "string", owner.encode())


def frames(images: DatabaseImages, text: str = "", **query: Any) -> list[int]:
    asked = ImageQuery(where=condition(text) if text else None, **query)
    return [one.frame for one in every(lambda page: images.find(asked, page=page))]


def count(plain: psycopg.Connection[Any], table: str) -> int:
    found = plain.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[arg-type]
    assert found is not None
    return int(found[0])


def test_every_header_comes_back_byte_for_byte(images: DatabaseImages) -> None:
    made = [header(name) for name in CASES]
    images.record(MOUNT, [seen(made)])
    for at, one in enumerate(made):
        assert images.header(MOUNT, sequence(), 1001 + at) == one.data()


def test_frames_of_a_sequence_share_one_header(
    images: DatabaseImages, plain: psycopg.Connection[Any]
) -> None:
    assert images.record(MOUNT, [seen([timed(frame) for frame in range(50)])]) == Recorded(added=50)
    assert count(plain, "rushes_imagebase") == 1
    assert images.header(MOUNT, sequence(), 1034) == timed(33).data()


def test_an_unexpected_difference_is_told_by_the_frame_before(
    images: DatabaseImages, plain: psycopg.Connection[Any]
) -> None:
    made = [owned("A" * 200), owned("B"), owned("A" * 200)]
    images.record(MOUNT, [seen(made)])
    assert count(plain, "rushes_imagebase") == 1
    assert [images.header(MOUNT, sequence(), 1001 + at) for at in range(3)] == [
        one.data() for one in made
    ]
    assert frames(images, "attr.owner = B") == [1002]
    assert frames(images, "attr.owner = '" + "A" * 200 + "'") == [1001, 1003]


def test_other_structures_are_stored_once_each(
    images: DatabaseImages, plain: psycopg.Connection[Any]
) -> None:
    for folder in ("NV/a", "NV/b"):
        images.record(MOUNT, [seen([timed(1), header("chlist")], sequence(folder=folder))])
    assert count(plain, "rushes_imagebase") == 2


def test_recording_again_counts_and_changes_nothing_else(
    images: DatabaseImages, plain: psycopg.Connection[Any]
) -> None:
    images.record(MOUNT, [seen([timed(1), timed(2)])])
    again = SeenSequence(sequence(), "NV", [], [1001, 1002], [1001, 1002])
    before = plain.execute("SELECT xmin, * FROM rushes_imageheader").fetchall()
    plain.commit()
    assert images.record(MOUNT, [again]) == Recorded(unchanged=2)
    assert plain.execute("SELECT xmin, * FROM rushes_imageheader").fetchall() == before
    rows = plain.execute(
        "SELECT inspection_count, last_inspected > inspected FROM rushes_imagefile"
    ).fetchall()
    assert rows == [(2, True), (2, True)]


def test_a_file_written_anew_replaces_what_was_known(images: DatabaseImages) -> None:
    images.record(MOUNT, [seen([owned("A")])])
    assert images.record(MOUNT, [seen([owned("B")])]) == Recorded(changed=1)
    assert frames(images, "attr.owner = A") == []
    assert frames(images, "attr.owner = B") == [1001]


def test_frames_that_are_gone_are_forgotten(images: DatabaseImages) -> None:
    images.record(MOUNT, [seen([timed(1), timed(2), timed(3)])])
    left = SeenSequence(sequence(), "NV", [], [1002], [1002])
    assert images.record(MOUNT, [left]) == Recorded(unchanged=1, forgotten=2)
    assert frames(images) == [1002]


def test_sequences_and_folders_that_are_gone_are_forgotten(images: DatabaseImages) -> None:
    images.record(MOUNT, [seen([timed(1)]), seen([timed(1)], sequence("other."))])
    images.record(MOUNT, [seen([timed(1)], sequence(folder="NV/sq020"))])
    folder = PurePosixPath("NV/sq010")
    assert images.folders(MOUNT, PurePosixPath("NV")) == [folder, PurePosixPath("NV/sq020")]
    assert images.forget(MOUNT, folder, but=[sequence()]) == 1
    assert images.forget(MOUNT, folder) == 1
    assert images.folders(MOUNT, PurePosixPath(".")) == [PurePosixPath("NV/sq020")]


def test_of_records_under_several_roots_the_last_stays(
    images: DatabaseImages, plain: psycopg.Connection[Any]
) -> None:
    inner = sequence(folder="sq010")
    images.record(MOUNT, [seen([owned("A"), owned("A")])])
    images.record(f"{MOUNT}/NV", [seen([owned("B")], inner)])
    images.record(f"{MOUNT}/NV", [seen([owned("C")], sequence("alone.", "sq010"), show="")])
    images.record("/mnt/shows2", [seen([owned("D")])])
    folder = PurePosixPath("NV/sq010")
    assert images.nested(MOUNT) == [folder]
    images.gather(MOUNT, {folder: "NV"})
    assert images.nested(MOUNT) == []
    assert count(plain, "rushes_imagefile") == 3
    assert frames(images, "attr.owner = B", show="NV") == [1001]
    assert images.header(MOUNT, sequence("alone."), 1001) == owned("C").data()
    assert images.states(MOUNT, [sequence("alone.")]) == [{1001: FileState(10, 1001)}]


def test_records_in_other_folders_stay_where_they_are(images: DatabaseImages) -> None:
    images.record(f"{MOUNT}/NV", [seen([timed(1)], sequence(folder="sq010"))])
    images.gather(MOUNT, {PurePosixPath("NV/sq020"): "NV"})
    assert images.nested(MOUNT) == [PurePosixPath("NV/sq010")]
    assert images.nested(f"{MOUNT}/NV") == []


def test_a_file_without_a_header_is_recorded_with_its_problem(
    images: DatabaseImages, plain: psycopg.Connection[Any]
) -> None:
    broken = SeenImage(1001, FileState(0, 1), b"", None, "It has zero bytes.")
    images.record(MOUNT, [SeenSequence(sequence(), "NV", [broken], frames=[1001])])
    assert frames(images) == []
    assert plain.execute("SELECT problem FROM exr.files").fetchall() == [("It has zero bytes.",)]
    assert images.states(MOUNT, [sequence()]) == [{}]


def test_states_are_those_of_the_files(images: DatabaseImages) -> None:
    images.record(MOUNT, [seen([timed(1)])])
    other = sequence("other.")
    assert images.states(MOUNT, [sequence(), other]) == [{1001: FileState(10, 1001)}, {}]


def test_names_of_any_bytes_come_back(images: DatabaseImages) -> None:
    odd = FileSequence(PurePosixPath("N\udcff"), "a\\b\n", ".exr", 4, FrameSet())
    images.record("/mnt/\udcfe", [seen([timed(1)], odd)])
    (found,) = images.find(ImageQuery()).rows
    assert (found.mount, found.sequence) == ("/mnt/\udcfe", odd)


@pytest.fixture
def several(images: DatabaseImages) -> DatabaseImages:
    """1001: HALF R and a timecode; 1002: layers and a float; 1003: an owner."""
    channels = b"".join(
        name + b"\0" + struct.pack("<iB3xii", kind, 0, 1, 1)
        for name, kind in [(b"CryptoObject00.R", 2), (b"diffuse.R", 1)]
    )
    layered = one_attribute(b"fps", "float", struct.pack("<f", 24.0))
    attributes = [
        one._replace(raw=channels + b"\0") if one.name == b"channels" else one
        for one in layered.parts[0].attributes
    ]
    layered = wire.Header(2, 0, (wire.Part(tuple(attributes)),), 0)
    images.record(MOUNT, [seen([timed(7), layered, owned("ILM")])])
    single = FileSequence(PurePosixPath("XX"), "still.exr", "", 0, FrameSet(), Kind.FILE)
    alone = SeenSequence(single, "XX", [image(0, timed(9), size=99)], frames=[0])
    images.record(MOUNT, [alone])
    return images


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("layer ~ 'crypto*'", [1002]),
        ("layer = diffuse", [1002]),
        ("layer != diffuse", [0, 1001, 1003]),
        ("channel ~ '*.R' and pixels = FLOAT", [1002]),
        ("width >= 1 and height < 2", [0, 1001, 1002, 1003]),
        ("width > 1", []),
        ("attr.fps = 24", [1002]),
        ("attr.fps > 23.9 and attr.fps <= 24", [1002]),
        ("attr.fps > 24", []),
        ("attr.owner ~ 'il?'", [1003]),
        ("attr.owner = '24'", []),
        ("not attr.owner = ILM", [0, 1001, 1002]),
        ("attr.owner != ILM and show = NV", [1001, 1002]),
        ("compression = NONE and not deep and not tiled and multipart = no", [0, 1001, 1002, 1003]),
        ("type = scanlineimage and parts = 1 and channels = 2", [1002]),
        ("frame = 1003 or (frame = 1001 and name ~ 'plate.%04d.*')", [1001, 1003]),
        ("size > 50", [0]),
        ("folder = XX or folder ~ '*sq01?'", [0, 1001, 1002, 1003]),
        ("modified < 1971-01-01", [0, 1001, 1002, 1003]),
        ("modified > 1971-01-01", []),
        ("view = left", []),
        ("layer ~ '%'", []),
    ],
)
def test_conditions_find_what_they_say(
    several: DatabaseImages, text: str, wanted: list[int]
) -> None:
    assert sorted(frames(several, text)) == wanted


def test_options_narrow_like_conditions(several: DatabaseImages) -> None:
    assert frames(several, layers=("CRYPTO*",)) == [1002]
    assert frames(several, channels=("diffuse.?",), compressions=("none",)) == [1002]
    assert frames(several, show="xx") == [0]
    assert frames(several, "frame > 1001", show="nv", layers=("diff*",)) == [1002]


@pytest.mark.parametrize("evil", ["'; DROP TABLE rushes_imagefile; --", "%s", "\\", "*' OR '1'='1"])
def test_no_text_becomes_a_part_of_the_question(several: DatabaseImages, evil: str) -> None:
    quoted = json.dumps(evil)
    for text in (f"layer ~ {quoted}", f"attr.owner = {quoted}", f"folder = {quoted}"):
        assert frames(several, text) == []
    assert frames(several, layers=(evil,), show=evil) == []
    assert len(frames(several)) == 4


def test_many_files_come_in_pages(images: DatabaseImages) -> None:
    images.record(MOUNT, [seen([timed(frame) for frame in range(2_500)])])
    assert frames(images) == list(range(1001, 3501))


def test_the_likest_structure_comes_first(several: DatabaseImages) -> None:
    asked = image(1, owned("somebody else"))
    assert asked.image is not None
    found = several.similar(asked.image, ImageQuery(), most=10)
    assert found[0].frame == 1003
    assert [one.distance for one in found] == sorted(one.distance or 0 for one in found)
    narrowed = several.similar(asked.image, ImageQuery(layers=("diff*",)), most=10)
    assert [one.frame for one in narrowed] == [1002]


def test_without_vectors_similar_says_what_is_missing(
    several: DatabaseImages, plain: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain.execute("DROP TABLE rushes_imagevector")
    plain.commit()
    monkeypatch.setattr("rushes.db.vectors.ready", lambda cursor: False)
    asked = image(1, timed(1))
    assert asked.image is not None
    with pytest.raises(RushesError) as raised:
        several.similar(asked.image, ImageQuery(), most=1)
    assert raised.value.code is Code.DEPENDENCY_MISSING
    # Everything else works, and vectors come when they can be had.
    several.record(MOUNT, [seen([owned("new")], sequence("later."))])
    monkeypatch.undo()
    assert len(several.similar(asked.image, ImageQuery(), most=10)) == 4


def changed(made: wire.Header, **raws: bytes) -> wire.Header:
    """The same header with the bytes of some attributes changed."""
    attributes = [
        one._replace(raw=raws.get(one.name.decode(), one.raw)) for one in made.parts[0].attributes
    ]
    return wire.Header(made.version, made.flags, (wire.Part(tuple(attributes)),), 0)


def channels(*names: str) -> bytes:
    return (
        b"".join(one.encode() + b"\0" + struct.pack("<iB3xii", 1, 0, 1, 1) for one in names) + b"\0"
    )


def test_frames_of_another_structure_are_found_as_what_they_are(images: DatabaseImages) -> None:
    plain = changed(owned("x" * 10), channels=channels("specula.R"))
    made = [
        plain,
        changed(plain, compression=bytes([4])),
        changed(plain, channels=channels("diffuse.R")),
        changed(plain, displayWindow=struct.pack("<4i", 0, 0, 99, 99)),
        changed(plain, pixelAspectRatio=struct.pack("<f", 2.0)),
    ]
    images.record(MOUNT, [seen(made)])
    assert frames(images, "compression = PIZ") == [1002]
    assert frames(images, "layer = diffuse") == [1003]
    assert frames(images, "display_width = 100") == [1004]
    assert frames(images, "pixel_aspect = 2") == [1005]
    assert frames(images, "compression = NONE and layer = specula") == [1001, 1004, 1005]


def test_values_that_the_database_cannot_read_are_not_told_by_a_neighbour(
    images: DatabaseImages,
) -> None:
    names = [one_attribute(b"owner", "string", name) for name in (b"Ren\xe9", b"Andr\xe9")]
    images.record(MOUNT, [seen(names)])
    assert frames(images, "attr.owner ~ 'Ren*'") == [1001]
    assert frames(images, "attr.owner ~ 'Andr*'") == [1002]


def test_single_precision_is_found_by_what_people_write(images: DatabaseImages) -> None:
    made = one_attribute(b"fps", "float", struct.pack("<f", 23.976))
    images.record(MOUNT, [seen([changed(made, pixelAspectRatio=struct.pack("<f", 1.2))])])
    for text in ("attr.fps = 23.976", "attr.fps >= 23.976", "attr.fps <= 23.976"):
        assert frames(images, text) == [1001]
    assert frames(images, "attr.fps > 23.976 or attr.fps < 23.976") == []
    assert frames(images, "pixel_aspect = 1.2 and pixel_aspect <= 1.2") == [1001]
    assert frames(images, "pixel_aspect > 1.2 or pixel_aspect != 1.2") == []


@pytest.mark.parametrize(
    ("padding", "kind", "digits", "name"),
    [
        (4, Kind.FRAMES, 0, "p.%04d.exr"),
        (1, Kind.FRAMES, 0, "p.%d.exr"),
        (4, Kind.TILES, 0, "p.<UDIM>.exr"),
        (4, Kind.FRAMES, 2, "p.%04d.%02d.exr"),
    ],
)
def test_names_are_those_that_are_printed(
    images: DatabaseImages, padding: int, kind: Kind, digits: int, name: str
) -> None:
    of = FileSequence(PurePosixPath("a"), "p.", ".exr", padding, FrameSet(), kind, digits)
    assert of.pattern == name
    images.record(MOUNT, [seen([timed(1)], of)])
    assert frames(images, f"name = '{name}'") == [1001]


def test_what_is_not_there_is_other_than_anything(images: DatabaseImages) -> None:
    made = timed(1)
    attributes = [one for one in made.parts[0].attributes if one.name != b"displayWindow"]
    images.record(MOUNT, [seen([wire.Header(2, 0, (wire.Part(tuple(attributes)),), 0)])])
    assert frames(images, "display_width != 5") == [1001]
    assert frames(images, "not display_width = 5") == [1001]


def test_an_absurdly_long_name_stops_nothing(images: DatabaseImages) -> None:
    names = ["".join(chr(33 + (at * at + turn) % 90) for at in range(9_000)) for turn in range(2)]
    made = [changed(timed(1), channels=channels(f"{name}.R".replace("\\", "/"))) for name in names]
    assert images.record(MOUNT, [seen(made)]).added == 2
    assert images.header(MOUNT, sequence(), 1002) == made[1].data()


def test_structures_that_nobody_has_any_more_are_taken_away(
    images: DatabaseImages, plain: psycopg.Connection[Any]
) -> None:
    for name in ("A", "B", "C"):
        images.record(MOUNT, [seen([owned(name)])])
    assert count(plain, "rushes_imagebase") == 3
    plain.commit()
    images.tidy()
    for table in ("rushes_imagebase", "rushes_imageheader", "rushes_imagevector"):
        assert count(plain, table) == 1
    assert images.header(MOUNT, sequence(), 1001) == owned("C").data()


def test_similar_passes_over_structures_that_nobody_has(images: DatabaseImages) -> None:
    layered = changed(owned("first"), channels=channels("CryptoObject00.R"))
    for version in range(15):
        owner = struct.pack("<i", version)
        one = one_attribute(b"version", "int", owner)
        images.record(MOUNT, [seen([changed(one, channels=channels("CryptoObject00.R"))])])
    images.record(MOUNT, [seen([layered], sequence("other."))])
    asked = image(1, changed(owned("x"), channels=channels("CryptoObject00.R"))).image
    assert asked is not None
    for query in (ImageQuery(layers=("crypto*",)), ImageQuery()):
        assert len(images.similar(asked, query, most=10)) == 2


# --- plain SQL


def test_views_tell_every_attribute_of_every_frame(
    several: DatabaseImages, plain: psycopg.Connection[Any]
) -> None:
    rows = plain.execute(
        "SELECT file_path, value_json FROM exr.attributes WHERE attr_name = 'timeCode' ORDER BY 1"
    ).fetchall()
    assert rows == [
        ("/mnt/shows/NV/sq010/plate.1001.exr", {"time_and_flags": 7, "user_data": 0}),
        ("/mnt/shows/XX/still.exr", {"time_and_flags": 9, "user_data": 0}),
    ]
    assert plain.execute(
        "SELECT value_text, value_int, value_float FROM exr.attributes"
        " WHERE attr_name IN ('fps', 'owner') ORDER BY 1"
    ).fetchall() == [("ILM", None, None), (None, None, 24.0)]


def test_views_tell_parts_and_channels(
    several: DatabaseImages, plain: psycopg.Connection[Any]
) -> None:
    assert (
        plain.execute("SELECT width, height, compression, is_tiled FROM exr.parts").fetchall()
        == [(1, 1, "NONE", False)] * 4
    )
    assert plain.execute(
        "SELECT channel_name, layer_name, component_name, channel_type FROM exr.channels"
        " WHERE layer_name <> '' ORDER BY 1"
    ).fetchall() == [
        ("CryptoObject00.R", "CryptoObject00", "R", "FLOAT"),
        ("diffuse.R", "diffuse", "R", "HALF"),
    ]
    names = plain.execute("SELECT frame_number FROM exr.files ORDER BY 1").fetchall()
    assert names == [(1001,), (1002,), (1003,), (None,)]


def test_windows_of_frames_are_their_own(
    images: DatabaseImages, plain: psycopg.Connection[Any]
) -> None:
    first, second = timed(1), timed(1)
    attributes = [
        one._replace(raw=struct.pack("<4i", -3, 4, 9, 5)) if one.name == b"dataWindow" else one
        for one in second.parts[0].attributes
    ]
    second = wire.Header(2, 0, (wire.Part(tuple(attributes)),), 0)
    images.record(MOUNT, [seen([first, second])])
    assert count(plain, "rushes_imagebase") == 1
    rows = plain.execute("SELECT width, height, data_x_offset, data_y_offset FROM exr.parts")
    assert rows.fetchall() == [(1, 1, 0, 0), (13, 2, -3, 4)]
    assert frames(images, "width = 13") == [1002]


IN_SQL = {
    *("box2f", "box2i", "double", "float", "floatvector", "int", "keycode", "m33d", "m33f"),
    *("m44d", "m44f", "rational", "string", "timecode", "v2d", "v2f", "v2i", "v3d", "v3f", "v3i"),
}


def test_the_database_reads_values_as_json_documents_have_them(
    images: DatabaseImages, plain: psycopg.Connection[Any]
) -> None:
    compared = 0
    for name, (kind, raw) in CASES.items():
        meant = facts.meaning(wire.Attribute(b"a", kind.encode(), raw))
        row = plain.execute("SELECT rushes_value(%s, %s)", [kind, raw]).fetchone()
        assert row is not None
        if row[0] is None:
            assert kind not in IN_SQL or not meant.exact or "NUL" in name, name
            continue
        # The database writes large numbers out: 340282346638528860000000000000000000000.
        told = json.loads(json.dumps(row[0]), parse_int=float)
        assert told == json.loads(orjson.dumps(meant.value), parse_int=float), name
        compared += 1
    assert compared >= 60
