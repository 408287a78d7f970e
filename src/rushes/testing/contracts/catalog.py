"""What every catalog of image facts has to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from rushes.inspection.rows import file_id
from rushes.inspection.tables import TABLES
from rushes.model.image import Attribute, Channel, Image, Part, Tiles, Window
from rushes.ports.catalog import Catalog, Deed, Inspected

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EMBEDDING = tuple(index / 512 for index in range(384))  # what 32 bits hold exactly
FINGERPRINT = tuple(index / 128 for index in range(128))


class Place(Protocol):
    """A store of the kind under test: opened as often as is asked for, and looked into."""

    def opened(self) -> Catalog:
        """The store, connected to; to be closed."""
        ...

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, as whoever reads the store gets them."""
        ...

    def failing(self) -> AbstractContextManager[None]:
        """Within the block, writing fails when a part of it is done."""
        ...


class CatalogContract:
    """Subclass it and give a fixture `place`, empty for every test."""

    def test_an_image_is_written_to_all_four_tables(self, place: Place) -> None:
        assert _recorded(place, plate(1001, parts=2)) == [Deed.INSERTED]
        counts = {table: len(place.rows(table)) for table in TABLES}
        assert counts == {"files": 1, "parts": 2, "channels": 4, "attributes": 8}
        for table, columns in TABLES.items():
            assert set(place.rows(table)[0]) == set(columns)

    def test_a_file_is_told_as_it_was_seen(self, place: Place) -> None:
        _recorded(place, plate(1001))
        (file,) = place.rows("files")
        assert file["file_id"] == file_id("/shows/demo/plate.1001.exr")
        assert (file["file_path"], file["frame_number"]) == ("/shows/demo/plate.1001.exr", 1001)
        assert (file["size_bytes"], file["header_hash"]) == (5_000, "as rendered")
        assert file["mtime"] == "2026-11-20T08:00:00.000001Z"
        assert file["last_inspected"] == "2026-11-21T12:00:00.000000Z"
        assert (file["multipart_count"], file["is_deep"], file["inspection_count"]) == (1, False, 1)

    def test_parts_and_channels_are_told_as_the_header_tells_them(self, place: Place) -> None:
        _recorded(place, plate(1001))
        (part,) = place.rows("parts")
        assert (part["width"], part["height"]) == (2048, 858)
        assert (part["display_width"], part["data_x_offset"]) == (1920, -64)
        assert (part["is_tiled"], part["tile_width"], part["tile_height"]) == (True, 64, 32)
        assert part["render_software"] == "Arnold 7.4"
        names = {(one["layer_name"], one["component_name"]) for one in place.rows("channels")}
        assert names == {("", "R"), ("diffuse", "G")}

    def test_values_have_the_column_of_their_type(self, place: Place) -> None:
        _recorded(place, plate(1001))
        told = {
            one["attr_name"]: [one[f"value_{kind}"] for kind in ("json", "text", "int", "float")]
            for one in place.rows("attributes")
        }
        assert told["software"] == ['"Arnold 7.4"', "Arnold 7.4", None, None]
        assert told["samples"] == ["16", None, 16, None]
        assert told["expTime"] == ["0.5", None, None, 0.5]
        assert told["opaque"] == [None, None, None, None]

    def test_looking_again_only_notes_that_somebody_looked(self, place: Place) -> None:
        _recorded(place, plate(1001), plate(1002))
        before = {table: place.rows(table) for table in TABLES if table != "files"}
        later = NOON + timedelta(days=1)
        again = [replace(plate(frame), inspected=later) for frame in (1001, 1002)]
        assert _recorded(place, *again) == [Deed.UNCHANGED, Deed.UNCHANGED]
        for file in place.rows("files"):
            assert file["inspection_count"] == 2
            assert file["inspection_timestamp"] == "2026-11-21T12:00:00.000000Z"
            assert file["last_inspected"] == "2026-11-22T12:00:00.000000Z"
        assert {table: place.rows(table) for table in before} == before

    def test_a_look_told_late_does_not_turn_the_clock_back(self, place: Place) -> None:
        _recorded(place, plate(1001))
        _recorded(place, replace(plate(1001), inspected=NOON - timedelta(days=1)))
        (file,) = place.rows("files")
        assert file["last_inspected"] == "2026-11-21T12:00:00.000000Z"

    def test_a_changed_image_replaces_what_was_told_of_it(self, place: Place) -> None:
        _recorded(place, plate(1001, parts=3), plate(1002))
        other = replace(plate(1001).image, header_hash="rendered anew")
        assert _recorded(place, replace(plate(1001), size=7_000, image=other)) == [Deed.UPDATED]
        files = {one["frame_number"]: one for one in place.rows("files")}
        assert (files[1001]["header_hash"], files[1001]["size_bytes"]) == ("rendered anew", 7_000)
        assert (files[1001]["inspection_count"], files[1002]["inspection_count"]) == (2, 1)
        assert _counts(place) == [2, 2, 4, 8]

    def test_an_image_that_comes_twice_at_once_is_there_once(self, place: Place) -> None:
        assert _recorded(place, plate(1001), plate(1001)) == [Deed.INSERTED, Deed.UNCHANGED]
        assert _counts(place) == [1, 1, 2, 4]

    def test_two_spellings_of_a_path_are_one_file(self, place: Place) -> None:
        odd = replace(plate(1001), path="/shows//demo/../demo/./plate.1001.exr")
        assert _recorded(place, plate(1001), odd) == [Deed.INSERTED, Deed.UNCHANGED]

    def test_vectors_are_kept_and_their_coming_later_is_a_change(self, place: Place) -> None:
        _recorded(place, plate(1001))
        assert place.rows("files")[0]["metadata_embedding"] is None
        more = replace(
            plate(1001), metadata_embedding=EMBEDDING, channel_fingerprints=(FINGERPRINT,) * 2
        )
        assert _recorded(place, more, more) == [Deed.UPDATED, Deed.UNCHANGED]
        assert tuple(place.rows("files")[0]["metadata_embedding"]) == EMBEDDING
        for channel in place.rows("channels"):
            assert tuple(channel["channel_fingerprint"]) == FINGERPRINT

    def test_a_vector_of_the_wrong_length_fails_alone(self, place: Place) -> None:
        wrong = replace(plate(1002), metadata_embedding=(1.0, 2.0))
        with _open(place) as catalog:
            outcomes = catalog.record([plate(1001), wrong, plate(1003)])
        assert [one.deed for one in outcomes] == [Deed.INSERTED, Deed.FAILED, Deed.INSERTED]
        assert "2 numbers, not 384" in outcomes[1].why
        assert sorted(one["frame_number"] for one in place.rows("files")) == [1001, 1003]

    def test_what_fails_half_way_leaves_all_as_it_was(self, place: Place) -> None:
        _recorded(place, plate(1001))
        before = {table: place.rows(table) for table in TABLES}
        changed = replace(plate(1001), size=7_000)
        with _open(place) as catalog:
            with place.failing():
                outcomes = catalog.record([changed, plate(1002)])
            assert [one.deed for one in outcomes] == [Deed.FAILED, Deed.FAILED]
            assert all(one.why for one in outcomes)
            assert {table: place.rows(table) for table in TABLES} == before
            outcomes = catalog.record([changed, plate(1002)])
            assert [one.deed for one in outcomes] == [Deed.UPDATED, Deed.INSERTED]
        assert _counts(place) == [2, 2, 4, 8]

    def test_odd_names_and_nonsense_in_a_header_are_no_failure(self, place: Place) -> None:
        wide = Window(-(2**31), 0, 2**31 - 1, 0)
        odd = Part(
            *(0, "naïve 🎬", "", "deepscanline", wide, None, None, None, None, None),
            (Channel("Z.", "17"), Channel("", "UINT", -1, 0)),
            (Attribute("a\\x0a", "float", "NaN", b""), Attribute("v", "v2f", ["Infinity", 1], b"")),
            None,
        )
        image = Image(2, 0, (odd,), 10, "odd")
        given = replace(plate(1001), path="/shows/new\\x0aline.exr", image=image, frame_number=None)
        assert _recorded(place, given, given) == [Deed.INSERTED, Deed.UNCHANGED]
        (part,) = place.rows("parts")
        assert (part["part_name"], part["width"], part["is_deep"]) == ("naïve 🎬", None, True)
        value = {one["attr_name"]: one["value_float"] for one in place.rows("attributes")}
        assert value["a\\x0a"] != value["a\\x0a"]  # NaN
        assert place.rows("files")[0]["file_path"] == "/shows/new\\x0aline.exr"

    def test_a_thousand_images_are_all_there_and_once(self, place: Place) -> None:
        many = [plate(frame) for frame in range(1, 1_201)]
        assert set(_recorded(place, *many)) == {Deed.INSERTED}
        assert set(_recorded(place, *many[:700])) == {Deed.UNCHANGED}
        files = place.rows("files")
        assert {one["frame_number"] for one in files} == set(range(1, 1_201))
        assert sum(one["inspection_count"] for one in files) == 1_900
        assert _counts(place) == [1_200, 1_200, 2_400, 4_800]

    def test_nothing_to_record_is_no_failure_and_closing_twice_is_none(self, place: Place) -> None:
        catalog = place.opened()
        assert list(catalog.record([])) == []
        catalog.close()
        catalog.close()
        assert _counts(place) == [0, 0, 0, 0]


def plate(frame: int, *, parts: int = 1) -> Inspected:
    """A frame of a plate, as somebody looked at it at noon."""
    image = Image(2, 0, tuple(_part(index) for index in range(parts)), 400, "as rendered")
    path = f"/shows/demo/plate.{frame:04d}.exr"
    return Inspected(path, 5_000, 1_795_161_600_000_001_999, image, NOON, frame)


def _part(index: int) -> Part:
    return Part(
        index=index,
        name=f"part{index}",
        view="",
        kind="tiledimage",
        data_window=Window(-64, 0, 1983, 857),
        display_window=Window(0, 0, 1919, 857),
        pixel_aspect_ratio=1.0,
        compression="ZIP",
        line_order="INCREASING_Y",
        tiles=Tiles(64, 32, "ONE_LEVEL", "ROUND_DOWN"),
        channels=(Channel("R", "HALF"), Channel("diffuse.G", "FLOAT")),
        attributes=(
            Attribute("software", "string", "Arnold 7.4", b""),
            Attribute("samples", "int", 16, b""),
            Attribute("expTime", "float", 0.5, b""),
            Attribute("opaque", "studioPrivate", None, b"\xff", exact=False),
        ),
        chunk_count=1,
    )


def _counts(place: Place) -> list[int]:
    """How many files, parts, channels and attributes there are."""
    return [len(place.rows(table)) for table in ("files", "parts", "channels", "attributes")]


@contextmanager
def _open(place: Place) -> Iterator[Catalog]:
    catalog = place.opened()
    try:
        yield catalog
    finally:
        catalog.close()


def _recorded(place: Place, *images: Inspected) -> list[Deed]:
    """Each time anew, as each run of a command does."""
    with _open(place) as catalog:
        outcomes = catalog.record(images)
    assert [one.path for one in outcomes] == [one.path for one in images]
    assert not any(one.why for one in outcomes)
    return [one.deed for one in outcomes]
