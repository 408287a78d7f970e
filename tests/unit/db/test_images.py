"""Headers in the database: whole, told by their differences, and found again."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import orjson
import psycopg
import pytest

from rushes.core.errors import Code, RushesError
from rushes.db.opening import open_images
from rushes.inspection.header import facts, wire
from rushes.model.image_query import ImageQuery
from rushes.ports.images import FileState, Recorded, SeenImage, SeenSequence
from rushes.testing.found import MOUNT
from rushes.testing.media.exr_corners import CASES, header
from rushes.testing.seen_images import (
    frames,
    image,
    owned,
    record_several,
    seen,
    sequence,
    timed,
)

if TYPE_CHECKING:
    from rushes.db.images import DatabaseImages


@pytest.fixture
def images(database_url: str) -> Iterator[DatabaseImages]:
    with closing(open_images(database_url, data_dir=Path())) as opened:
        yield opened


@pytest.fixture
def plain(database_url: str, images: DatabaseImages) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url) as connection:
        yield connection


@pytest.fixture
def several(images: DatabaseImages) -> DatabaseImages:
    """What `record_several` records."""
    record_several(images)
    return images


def count(plain: psycopg.Connection[Any], table: str) -> int:
    found = plain.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[arg-type]
    assert found is not None
    return int(found[0])


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


def test_a_file_without_a_header_is_recorded_with_its_problem(
    images: DatabaseImages, plain: psycopg.Connection[Any]
) -> None:
    broken = SeenImage(1001, FileState(0, 1), b"", None, "It has zero bytes.")
    images.record(MOUNT, [SeenSequence(sequence(), "NV", [broken], frames=[1001])])
    assert frames(images) == []
    assert plain.execute("SELECT problem FROM exr.files").fetchall() == [("It has zero bytes.",)]
    assert images.states(MOUNT, [sequence()]) == [{}]


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
