"""What lies beside the media after a crawl: one sidecar for each asset, and all that was said."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rushes.core.errors import Code
from rushes.model.signoff import Legacy, Result
from rushes.qc.places import CACHE, LOCK, Mode, is_part, sidecar
from rushes.qc.pointers import NAME
from rushes.testing.crawls import crawl, frames, kept, media, record, state_of, verdicts
from rushes.testing.signed import legacy

PLATE = "plate.%04d.exr"


def names(folder: Path) -> set[str]:
    """What is in a folder besides its frames."""
    found = {str(one.relative_to(folder)) for one in folder.rglob("*")}
    return {one for one in found if not one.startswith("plate.1") and one not in (".qc", CACHE)}


@pytest.fixture
def plates(tmp_path: Path) -> Path:
    folder = tmp_path / "plates"
    frames(folder, [1001, 1002, 1003])
    return folder


@pytest.mark.parametrize("mode", Mode)
def test_a_sidecar_and_a_cache_are_all_that_is_left(plates: Path, mode: Mode) -> None:
    run = crawl(plates, mode=mode)
    assert names(plates) == {sidecar(PLATE, mode)}
    assert run.outcomes[PLATE].place == plates / sidecar(PLATE, mode)
    assert (plates / CACHE).exists()
    assert not (plates / LOCK).exists()
    assert not any(is_part(one.name) for one in plates.rglob("*"))
    assert crawl(plates, mode=mode).happened == {}


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("other", Mode)
def test_a_record_in_another_mode_is_found_and_moves_when_it_is_next_written(
    plates: Path, mode: Mode, other: Mode
) -> None:
    crawl(plates, mode=mode)
    assert crawl(plates, mode=other).happened == {}
    assert names(plates) == {sidecar(PLATE, mode)}
    crawl(plates, mode=other, result=Result.PASS)
    assert names(plates) == {sidecar(PLATE, other)}
    assert len(kept(plates, PLATE, other).history) == 1


def test_two_sidecars_of_one_asset_stay_where_neither_holds_the_other(plates: Path) -> None:
    crawl(plates, mode=Mode.INLINE, result=Result.PASS)
    apart = plates / sidecar(PLATE, Mode.INLINE)
    data = apart.read_bytes()
    apart.unlink()
    crawl(plates, mode=Mode.SUBDIR)
    apart.write_bytes(data)
    crawl(plates, mode=Mode.SUBDIR, result=Result.FAIL)
    assert apart.read_bytes() == data
    assert len(names(plates)) == 2


def test_records_may_be_kept_apart_from_the_media(plates: Path, tmp_path: Path) -> None:
    before = state_of(plates)
    records = tmp_path / "records"
    crawl(plates, sidecar_root=records)
    assert state_of(plates) == before
    place = records / plates.relative_to("/")
    assert record(place, PLATE).asset_path == str(plates)
    assert (place / CACHE).exists()
    assert crawl(plates, sidecar_root=records).happened == {}
    assert verdicts(plates, sidecar_root=records) == {PLATE: ["unsigned"]}


@pytest.mark.parametrize("data", [b"", b"{", b"{}", b"\xff\xfe", b'{"schema_version":1}'])
def test_a_sidecar_that_makes_no_sense_is_left_alone(plates: Path, data: bytes) -> None:
    place = media(plates / sidecar(PLATE, Mode.SUBDIR), data)
    run = crawl(plates)
    assert run.happened == {PLATE: "refused"}
    assert str(place) in run.outcomes[PLATE].reason
    assert place.read_bytes() == data
    assert crawl(plates, result=Result.PASS).happened == {PLATE: "refused"}
    assert place.read_bytes() == data


def test_a_sidecar_of_another_asset_is_not_written_over(plates: Path) -> None:
    media(plates / "clip.mov")
    crawl(plates)
    place = plates / sidecar(PLATE, Mode.SUBDIR)
    place.write_bytes((plates / sidecar("clip.mov", Mode.SUBDIR)).read_bytes())
    before = place.read_bytes()
    assert crawl(plates).happened == {PLATE: "refused"}
    assert place.read_bytes() == before


def test_a_sidecar_that_was_edited_is_looked_at_again(plates: Path) -> None:
    crawl(plates, result=Result.PASS)
    place = plates / sidecar(PLATE, Mode.SUBDIR)
    place.write_bytes(place.read_bytes().replace(b'"pass"', b'"fail"'))
    run = crawl(plates)
    assert (run.happened, run.unchanged) == ({}, {"fail": 1})


def test_a_sidecar_that_is_gone_is_written_anew(plates: Path) -> None:
    crawl(plates, result=Result.PASS)
    (plates / sidecar(PLATE, Mode.SUBDIR)).unlink()
    assert crawl(plates).happened == {PLATE: "new"}
    assert record(plates, PLATE).qc_result is Result.PENDING


def old(folder: Path, place: str, **given: object) -> Path:
    """A sidecar of the earlier tool, written as that tool writes: indented."""
    words = json.dumps(json.loads(legacy().text) | given, indent=2) + "\n"
    return media(folder / place, words.encode())


@pytest.mark.parametrize("place", ["clip.mov.qc.json", ".clip.mov.qc.json", ".qc/clip.mov.qc.json"])
@pytest.mark.parametrize("mode", Mode)
def test_a_sidecar_of_the_earlier_tool_is_taken_over(
    tmp_path: Path, place: str, mode: Mode
) -> None:
    media(tmp_path / "clip.mov")
    crawl(tmp_path)
    content = record(tmp_path, "clip.mov").content_hash
    (tmp_path / sidecar("clip.mov", Mode.SUBDIR)).unlink()
    words = old(tmp_path, place, content_hash=content, notes="levels OK").read_text()
    assert crawl(tmp_path, mode=mode).happened == {"clip.mov": "upgraded"}
    made = kept(tmp_path, "clip.mov", mode)
    assert (made.record.qc_result, made.record.notes) == (Result.PASS, "levels OK")
    (was,) = made.history
    assert isinstance(was, Legacy)
    assert was.text == words
    assert was.name == Path(place).name
    assert crawl(tmp_path, mode=mode).happened == {}
    assert verdicts(tmp_path) == {"clip.mov": ["unsigned"]}


def test_a_sidecar_of_the_earlier_tool_for_other_bytes_is_pending(tmp_path: Path) -> None:
    media(tmp_path / "clip.mov")
    old(tmp_path, ".qc/clip.mov.qc.json")
    crawl(tmp_path)
    assert record(tmp_path, "clip.mov").qc_result is Result.PENDING


FOLDERS = ["sequence.qc.json", ".sequence.qc.json", ".qc/qc.sequence.json", ".qc/sequence.qc.json"]


@pytest.mark.parametrize("place", FOLDERS)
def test_a_folders_sidecar_of_the_earlier_tool_goes_to_its_sequence(
    plates: Path, place: str
) -> None:
    total = sum(one.stat().st_size for one in plates.iterdir())
    cheap = {"files": 3, "bytes": total, "newest_mtime": 1_700_000_000}
    words = old(
        plates, place, sequence={"base": "plate", "ext": "exr", "cheap_fp": cheap}
    ).read_text()
    frames(plates, [1, 2], head="matte.")
    assert crawl(plates).happened == {PLATE: "upgraded", "matte.%04d.exr": "new"}
    made = kept(plates, PLATE)
    assert made.record.qc_result is Result.PASS
    (was,) = made.history
    assert isinstance(was, Legacy)
    assert was.text == words
    assert crawl(plates).happened == {}


@pytest.mark.parametrize("place", FOLDERS)
def test_a_folders_sidecar_that_was_taken_over_is_no_record_any_more(
    plates: Path, place: str
) -> None:
    old(plates, place, sequence={"base": "plate", "ext": "exr"})
    crawl(plates)
    assert set(verdicts(plates)) == {PLATE}


def test_a_lone_frames_sidecar_of_the_earlier_tool_is_taken_over(tmp_path: Path) -> None:
    frames(tmp_path, [7], tail=".dpx")
    old(tmp_path, ".qc/plate.0007.dpx.qc.json")
    assert crawl(tmp_path).happened == {"plate.%04d.dpx": "upgraded"}


@pytest.mark.parametrize("data", [b"", b"[1]", b'{"name":"a delivery"}', b"\xff"])
@pytest.mark.parametrize("place", FOLDERS)
def test_a_folders_sidecar_that_makes_no_sense_is_left_alone(
    plates: Path, place: str, data: bytes
) -> None:
    odd = media(plates / place, data)
    assert crawl(plates).happened == {PLATE: "new"}
    assert odd.read_bytes() == data


def test_a_file_still_being_written_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "clip.mov").write_bytes(b"just now")
    crawl(tmp_path)
    about = (tmp_path / "clip.mov").stat()
    with open(tmp_path / "clip.mov", "r+b") as file:
        file.write(b"J")
    os.utime(tmp_path / "clip.mov", ns=(about.st_atime_ns, about.st_mtime_ns))
    assert crawl(tmp_path).happened == {"clip.mov": "changed"}


def test_a_pointer_is_set_where_it_is_asked_for(tmp_path: Path) -> None:
    media(tmp_path / "clip.mov")
    try:
        os.setxattr(tmp_path / "clip.mov", "user.rushes.test", b"x")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    crawl(tmp_path)
    assert NAME not in os.listxattr(tmp_path / "clip.mov")
    crawl(tmp_path, result=Result.PASS, xattr=True)
    made = record(tmp_path, "clip.mov")
    told = os.getxattr(tmp_path / "clip.mov", NAME).decode()
    assert told == f"{made.qc_id} .qc/clip.mov.qc.json"
    assert crawl(tmp_path).happened == {}


def test_a_folder_that_cannot_be_recorded_in_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    media(tmp_path / "a" / "clip.mov")
    media(tmp_path / "b" / "clip.mov")
    media(tmp_path / "a" / ".qc")
    run = crawl(tmp_path)
    assert run.happened == {"a/clip.mov": "unwritten", "b/clip.mov": "new"}
    (problem,) = [one.problem for one in run.crawled if one.problem is not None]
    assert problem.code is Code.WRITE_FAILED
    assert record(tmp_path / "b", "clip.mov").qc_result is Result.PENDING
