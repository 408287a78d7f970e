"""The records of a tree as a checkpoint holds them: each asset once, with its whole chain."""

from __future__ import annotations

from pathlib import Path

import pytest

from rushes.core.errors import Code, RushesError
from rushes.qc.places import Mode
from rushes.qc.sealing import leaves
from rushes.qc.sidecar import record_hash
from rushes.testing.signed import legacy
from rushes.testing.signoffs import chain, placed


def refused(folder: Path) -> Code:
    with pytest.raises(RushesError) as caught:
        leaves(folder)
    return caught.value.code


def test_every_asset_is_sealed_with_its_whole_chain(tmp_path: Path) -> None:
    made = chain(3)
    placed(tmp_path / "a", made)
    placed(tmp_path, chain(1, asset_name="b.mov"), Mode.INLINE)
    found = {one.path: one for one in leaves(tmp_path)}
    assert set(found) == {"a/clip.mov", "b.mov"}
    one = found["a/clip.mov"]
    assert one.hashes == tuple(map(record_hash, (*made.history, made.record)))
    assert one.head == record_hash(made.record)


def test_of_two_sidecars_of_one_asset_the_longer_counts(tmp_path: Path) -> None:
    placed(tmp_path, chain(1), Mode.SUBDIR)
    placed(tmp_path, chain(3), Mode.INLINE)
    placed(tmp_path, chain(2), Mode.DOT)
    (one,) = leaves(tmp_path)
    assert len(one.hashes) == 3


def test_records_of_the_earlier_tool_are_sealed_word_for_word(tmp_path: Path) -> None:
    (tmp_path / "clip.mov.qc.json").write_text(legacy().text)
    (one,) = leaves(tmp_path)
    (tmp_path / "clip.mov.qc.json").write_text(legacy().text + " ")
    (other,) = leaves(tmp_path)
    assert (one.path, len(one.hashes)) == ("clip.mov", 1)
    assert one.head != other.head


def test_what_makes_no_sense_cannot_be_sealed(tmp_path: Path) -> None:
    placed(tmp_path, chain(1))
    (tmp_path / "b.mov.qc.json").write_text("{}")
    assert refused(tmp_path) is Code.SIDECAR_INVALID


def test_where_there_is_no_record_there_is_nothing_to_seal(tmp_path: Path) -> None:
    assert refused(tmp_path) is Code.NOTHING_FOUND
    assert refused(tmp_path / "gone") is Code.PATH_NOT_FOUND
