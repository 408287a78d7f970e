"""`rushes missing`: gaps are told, against what, and never passed over in silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rushes.cli import exits

Command = Callable[..., Any]
Make = Callable[..., None]


def test_missing_frames_are_listed_with_what_they_were_held_against(
    rushes: Command, shows: Path
) -> None:
    ended = rushes("missing", shows)
    assert ended.code == exits.FOUND
    assert "demo/sq010/sh0010/plates/plate.%04d.exr  1003" in ended.out
    assert "1 frame missing against first to last found" in ended.out
    assert "beauty" not in ended.out


def test_nothing_missing_says_in_how_many_sequences(rushes: Command, shows: Path) -> None:
    ended = rushes("missing", shows / "demo" / "sq010" / "sh0020")
    assert ended.code == exits.OK
    assert "no frame is missing in 1 file sequence" in ended.out


def test_an_expected_range_finds_lost_first_and_last_frames(rushes: Command, shows: Path) -> None:
    ended = rushes("missing", shows, "--expect", "1000-1005x1", "--json")
    (search,) = ended.json["searches"]
    assert [one["missing"] for one in search["missing"]] == ["1000,1003", "1000"]
    assert {one["expected_from"] for one in search["missing"]} == {"--expect"}


def test_an_expectation_that_is_no_range_is_refused(rushes: Command, shows: Path) -> None:
    ended = rushes("missing", shows, "--expect", "all")
    assert ended.code == exits.NOT_THERE
    assert "1001-1100" in ended.err


def test_a_folder_without_sequences_is_no_success(rushes: Command, home: Path) -> None:
    (home / "empty").mkdir()
    ended = rushes("missing", home / "empty")
    assert ended.code == exits.NOT_THERE
    assert "No file sequence was found" in ended.err


def test_a_folder_that_is_not_there_is_no_success(rushes: Command, home: Path) -> None:
    ended = rushes("missing", home / "nowhere")
    assert ended.code == exits.NOT_THERE
    assert "There is no folder" in ended.err


def test_a_file_is_not_taken_for_an_empty_folder(rushes: Command, home: Path) -> None:
    (home / "plate.1001.exr").write_bytes(b"x")
    ended = rushes("missing", home / "plate.1001.exr")
    assert ended.code == exits.NOT_THERE
    assert "is a file, not a folder" in ended.err


def test_frames_of_zero_bytes_are_told_and_count_when_asked(
    rushes: Command, home: Path, make_frames: Make
) -> None:
    make_frames(home / "renders", [1001, 1002, 1004])
    make_frames(home / "renders", [1003], size=0)
    ended = rushes("missing", home / "renders")
    assert ended.code == exits.OK
    assert "1 frame of zero bytes" in ended.out
    ended = rushes("missing", home / "renders", "--zero-bytes")
    assert ended.code == exits.FOUND
    assert "plate.%04d.exr  1003" in ended.out


def test_the_range_of_a_shot_in_the_settings_counts_before_what_was_found(
    rushes: Command, shows: Path, home: Path
) -> None:
    (home / "rushes.toml").write_text(
        'shows_root = "shows"\n[shots]\n"demo/sq010/sh0020" = "1001-1007"\n'
    )
    ended = rushes("missing", shows / "demo" / "sq010" / "sh0020", "--json")
    assert ended.code == exits.FOUND
    (one,) = ended.json["searches"][0]["missing"]
    assert one["missing"] == "1006-1007"
    assert "rushes.toml" in one["expected_from"]


def test_a_last_frame_that_is_a_dead_link_is_missing_and_named(
    rushes: Command, home: Path, make_frames: Make
) -> None:
    make_frames(home / "renders", range(1001, 1005))
    (home / "renders" / "plate.1005.exr").symlink_to("gone.exr")
    ended = rushes("missing", home / "renders")
    assert ended.code == exits.FOUND
    assert "plate.%04d.exr  1005" in ended.out
    assert "1 link leads nowhere: plate.1005.exr" in ended.out
    (search,) = rushes("missing", home / "renders", "--json").json["searches"]
    assert [one["rule"] for one in search["findings"]] == ["files.dead_link"]


def test_dead_links_named_like_frames_are_no_success_and_others_are_told(
    rushes: Command, home: Path, make_frames: Make
) -> None:
    make_frames(home / "renders", range(1001, 1005))
    (home / "renders" / "latest").symlink_to("v003")
    ended = rushes("missing", home / "renders")
    assert ended.code == exits.OK
    assert "1 link leads nowhere: latest" in ended.out
    (home / "renders" / "beauty.1001.exr").symlink_to("gone")
    ended = rushes("missing", home / "renders")
    assert ended.code == exits.FOUND
    assert "no frame is missing in 1 file sequence, but 1 dead link is named like frames" in (
        ended.out
    )


def test_frames_in_hidden_folders_are_never_missing(
    rushes: Command, home: Path, make_frames: Make
) -> None:
    make_frames(home / "renders", range(1001, 1004))
    make_frames(home / "renders" / ".cache", [1001, 1002, 1004])
    ended = rushes("missing", home / "renders")
    assert ended.code == exits.OK
    assert "no frame is missing in 1 file sequence" in ended.out
    assert rushes("missing", home / "renders" / ".cache").code == exits.FOUND


def test_records_of_quality_checks_are_no_file_sequences(
    rushes: Command, home: Path, make_frames: Make
) -> None:
    for shot in ("x.01", "x.02", "x.04"):
        (home / "renders").mkdir(exist_ok=True)
        (home / "renders" / f"{shot}.mov").write_bytes(b"x")
    make_frames(home / "renders", range(1001, 1004))
    assert rushes("qc", "crawl", home / "renders").code == exits.OK
    assert list((home / "renders" / ".qc").iterdir())
    assert rushes("missing", home / "renders").code == exits.OK
    (scan,) = rushes("scan", home / "renders", "--no-db", "--json").json["scans"]
    assert [one["folder"] for one in scan["sequences"]] == ["."]
    hidden = [*(home / "renders" / ".qc").iterdir(), *(home / "renders").glob(".*.qc*")]
    assert scan["totals"]["hidden"] >= len(hidden) > 3


def test_a_lost_subframe_is_missing_from_an_expected_range(rushes: Command, home: Path) -> None:
    (home / "sim").mkdir()
    for number in range(100100, 100500, 25):
        if number != 100250:
            (home / "sim" / f"sim.{number // 100}.{number % 100:02d}.vdb").write_bytes(b"x")
    asked = ("missing", home / "sim", "--subframes", "--expect")
    ended = rushes(*asked, "1001-1004")
    assert ended.code == exits.FOUND
    assert "sim.%04d.%02d.vdb  1002.50" in ended.out
    assert "against --expect, every 0.25 frames" in ended.out
    ended = rushes(*asked, "1001.00-1004.75x0.25")
    assert ended.code == exits.FOUND
    assert "1002.50" in ended.out
    listed = rushes("ls", home / "sim", "--subframes").out.split()[1]
    assert rushes(*asked, listed).code == exits.OK
    without = rushes("missing", home / "sim", "--expect", "1001.00-1004.75x0.25")
    assert without.code == exits.NOT_THERE
    assert "--subframes" in without.err
