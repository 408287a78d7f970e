"""Verifying a folder: every record, and whether the media is what it speaks of."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rushes.adapters.executor.inline import InlineExecutor
from rushes.core.errors import Code
from rushes.model.signoff import Result
from rushes.qc.places import CACHE, Mode, sidecar
from rushes.qc.sealing import leaves
from rushes.qc.sidecar import encode
from rushes.qc.signing import HmacSigner, Trust
from rushes.qc.verdict import Verdict
from rushes.qc.verify import Verified, Verifying
from rushes.scan.roots import Root
from rushes.testing.crawls import (
    LONG_AGO,
    crawl,
    folders,
    frames,
    kept,
    media,
    state_of,
    verdicts,
    verify,
)
from rushes.testing.signed import legacy

PLATE = "plate.%04d.exr"
SIGNER = HmacSigner.of("correct horse battery staple")
TRUST = Trust({}, SIGNER)
VALID = ["valid"]


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """A sequence and a single file, passed and signed."""
    folder = tmp_path / "shots"
    frames(folder / "a", range(1001, 1006))
    media(folder / "clip.mov")
    crawl(folder, result=Result.PASS, signer=SIGNER)
    return folder


def test_what_is_as_it_was_signed_is_valid(shots: Path) -> None:
    for quick in (False, True):
        assert verdicts(shots, TRUST, quick=quick) == {f"a/{PLATE}": VALID, "clip.mov": VALID}


def test_verifying_writes_nothing(shots: Path) -> None:
    before = state_of(shots)
    verify(shots, TRUST)
    assert state_of(shots) == before


def test_a_moved_folder_is_as_valid_as_it_was(shots: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / "deep"
    shutil.copytree(shots, moved)
    (moved / CACHE).unlink()
    assert set(map(tuple, verdicts(moved, TRUST).values())) == {("valid",)}


def test_a_file_touched_without_change_is_valid_when_it_is_read(shots: Path) -> None:
    os.utime(shots / "clip.mov")
    assert verdicts(shots, TRUST)["clip.mov"] == VALID
    assert verdicts(shots, TRUST, quick=True)["clip.mov"] == ["content changed since sign-off"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda folder: frames(folder, [1006]), "frames added: 1006"),
        (lambda folder: (folder / "plate.1001.exr").unlink(), "frames removed: 1001"),
        (lambda folder: media(folder / "plate.1003.exr", b"x"), "41 bytes instead of 50"),
        (lambda folder: media(folder / "plate.1003.exr", b"FRAME 1003"), "other bytes"),
    ],
    ids=["added", "removed", "size", "bytes"],
)  # fmt: skip
def test_media_that_changed_shows(shots: Path, change: object, why: str) -> None:
    assert callable(change)
    change(shots / "a")
    (one,) = verify(shots, TRUST)[f"a/{PLATE}"].told
    assert one.verdict is Verdict.CONTENT_CHANGED
    assert why in one.detail


def test_quickly_bytes_of_the_same_size_and_time_do_not_show(shots: Path) -> None:
    media(shots / "clip.mov", b"MEDIA", at_ns=LONG_AGO)
    assert verdicts(shots, TRUST, quick=True)["clip.mov"] == VALID
    assert verdicts(shots, TRUST)["clip.mov"] == ["content changed since sign-off"]


def test_media_that_is_gone_shows(shots: Path) -> None:
    (shots / "clip.mov").unlink()
    for one in (shots / "a").glob("*.exr"):
        one.unlink()
    for quick in (False, True):
        assert verdicts(shots, TRUST, quick=quick) == {
            "clip.mov": ["media gone"], f"a/{PLATE}": ["media gone"],
        }  # fmt: skip


def test_several_things_may_be_wrong_at_once(shots: Path) -> None:
    media(shots / "clip.mov", b"other")
    assert verdicts(shots)["clip.mov"] == ["untrusted key", "content changed since sign-off"]


def test_a_record_that_makes_no_sense_shows(shots: Path) -> None:
    place = shots / ".qc" / "clip.mov.qc.json"
    place.write_bytes(place.read_bytes() + b"\n")
    assert verdicts(shots, TRUST)["clip.mov"] == ["invalid record"]


def started(folder: Path, **given: Any) -> tuple[Verifying, list[Verified]]:
    """A whole run, with what it has met on the way."""
    root = Root(str(folder))
    run = Verifying(root, TRUST, InlineExecutor(), **given)
    return run, list(run.run(folders(root)))


def test_two_records_of_one_asset_show(shots: Path) -> None:
    place = shots / sidecar("clip.mov", Mode.SUBDIR)
    shutil.copy(place, shots / sidecar("clip.mov", Mode.INLINE))
    _, found = started(shots)
    told = [one.told[0].verdict.value for one in found if one.subject == "clip.mov"]
    assert sorted(told) == ["two records", "valid"]


def test_content_of_an_unknown_algorithm_cannot_be_told(shots: Path) -> None:
    made = kept(shots, "clip.mov")
    other = replace(made, record=replace(made.record, content_hash="sha3:00", signature=None))
    (shots / sidecar("clip.mov", Mode.SUBDIR)).write_bytes(encode(other))
    assert verdicts(shots, TRUST)["clip.mov"] == ["unsigned", "content not read"]


def test_media_that_cannot_be_read_is_told(shots: Path) -> None:
    root = Root(str(shots))
    met = list(folders(root))
    (shots / "clip.mov").unlink()
    run = Verifying(root, TRUST, InlineExecutor())
    found = {one.subject: one for one in run.run(met)}
    (one,) = found["clip.mov"].told
    assert one.verdict is Verdict.CONTENT_UNREAD
    assert "clip.mov" in one.detail


def test_a_record_of_the_earlier_tool_is_unsigned(shots: Path) -> None:
    media(shots / "b" / "old.mov")
    (shots / "b" / "old.mov.qc.json").write_text(legacy().text)
    (one,) = verify(shots, TRUST)["b/old.mov"].told
    assert one == (Verdict.UNSIGNED, "a record of the earlier tool")


def test_media_without_a_record_is_counted(shots: Path) -> None:
    media(shots / "new.mov")
    frames(shots / "b", [1, 2])
    run, found = started(shots)
    assert run.bare == 2
    assert len(found) == 2


def test_only_what_is_wanted_is_verified(shots: Path) -> None:
    run, found = started(shots, wanted=lambda _, asset: asset.name == "clip.mov")
    assert [one.subject for one in found] == ["clip.mov"]
    assert run.bare == 0


def test_what_was_met_is_there_to_be_held_against_a_checkpoint(shots: Path) -> None:
    run, _ = started(shots)
    assert set(run.leaves) == {"clip.mov", f"a/{PLATE}"}
    assert sorted(run.leaves.values()) == sorted(leaves(shots))


def test_every_record_tells_how_many_there_are(shots: Path) -> None:
    crawl(shots, operator="bob", result=Result.FAIL, signer=SIGNER)
    assert {one.records for one in verify(shots, TRUST).values()} == {2}
    assert set(map(tuple, verdicts(shots, TRUST).values())) == {("valid",)}


def test_records_that_were_rolled_back_are_valid_by_themselves(shots: Path) -> None:
    """Only a checkpoint or the database can tell."""
    place = shots / sidecar("clip.mov", Mode.SUBDIR)
    before = place.read_bytes()
    crawl(shots, result=Result.FAIL, signer=SIGNER)
    place.write_bytes(before)
    assert verdicts(shots, TRUST)["clip.mov"] == VALID


def test_a_folder_of_records_that_cannot_be_listed_is_a_problem(tmp_path: Path) -> None:
    media(tmp_path / "media" / "clip.mov")
    records = tmp_path / "records"
    place = records / (tmp_path / "media").relative_to("/")
    place.parent.mkdir(parents=True)
    place.symlink_to(place.name)
    run, found = started(tmp_path / "media", sidecar_root=records)
    assert found == []
    assert [one.code for one in run.problems] == [Code.PATH_UNREADABLE]
