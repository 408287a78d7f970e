"""The catalog of Parquet files: whole at any moment, and good again after any."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from rushes.adapters.catalog import parquet
from rushes.core.errors import Code, RushesError
from rushes.ports.catalog import Deed, Inspected
from rushes.testing.contracts.catalog import EMBEDDING, plate

TABLES = ("files", "parts", "channels", "attributes")


def deeds(folder: Path, *images: Inspected) -> list[Deed]:
    with closing(parquet.connect(str(folder))) as catalog:
        return [one.deed for one in catalog.record(images)]


def counts(folder: Path) -> list[int]:
    return [pq.read_table(folder / one).num_rows for one in TABLES]


def refused(folder: Path) -> RushesError:
    with pytest.raises(RushesError) as caught:
        parquet.connect(str(folder))
    return caught.value


def test_the_tables_are_folders_of_parquet_files_and_nothing_else_is_left(tmp_path: Path) -> None:
    deeds(tmp_path / "facts", plate(1001))
    there = sorted(
        str(one.relative_to(tmp_path / "facts"))
        for one in (tmp_path / "facts").rglob("*")
        if one.is_file()
    )
    assert there == sorted([".lock", *(f"{table}/00000.parquet" for table in TABLES)])


def test_duckdb_reads_them_and_compares_vectors(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    deeds(
        tmp_path / "facts",
        replace(plate(1001), metadata_embedding=EMBEDDING),
        replace(plate(1002), metadata_embedding=EMBEDDING[::-1]),
        plate(1003),
    )
    nearest: list[Any] = duckdb.sql(
        f"""
        SELECT other.frame_number, array_distance(one.metadata_embedding::FLOAT[384],
                                                  other.metadata_embedding::FLOAT[384])
        FROM '{tmp_path}/facts/files/*.parquet' AS one
        JOIN '{tmp_path}/facts/files/*.parquet' AS other ON other.file_id <> one.file_id
        WHERE one.frame_number = 1001 AND other.metadata_embedding IS NOT NULL
        """
    ).fetchall()
    assert [frame for frame, _ in nearest] == [1002]


def test_what_a_run_that_was_cut_off_left_behind_is_made_good(tmp_path: Path) -> None:
    """The files of `parts`, `channels` and `attributes` were renamed, that of `files` was not."""
    folder = tmp_path / "facts"
    deeds(folder, plate(1001))
    shutil.copy(folder / "files" / "00000.parquet", tmp_path / "before")
    changed = replace(plate(1001, parts=3), size=9_000)
    deeds(folder, changed, plate(1002))
    os.replace(tmp_path / "before", folder / "files" / "00000.parquet")
    assert counts(folder) != [2, 4, 8, 16]
    assert deeds(folder, changed, plate(1002)) == [Deed.UPDATED, Deed.INSERTED]
    assert counts(folder) == [2, 4, 8, 16]


def test_an_unchanged_file_rewrites_no_attributes(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    deeds(folder, plate(1001))
    before = {one: (folder / one / "00000.parquet").stat().st_ino for one in TABLES}
    deeds(folder, plate(1001))
    after = {one: (folder / one / "00000.parquet").stat().st_ino for one in TABLES}
    assert [one for one in TABLES if before[one] != after[one]] == ["files"]


looks = st.lists(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 3))), max_size=5)


@settings(max_examples=25, deadline=None)
@given(looks)
def test_whatever_is_looked_at_and_when_the_last_look_stands(
    runs: list[list[tuple[int, int]]],
) -> None:
    """Frames in several states, by several runs, in sets of two files."""
    seen: dict[int, list[int]] = {}
    with TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet, "_MOST", 2)
        folder = Path(place) / "facts"
        for run in runs:
            deeds(folder, *(replace(plate(frame, parts=state), size=state) for frame, state in run))
            for frame, state in run:
                seen.setdefault(frame, []).append(state)
        if not seen:
            return
        rows = pq.read_table(folder / "files").to_pylist()
        assert len(rows) == len(seen)
        for row in rows:
            states = seen[row["frame_number"]]
            assert (row["size_bytes"], row["inspection_count"]) == (states[-1], len(states))
        last = sum(states[-1] for states in seen.values())
        assert counts(folder) == [len(seen), last, 2 * last, 4 * last]


def test_many_files_are_shared_out_among_sets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_MOST", 10)
    folder = tmp_path / "facts"
    deeds(folder, *map(plate, range(1, 13)))
    deeds(folder, *map(plate, range(1, 26)))
    assert deeds(folder, replace(plate(3), size=1), plate(14), plate(26)) == [
        Deed.UPDATED,
        Deed.UNCHANGED,
        Deed.INSERTED,
    ]
    sets = [pq.read_table(one).num_rows for one in sorted((folder / "files").iterdir())]
    assert sets == [10, 10, 6]
    assert counts(folder) == [26, 26, 52, 104]


def test_a_set_that_cannot_be_written_fails_and_the_others_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_MOST", 2)
    folder = tmp_path / "facts"
    parquet.connect(str(folder)).close()
    (folder / "channels" / "00000.parquet").mkdir()
    assert deeds(folder, *map(plate, range(1, 5))) == [
        *(Deed.FAILED, Deed.FAILED),
        *(Deed.INSERTED, Deed.INSERTED),
    ]
    assert not list(folder.rglob("*.part"))


def test_a_second_process_is_kept_out_until_the_first_is_done(tmp_path: Path) -> None:
    with closing(parquet.connect(str(tmp_path / "facts"))):
        error = refused(tmp_path / "facts")
        assert error.code is Code.WRITE_FAILED
        assert "Another process" in error.message
    parquet.connect(str(tmp_path / "facts")).close()


def test_somebody_elses_table_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "facts" / "files").mkdir(parents=True)
    theirs = tmp_path / "facts" / "files" / "00000.parquet"
    pq.write_table(pa.table({"serial": [1]}), theirs)
    error = refused(tmp_path / "facts")
    assert error.code is Code.PATH_UNREADABLE
    assert str(theirs) in error.message
    theirs.write_bytes(b"PAR1 no more")
    assert refused(tmp_path / "facts").code is Code.PATH_UNREADABLE
    assert theirs.read_bytes() == b"PAR1 no more"


def test_a_place_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert refused(tmp_path / "no" / "where").code is Code.PATH_NOT_FOUND
    assert refused(tmp_path / "file").code is Code.WRITE_FAILED
    with pytest.raises(RushesError) as caught:
        parquet.connect("")
    assert caught.value.code is Code.USAGE


def test_a_missing_library_is_told_with_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    error = refused(tmp_path / "facts")
    assert error.code is Code.DEPENDENCY_MISSING
    assert "pip install 'rushes[parquet]'" in error.hint
