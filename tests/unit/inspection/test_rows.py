"""The rows of outside stores: their columns are a promise, and so is a file's id."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rushes.inspection.rows import file_id, normalized
from rushes.inspection.tables import TABLES

PROMISED = {
    "files": "file_id file_path file_path_normalized header_hash size_bytes mtime multipart_count"
    " is_deep metadata_embedding frame_number inspection_timestamp inspection_count"
    " last_inspected",
    "parts": "file_id file_path part_index width height display_width display_height data_x_offset"
    " data_y_offset part_name view_name multi_view data_window display_window pixel_aspect_ratio"
    " line_order compression color_space render_software is_tiled tile_width tile_height"
    " tile_depth is_deep",
    "channels": "file_id file_path part_index channel_name layer_name component_name channel_type"
    " x_sampling y_sampling channel_fingerprint",
    "attributes": "file_id file_path part_index attr_name attr_type value_json value_text value_int"
    " value_float",
}
names = st.text(st.characters(exclude_characters="/\0", exclude_categories=("Cs",)), min_size=1)
plain = names.filter(lambda one: one not in (".", "..") and "://" not in one)


def test_the_tables_have_the_columns_that_were_promised() -> None:
    assert {name: " ".join(columns) for name, columns in TABLES.items()} == PROMISED


def test_the_files_of_a_part_are_written_before_the_file_itself() -> None:
    assert list(TABLES)[-1] == "files"


def test_an_id_is_the_same_for_ever() -> None:
    assert file_id("/shows/demo/plate.1001.exr") == "36f60407de84624ba9482e2274c08ec7"


@given(st.lists(plain, min_size=1, max_size=4))
def test_a_path_has_one_id_however_it_is_spelt(parts: list[str]) -> None:
    path = "/" + "/".join(parts)
    spelt = "//" + "/./".join(["x/..", *parts])
    assert normalized(path) == path
    assert file_id(spelt) == file_id(path)


def test_names_that_differ_on_the_storage_are_two_files() -> None:
    paths = ["/a/Plate.exr", "/a/plate.exr", "/a/pla\u0301te.exr", "/a/pl\u00e1te.exr", "/a/b/x"]
    assert len({file_id(path) for path in paths}) == 5


def test_a_url_is_taken_as_it_is() -> None:
    assert normalized("s3://bucket/a//b/../c.exr") == "s3://bucket/a//b/../c.exr"
