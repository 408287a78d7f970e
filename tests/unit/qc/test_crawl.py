"""A crawl finds what is new or changed, records it once, and writes nothing about the rest."""

from __future__ import annotations

import json
import os
import shutil
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import NoReturn

import pytest
from jsonschema import Draft202012Validator

from rushes.adapters.executor.inline import InlineExecutor
from rushes.core.errors import Code, RushesError
from rushes.frames.missing import Expectation
from rushes.frames.notation import parse_frames
from rushes.model.signoff import Changes, Result, State
from rushes.qc.asset import Asset
from rushes.qc.crawl import Crawl
from rushes.qc.order import Order
from rushes.qc.places import CACHE
from rushes.scan.gaps import always, nothing_known
from rushes.scan.roots import Root
from rushes.testing.crawls import (
    LONG_AGO,
    crawl,
    folders,
    frames,
    kept,
    media,
    record,
    state_of,
    verdicts,
)
from rushes.testing.found import Cancelled
from rushes.testing.signoffs import finding

PLATE = "plate.%04d.exr"
SCHEMA = Draft202012Validator(
    json.loads(files("rushes.qc").joinpath("schemas/rushes.qc.1.json").read_text("utf-8"))
)
LATER = LONG_AGO + 10**9


@pytest.fixture
def plates(tmp_path: Path) -> Path:
    """Frames 1001 to 1005, and a crawl of them."""
    folder = tmp_path / "plates"
    frames(folder, range(1001, 1006))
    assert crawl(folder).happened == {PLATE: "new"}
    return folder


def test_every_kind_of_asset_gets_a_record_of_its_own(tmp_path: Path) -> None:
    frames(tmp_path / "a", [1001, 1002, 1004])
    frames(tmp_path / "a", [1001, 1002], tail=".jpg")
    frames(tmp_path / "a", [1001, 1002], head="matte.")
    frames(tmp_path / "a", [7], head="lone.", tail=".dpx")
    frames(tmp_path / "tex", [1001, 1002, 1011], head="skin_albedo.", tail=".tx")
    media(tmp_path / "a" / PLATE)
    for name in ("A001C003.mxf", "clip.mov", "mix.wav"):
        media(tmp_path / name)
    run = crawl(tmp_path)
    assert set(run.happened.values()) == {"new"}
    assert set(run.happened) == {
        "A001C003.mxf", "clip.mov", "mix.wav", f"a/{PLATE}", "a/plate.%%04d.exr",
        "a/plate.%04d.jpg", "a/matte.%04d.exr", "a/lone.%04d.dpx", "tex/skin_albedo.%UDIM.tx",
    }  # fmt: skip
    places = {one.place for one in run.outcomes.values()}
    assert len(places) == 9
    for place in places:
        assert place is not None
        SCHEMA.validate(json.loads(place.read_bytes()))
    assert record(tmp_path, "clip.mov").sequence is None
    sequence = record(tmp_path / "a", PLATE).sequence
    assert sequence is not None
    assert (sequence.frames, sequence.holes) == ("1001-1002,1004", 1)
    assert set(verdicts(tmp_path)) == set(run.happened)


def test_a_second_crawl_writes_nothing_at_all(plates: Path) -> None:
    before = state_of(plates)
    run = crawl(plates)
    assert (run.happened, run.unchanged) == ({}, {"pending": 1})
    assert state_of(plates) == before


def test_media_is_never_written_to(tmp_path: Path) -> None:
    frames(tmp_path, range(1, 4))
    before = state_of(tmp_path)
    crawl(tmp_path)
    crawl(tmp_path, result=Result.PASS)
    after = state_of(tmp_path)
    assert {name: after[name] for name in before} == before


def test_a_file_touched_without_change_needs_no_record(plates: Path) -> None:
    sidecar = (plates / f".qc/{PLATE}.qc.json").read_bytes()
    os.utime(plates / "plate.1003.exr", ns=(LATER, LATER))
    run = crawl(plates)
    assert (run.happened, run.unchanged) == ({}, {"pending": 1})
    assert (plates / f".qc/{PLATE}.qc.json").read_bytes() == sidecar
    before = state_of(plates)
    crawl(plates)
    assert state_of(plates) == before


def test_frames_that_came_went_and_changed_are_named(plates: Path) -> None:
    crawl(plates, result=Result.PASS)
    (plates / "plate.1001.exr").unlink()
    media(plates / "plate.1003.exr", b"other", at_ns=LATER)
    frames(plates, [1006, 1007])
    run = crawl(plates)
    assert run.happened == {PLATE: "changed"}
    made = record(plates, PLATE)
    assert made.changes == Changes("1006-1007", "1001", "1003")
    assert made.reason == (
        "frames added: 1006-1007; frames removed: 1001; frames changed: 1003; it was pass"
    )
    assert (made.qc_result, made.content_state) == (Result.PENDING, State.MODIFIED)
    SCHEMA.validate(json.loads((plates / f".qc/{PLATE}.qc.json").read_bytes()))


def test_an_edit_in_the_same_second_and_of_the_same_size_is_seen(plates: Path) -> None:
    media(plates / "plate.1003.exr", b"FRAME 1003", at_ns=LONG_AGO + 1)
    assert crawl(plates).happened == {PLATE: "changed"}


def test_bytes_that_changed_by_themselves_are_found_by_reading_everything(plates: Path) -> None:
    with open(plates / "plate.1003.exr", "r+b") as file:
        file.write(b"F")
    os.utime(plates / "plate.1003.exr", ns=(LONG_AGO, LONG_AGO))
    assert crawl(plates).happened == {}
    assert crawl(plates, deep=True).happened == {PLATE: "rotted"}
    assert "plate.1003.exr" in record(plates, PLATE).reason
    assert record(plates, PLATE).changes == Changes("", "", "1003")
    assert crawl(plates, deep=True).happened == {}


def test_with_the_cache_thrown_away_nothing_is_written_twice(plates: Path) -> None:
    sidecar = (plates / f".qc/{PLATE}.qc.json").read_bytes()
    (plates / CACHE).unlink()
    assert crawl(plates).unchanged == {"pending": 1}
    assert (plates / f".qc/{PLATE}.qc.json").read_bytes() == sidecar


def test_with_the_cache_thrown_away_it_is_not_known_which_frames_changed(plates: Path) -> None:
    (plates / CACHE).unlink()
    media(plates / "plate.1003.exr", b"other", at_ns=LATER)
    frames(plates, [1006])
    assert crawl(plates).happened == {PLATE: "changed"}
    made = record(plates, PLATE)
    assert made.changes == Changes("1006", "", None)
    assert "not known" in made.reason


def test_a_policy_version_asks_for_passes_anew_and_keeps_the_earlier_result(plates: Path) -> None:
    media(plates / "clip.mov")
    crawl(plates, result=Result.PASS, policy_version="2025.10")
    crawl(plates, result=Result.FAIL, policy_version="2025.10",
          wanted=lambda _, asset: asset.name == "clip.mov")  # fmt: skip
    run = crawl(plates, policy_version="2025.11")
    assert run.happened == {PLATE: "policy", "clip.mov": "policy"}
    passed, failed = kept(plates, PLATE), kept(plates, "clip.mov")
    assert passed.record.qc_result is Result.PENDING
    assert failed.record.qc_result is Result.FAIL
    before = passed.history[-1]
    assert isinstance(before, type(passed.record))
    assert before.qc_result is Result.PASS
    assert crawl(plates, policy_version="2025.11").happened == {}
    assert crawl(plates).happened == {}


def test_everything_may_be_signed_off_by_a_crawl(plates: Path) -> None:
    run = crawl(plates, operator="bob", result=Result.PASS, note="Viewed in Clipster")
    assert run.happened == {PLATE: "signed"}
    made = record(plates, PLATE)
    assert (made.operator, made.qc_result, made.notes) == (
        "bob", Result.PASS, "Viewed in Clipster",
    )  # fmt: skip
    before = state_of(plates)
    assert crawl(plates, operator="bob", result=Result.PASS).unchanged == {"pass": 1}
    assert state_of(plates) == before
    assert crawl(plates, operator="cat", result=Result.PASS).happened == {PLATE: "signed"}
    assert len(kept(plates, PLATE).history) == 2


def test_a_moved_folder_holds_the_same_content(plates: Path, tmp_path: Path) -> None:
    crawl(plates, result=Result.PASS)
    before = record(plates, PLATE)
    moved = tmp_path / "elsewhere" / "plates"
    moved.parent.mkdir()
    shutil.move(plates, moved)
    (moved / CACHE).unlink()
    assert crawl(moved).happened == {}
    assert record(moved, PLATE) == before
    assert verdicts(moved) == {PLATE: ["unsigned"]}
    other = tmp_path / "copy"
    frames(other, range(1001, 1006))
    crawl(other)
    assert record(other, PLATE).content_hash == before.content_hash


def test_media_that_is_gone_is_told_and_its_record_stays(plates: Path) -> None:
    media(plates / "clip.mov")
    crawl(plates)
    (plates / "clip.mov").unlink()
    run = crawl(plates)
    (told,) = run.findings
    assert (told.rule, told.subject) == ("qc.media_gone", ".qc/clip.mov.qc.json")
    assert (plates / ".qc/clip.mov.qc.json").exists()


def test_a_folder_whose_media_is_all_gone_is_told(plates: Path) -> None:
    for one in plates.glob("*.exr"):
        one.unlink()
    assert [one.rule for one in crawl(plates).findings] == ["qc.media_gone"]


def test_what_is_expected_and_missing_is_on_record(tmp_path: Path) -> None:
    frames(tmp_path, [1001, 1002])
    crawl(tmp_path, expect=always(Expectation(parse_frames("1001-1004"), "--expect")))
    (told,) = record(tmp_path, PLATE).findings
    assert (told.rule, told.wanted) == ("frames.missing", "1001-1004")


def test_what_an_inspection_says_and_a_tracker_knows_is_on_record(tmp_path: Path) -> None:
    frames(tmp_path / "a", [1001, 1002])
    media(tmp_path / "a" / "clip.mov")
    asked: list[tuple[str, list[str]]] = []

    def inspect(folder: PurePosixPath, several: object) -> dict[str, tuple[object, ...]]:
        assert isinstance(several, list)
        asked.append((str(folder), [one.name for one in several]))
        return {PLATE: (finding(),)}

    crawl(tmp_path, inspect=inspect, look_up=lambda *_: {"clip.mov": "ASSET-1"})
    assert asked == [("a", ["clip.mov", PLATE])]
    assert record(tmp_path / "a", PLATE).findings == (finding(),)
    assert record(tmp_path / "a", "clip.mov").asset_id == "ASSET-1"
    assert record(tmp_path / "a", PLATE).asset_id is None
    crawl(tmp_path, inspect=inspect)
    assert len(asked) == 1


class Idle(InlineExecutor):
    """Nobody who does any work."""

    def submit(self, *_: object) -> NoReturn:  # type: ignore[override]
        pytest.fail("something was read")


def test_a_dry_run_reads_and_writes_nothing_and_tells_what_is_due(plates: Path) -> None:
    media(plates / "new.mov")
    media(plates / "plate.1003.exr", b"other", at_ns=LATER)
    before = state_of(plates)
    run = crawl(plates, dry=True, executor=Idle())
    assert run.happened == {"new.mov": "new", PLATE: "changed"}
    assert all(one.sidecar is None for one in run.outcomes.values())
    assert state_of(plates) == before


def test_only_what_is_wanted_is_recorded(tmp_path: Path) -> None:
    frames(tmp_path, [1001, 1002])
    media(tmp_path / "clip.mov")

    def wanted(_folder: PurePosixPath, asset: Asset) -> bool:
        return asset.name == "clip.mov"

    assert crawl(tmp_path, wanted=wanted).happened == {"clip.mov": "new"}
    assert not (tmp_path / f".qc/{PLATE}.qc.json").exists()
    assert crawl(tmp_path).happened == {PLATE: "new"}


def test_a_file_that_cannot_be_read_is_told_and_the_rest_is_recorded(tmp_path: Path) -> None:
    media(tmp_path / "clip.mov")
    gone = media(tmp_path / "gone.mov")
    root = Root(str(tmp_path))
    met = list(folders(root))
    gone.unlink()
    run = Crawl(root, Order("ada"), nothing_known, InlineExecutor())
    (crawled,) = run.run(met)
    told = {one.asset.name: (one.happened.value, one.reason) for one in crawled.outcomes}
    assert told["clip.mov"] == ("new", "first seen")
    assert told["gone.mov"][0] == "unread"
    assert "gone.mov" in told["gone.mov"][1]
    assert not (tmp_path / ".qc/gone.mov.qc.json").exists()


def test_a_run_that_nobody_wants_any_more_ends(tmp_path: Path) -> None:
    media(tmp_path / "clip.mov")
    met = list(folders(Root(str(tmp_path))))
    run = Crawl(
        Root(str(tmp_path)), Order("ada"), nothing_known, InlineExecutor(), progress=Cancelled()
    )
    with pytest.raises(RushesError) as caught:
        list(run.run(met))
    assert caught.value.code is Code.CANCELLED
    assert not (tmp_path / ".qc").exists()


@pytest.mark.parametrize("algorithm", ["sha256", "xxh3_128"])
def test_content_is_hashed_as_the_settings_say(tmp_path: Path, algorithm: str) -> None:
    frames(tmp_path, [1001, 1002])
    crawl(tmp_path, algorithm=algorithm)
    assert record(tmp_path, PLATE).content_hash.startswith(f"{algorithm}:")
    assert crawl(tmp_path, algorithm=algorithm).happened == {}
    assert verdicts(tmp_path) == {PLATE: ["unsigned"]}


@pytest.mark.parametrize("name", ["ü\n.mov", "\udcff.mov", " .mov", "a" * 250 + ".mov", "-x.mov"])
def test_a_name_of_any_bytes_and_length_can_be_recorded(tmp_path: Path, name: str) -> None:
    media(tmp_path / name)
    run = crawl(tmp_path)
    assert list(run.happened.values()) == ["new"]
    assert crawl(tmp_path).happened == {}
    assert list(verdicts(tmp_path).values()) == [["unsigned"]]


def test_frames_with_subframes_are_recorded_as_such(tmp_path: Path) -> None:
    for number in ("1001.00", "1001.50", "1002.00"):
        media(tmp_path / f"fx.{number}.bgeo", number.encode())
    assert crawl(tmp_path, subframes=True).happened == {"fx.%04d.%02d.bgeo": "new"}
    media(tmp_path / "fx.1001.50.bgeo", b"other", at_ns=LATER)
    crawl(tmp_path, subframes=True)
    changes = record(tmp_path, "fx.%04d.%02d.bgeo").changes
    assert changes is not None
    assert changes.changed == "1001.50"


def test_a_lone_frame_that_is_joined_by_others_is_the_same_asset(tmp_path: Path) -> None:
    frames(tmp_path, [1001])
    crawl(tmp_path)
    frames(tmp_path, [1002])
    assert crawl(tmp_path).happened == {PLATE: "changed"}
    changes = record(tmp_path, PLATE).changes
    assert changes == Changes("1002", "", "")
