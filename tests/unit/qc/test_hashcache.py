"""The hash cache of a folder: what it keeps comes back, and what makes no sense is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.qc.hashcache import AssetRow, FileRow, HashCache, encode, read
from rushes.qc.places import CACHE

FILE = FileRow(10, 1_700_000_000_123_456_789, 42, "c29b")
LATER = FILE._replace(digest="af13")
ASSET = AssetRow("f1", "pass", "1", "", ".qc/a.mov.qc.json", 900, 5, 43)
FULL = HashCache("blake3", {"a.mov": FILE}, {"a.mov": ASSET}, {"b.mov": FILE})


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    (tmp_path / CACHE).write_bytes(encode(FULL))
    assert read(tmp_path) == FULL


def test_escaped_names_of_any_bytes_can_be_kept(tmp_path: Path) -> None:
    full = HashCache("blake3", {r"\xff\\ü": FILE})
    (tmp_path / CACHE).write_bytes(encode(full))
    assert read(tmp_path) == full


def test_there_need_be_none(tmp_path: Path) -> None:
    assert read(tmp_path) == HashCache()
    assert read(tmp_path / "gone") == HashCache()


@given(st.binary(max_size=40))
def test_rubbish_is_no_cache(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / CACHE).write_bytes(data)
    assert read(folder) == HashCache()


@pytest.mark.parametrize("document", [b"{}", b"[]", b"null", b'{"schema_version":2}'])
def test_a_cache_of_another_making_is_no_cache(tmp_path: Path, document: bytes) -> None:
    (tmp_path / CACHE).write_bytes(document)
    assert read(tmp_path) == HashCache()


def test_a_torn_cache_is_no_cache(tmp_path: Path) -> None:
    whole = encode(FULL)
    for length in range(len(whole)):
        (tmp_path / CACHE).write_bytes(whole[:length])
        assert read(tmp_path) == HashCache()


def test_the_newest_hash_of_a_file_is_what_is_known_of_it() -> None:
    cache = HashCache("blake3", {"a": FILE}, fresh={"a": LATER})
    assert cache.known("a") == LATER
    assert HashCache("blake3", {"a": FILE}).known("a") == FILE
    assert cache.known("b") is None


def test_hashes_of_another_algorithm_are_left_behind() -> None:
    other = FULL.using("sha256")
    assert (other.algorithm, other.files, other.fresh) == ("sha256", {}, {})
    assert other.assets == FULL.assets
    assert FULL.using("blake3") == FULL
    assert FULL.using("blake3") is not FULL


def test_what_is_not_there_any_more_is_forgotten() -> None:
    cache = FULL.using("blake3")
    cache.forget_others({"a.mov"}, {"b.mov"})
    assert (cache.files, cache.fresh) == ({}, {"b.mov": FILE})
    assert set(cache.assets) == {"a.mov"}
