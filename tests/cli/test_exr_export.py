"""`rushes exr export`: what headers hold, in a store outside of Rushes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow")

import numpy as np
import OpenEXR
import pyarrow.parquet as pq

from rushes.cli import exits

Command = Callable[..., Any]


def rows(folder: Path, table: str = "files") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder / table).to_pylist()
    return found


@pytest.fixture
def renders(home: Path) -> Path:
    """Three frames of a beauty pass."""
    folder = home / "renders"
    picture(folder, (f"beauty.{frame}.exr" for frame in (1001, 1002, 1003)))
    return folder


def picture(folder: Path, names: Iterable[str]) -> None:
    folder.mkdir(exist_ok=True)
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    for name in names:
        channels = {one: np.zeros((64, 6), np.float16) for one in "RGB"}
        OpenEXR.File({**header, "software": "Arnold 7.4"}, channels).write(str(folder / name))


def test_the_frames_of_a_pattern_are_written_to_four_tables(
    rushes: Command, home: Path, renders: Path
) -> None:
    ended = rushes("exr", "export", "renders/beauty.%04d.exr", "--to", "parquet:facts")
    assert (ended.code, ended.out) == (exits.OK, "3 files to parquet:facts: 3 inserted\n")
    files = rows(home / "facts")
    assert {one["frame_number"] for one in files} == {1001, 1002, 1003}
    assert files[0]["file_path"] == str(renders / "beauty.1001.exr")
    assert len(rows(home / "facts", "channels")) == 9
    assert {one["width"] for one in rows(home / "facts", "parts")} == {6}
    assert {len(one["metadata_embedding"]) for one in files} == {384}
    fingerprints = [one["channel_fingerprint"] for one in rows(home / "facts", "channels")]
    assert {len(one) for one in fingerprints} == {128}
    assert {one["render_software"] for one in rows(home / "facts", "parts")} == {"Arnold 7.4"}


def test_exporting_again_says_that_nothing_changed(
    rushes: Command, home: Path, renders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rushes("exr", "export", "renders/beauty.####.exr", "--to", "parquet:facts")
    monkeypatch.chdir(renders)
    single = rushes(
        "exr", "export", "beauty.1002.exr", "--to", f"parquet:{home / 'facts'}", "--json"
    )
    assert single.json["counts"]["unchanged"] == 1
    counts = {one["frame_number"]: one["inspection_count"] for one in rows(home / "facts")}
    assert counts == {1001: 1, 1002: 2, 1003: 1}


def test_a_damaged_file_is_told_and_the_others_are_exported(
    rushes: Command, home: Path, renders: Path
) -> None:
    (renders / "beauty.1002.exr").write_bytes(b"no picture at all")
    ended = rushes("exr", "export", "renders/beauty.%04d.exr", "--to", "parquet:facts")
    assert ended.code == exits.FOUND
    assert "renders/beauty.1002.exr: This is not an OpenEXR file" in ended.out
    assert ended.out.endswith("3 files to parquet:facts: 2 inserted, 1 damaged\n")
    assert {one["frame_number"] for one in rows(home / "facts")} == {1001, 1003}


def test_a_file_that_is_cut_short_is_exported_and_told(
    rushes: Command, home: Path, renders: Path
) -> None:
    whole = (renders / "beauty.1001.exr").read_bytes()
    (renders / "beauty.1001.exr").write_bytes(whole[:-60])
    ended = rushes("exr", "export", "renders/beauty.1001.exr", "--to", "parquet:facts", "--json")
    (file,) = ended.json["files"]
    assert (ended.code, file["outcome"]) == (exits.FOUND, "inserted")
    assert [one["rule"] for one in file["findings"]] == ["exr.offsets"]


def test_json_tells_every_file(rushes: Command, home: Path, renders: Path) -> None:
    (renders / "bad.exr").write_bytes(b"")
    asked = ["renders/bad.exr", "renders/gone.exr", "renders/beauty.1001.exr"]
    ended = rushes("exr", "export", *asked, "--to", "parquet:facts", "--json")
    assert ended.code == exits.NOT_THERE
    told = ended.json
    assert [one["outcome"] for one in told["files"]] == ["damaged", "unread", "inserted"]
    assert all(bool(one["why"]) == (one["outcome"] != "inserted") for one in told["files"])
    assert told["written"] == told["counts"]["inserted"] == 1


@pytest.mark.parametrize("name", ["renders/gone.exr", "renders/gone.%04d.exr", "nowhere/x.#.exr"])
def test_nothing_is_called_exported_where_nothing_was(
    rushes: Command, renders: Path, name: str
) -> None:
    ended = rushes("exr", "export", name, "--to", "parquet:facts")
    assert (ended.code, ended.out) == (exits.NOT_THERE, "")
    assert "Nothing was exported to parquet:facts" in ended.err


def test_what_cannot_be_written_is_a_failure_and_says_why(
    rushes: Command, home: Path, renders: Path
) -> None:
    (home / "facts" / "channels" / "00000.parquet").mkdir(parents=True)
    ended = rushes("exr", "export", "renders/beauty.%04d.exr", "--to", "parquet:facts")
    assert ended.code == exits.NOT_WRITTEN
    assert "failed  renders/beauty.1001.exr: Could not write" in ended.out
    assert "Nothing was exported to parquet:facts (3 failed)." in ended.err


@pytest.mark.parametrize(
    ("store", "code", "told"),
    [
        ("parket:facts", exits.NOT_THERE, "Did you mean parquet?"),
        ("parquet", exits.NOT_THERE, "No folder is named"),
        ("parquet:no/where", exits.NOT_THERE, "There is no folder no"),
        ("vast", exits.NOT_THERE, "VAST_DB_ENDPOINT, VAST_DB_BUCKET"),
    ],
)
def test_a_store_that_cannot_be_is_told(
    rushes: Command, renders: Path, store: str, code: int, told: str
) -> None:
    ended = rushes("exr", "export", "renders/beauty.1001.exr", "--to", store)
    assert (ended.code, ended.out) == (code, "")
    assert told in ended.err


def test_a_missing_library_is_no_fault_of_ours(
    rushes: Command, renders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ended = rushes("exr", "export", "renders/beauty.1001.exr", "--to", "parquet:facts")
    assert ended.code == exits.UNAVAILABLE
    assert "pip install 'rushes[parquet]'" in ended.err


def test_only_frames_have_frame_numbers(rushes: Command, home: Path, renders: Path) -> None:
    picture(renders, ["skin.1001.exr", "skin.1002.exr", "bg.1001.25.exr", "bg.1001.50.exr"])
    patterns = ("skin.<UDIM>.exr", "bg.%04d.%02d.exr")
    asked = [f"renders/{one}" for one in (*patterns, "beauty.1001.exr")]
    assert rushes("exr", "export", *asked, "--to", "parquet:facts").code == exits.OK
    numbers = {Path(one["file_path"]).name: one["frame_number"] for one in rows(home / "facts")}
    assert numbers.pop("beauty.1001.exr") == 1001
    assert len(numbers) == 4
    assert set(numbers.values()) == {None}


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_a_vast_database_is_written_to(
    rushes: Command, renders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("vastdb")
    from rushes.testing.vast.server import vast_server

    with vast_server() as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        ended = rushes("exr", "export", "renders/beauty.%04d.exr", "--to", "vast")
        assert (ended.code, ended.out) == (exits.OK, "3 files to vast: 3 inserted\n")
        assert len(server.database.rows("images", "exr_metadata", "files")) == 3
