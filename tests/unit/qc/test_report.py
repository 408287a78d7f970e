from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rushes.core.errors import Code
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.signoff import Result, Sidecar
from rushes.qc.places import Mode
from rushes.qc.report.content import Only, QcReport, Standing
from rushes.qc.report.files import wanted
from rushes.qc.report.gather import Tree, gathered
from rushes.qc.report.rollup import rolled_up
from rushes.scan.layout import Layout
from rushes.scan.roots import Root
from rushes.testing.signoffs import after, chain, of_sequence, placed, record

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LAYOUT = Layout(["{show}/{sequence}/{shot}/{task}"])


def read(*trees: Path, only: Only = Only(), mode: Mode = Mode.SUBDIR) -> QcReport:  # noqa: B008
    asked = [Tree(Root(str(tree)), tree) for tree in trees]
    return gathered(asked, LAYOUT, made=NOW, only=only, mode=mode)


def test_a_folder_stands_as_bad_as_the_worst_below_it(tmp_path: Path) -> None:
    shot = tmp_path / "demo" / "sq010"
    placed(shot / "sh0010" / "plates", chain(1))
    placed(shot / "sh0020" / "plates", Sidecar(record(qc_result=Result.PENDING)))
    placed(shot / "sh0030" / "plates", Sidecar(record(qc_result=Result.FAIL)))
    (shot / "sh0040" / ".qc").mkdir(parents=True)
    (shot / "sh0040" / ".qc" / "clip.mov.qc.json").write_text("{")
    rows = {row.place: row.tally.worst for row in rolled_up(read(tmp_path)).rows}
    assert rows == {
        ("demo",): Standing.FAIL,
        ("demo", "sq010"): Standing.FAIL,
        ("demo", "sq010", "sh0010"): Standing.PASS,
        ("demo", "sq010", "sh0020"): Standing.PENDING,
        ("demo", "sq010", "sh0030"): Standing.FAIL,
        ("demo", "sq010", "sh0040"): Standing.UNREADABLE,
    }


def test_a_roll_up_without_room_keeps_the_outermost_folders(tmp_path: Path) -> None:
    placed(tmp_path / "demo" / "sq010" / "sh0010", chain(1))
    placed(tmp_path / "demo" / "sq010" / "sh0020", chain(1))
    short = rolled_up(read(tmp_path), most=2)
    assert [row.place for row in short.rows] == [("demo",), ("demo", "sq010")]
    assert short.more == 2


def test_an_asset_right_in_the_tree_is_in_its_top_folder(tmp_path: Path) -> None:
    placed(tmp_path, chain(1))
    assert [row.place for row in rolled_up(read(tmp_path)).rows] == [("top folder",)]


def test_an_asset_of_two_overlapping_trees_counts_once(tmp_path: Path) -> None:
    placed(tmp_path / "demo" / "edit", chain(1))
    assert len(read(tmp_path, tmp_path / "demo").assets) == 1


def test_assets_of_several_trees_are_told_apart(tmp_path: Path) -> None:
    for name in ("a/shows", "b/shows"):
        placed(tmp_path / name / "edit", chain(1))
    report = read(tmp_path / "a" / "shows", tmp_path / "b" / "shows")
    assert [one.subject for one in report.assets] == [
        "shows-2/edit/clip.mov",
        "shows/edit/clip.mov",
    ]


def test_another_record_of_the_same_asset_is_told_and_does_not_count(tmp_path: Path) -> None:
    placed(tmp_path, chain(1), Mode.INLINE)
    placed(tmp_path, Sidecar(record(qc_result=Result.FAIL)), Mode.SUBDIR)
    report = read(tmp_path)
    assert [one.result for one in report.assets] == [Result.FAIL]
    assert [one.error.code for one in report.unreadable] == [Code.SIDECAR_INVALID]
    assert "not in its history" in report.unreadable[0].error.message
    assert [one.result for one in read(tmp_path, mode=Mode.INLINE).assets] == [Result.PASS]


def test_a_record_that_the_history_holds_is_not_told_again(tmp_path: Path) -> None:
    made = chain(2)
    placed(tmp_path, made, Mode.SUBDIR)
    placed(tmp_path, Sidecar(made.history[0]), Mode.DOT)  # type: ignore[arg-type]
    report = read(tmp_path)
    assert len(report.assets) == 1
    assert not report.unreadable


def earlier(folder: Path, **fields: object) -> None:
    told = {
        "qc_result": "pass",
        "content_hash": "sha256:00",
        "operator": "bob",
        "qc_time": "2025-11-11T15:12:43+00:00",
        "notes": "ok",
        **fields,
    }
    (folder / "clip.mov.qc.json").write_text(json.dumps(told))


def test_the_earlier_tools_records_count(tmp_path: Path) -> None:
    earlier(tmp_path)
    (one,) = read(tmp_path).assets
    assert (one.result, one.operator, one.notes) == (Result.PASS, "bob", "ok")
    assert one.time == datetime(2025, 11, 11, 15, 12, 43, tzinfo=UTC)
    assert one.earlier_tool
    assert not wanted(one)


@pytest.mark.parametrize("result", ["approved", "", None, 7])
def test_a_result_that_does_not_exist_is_no_result(tmp_path: Path, result: object) -> None:
    earlier(tmp_path, qc_result=result)
    report = read(tmp_path)
    assert not report.assets
    assert len(report.unreadable) == 1


def test_odd_values_of_the_earlier_tool_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    earlier(tmp_path, operator="\ud800", notes=["a"], qc_time="yesterday")
    (one,) = read(tmp_path).assets
    assert (one.notes, one.time) == ("", None)
    assert one.operator.encode("utf-8")


def test_a_report_may_be_limited_and_says_what_that_leaves_out(tmp_path: Path) -> None:
    placed(tmp_path / "old", chain(1))
    placed(tmp_path / "new", Sidecar(record(qc_time=NOW, qc_result=Result.FAIL)))
    recent = read(tmp_path, only=Only(since=datetime(2026, 11, 21, tzinfo=UTC)))
    assert [one.subject for one in recent.assets] == ["new/clip.mov"]
    assert recent.others == 1
    passed = read(tmp_path, only=Only(result=Result.PASS))
    assert [one.subject for one in passed.assets] == ["old/clip.mov"]


def test_pictures_are_of_the_first_middle_and_last_frame_on_disk(tmp_path: Path) -> None:
    frames = FrameSet((FrameRange(1001, 1002), FrameRange(1050, 1052)))
    placed(tmp_path / "plates", Sidecar(of_sequence(frames)))
    (one,) = read(tmp_path).assets
    assert [(file.label, file.path) for file in wanted(one)] == [
        (str(frame), tmp_path / "plates" / f"plate.{frame}.exr") for frame in (1001, 1050, 1052)
    ]


def test_a_record_cannot_have_a_picture_made_of_a_file_elsewhere(tmp_path: Path) -> None:
    for name in ("../../secret.mov", "/etc/passwd"):
        placed(tmp_path / "plates", Sidecar(record(asset_name="clip.mov", asset_path=name)))
        (one,) = read(tmp_path).assets
        assert [file.path.parent for file in wanted(one)] == [tmp_path / "plates"]


def test_a_file_named_like_a_pattern_is_found(tmp_path: Path) -> None:
    placed(tmp_path, Sidecar(record(asset_name="plate.%%04d.exr")))
    (one,) = read(tmp_path).assets
    assert [file.path for file in wanted(one)] == [tmp_path / "plate.%04d.exr"]


def test_a_broken_chain_is_told(tmp_path: Path) -> None:
    made = after((record(qc_result=Result.PENDING),), record())
    placed(tmp_path, Sidecar(made.record, (record(operator="mallory"),)))
    (one,) = read(tmp_path).assets
    assert not one.intact
