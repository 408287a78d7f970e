"""`rushes disk`: who fills the disk, since when, and what is too full."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits

Command = Callable[..., Any]
Make = Callable[..., None]


@pytest.fixture
def studio(shows: Path, home: Path) -> Path:
    (home / "rushes.toml").write_text('shows_root = "shows"\n')
    return shows


def by_name(out: Any) -> dict[str, Any]:
    return {one["name"]: one for one in out["lines"]}


def test_use_is_told_by_show_sequence_and_shot(rushes: Command, studio: Path) -> None:
    out = rushes("disk", "--json", "--no-db").json
    lines = by_name(out)
    assert [(one["kind"], one["name"]) for one in out["lines"]] == [
        ("show", "demo"),
        ("sequence", "sq010"),
        ("shot", "sh0010"),
        ("shot", "sh0020"),
    ]
    assert (lines["demo"]["bytes"], lines["demo"]["files"]) == (905, 10)
    assert (lines["sh0020"]["bytes"], lines["sh0020"]["files"]) == (505, 6)
    assert lines["sh0020"]["largest"]["path"].startswith("demo/sq010/sh0020/renders/beauty.")
    assert out["total"]["allocated"] >= out["total"]["bytes"]


def test_text_has_the_same_numbers(rushes: Command, studio: Path) -> None:
    ended = rushes("disk", "--by", "task", "--no-db")
    assert ended.code == exits.OK
    assert "905 B in 10 files" in ended.out
    rows = [line.split() for line in ended.out.splitlines()]
    assert next(row for row in rows if row[:1] == ["plates"])[1:3] == ["400", "B"]


def test_a_show_may_be_named(rushes: Command, studio: Path, make_frames: Make) -> None:
    make_frames(studio / "other" / "sq010", [1, 2])
    out = rushes("disk", "demo", "--json", "--no-db").json
    assert (out["below"], out["total"]["files"]) == ("demo", 10)


def test_folders_are_told_to_a_depth_and_may_be_sorted_by_size(
    rushes: Command, studio: Path
) -> None:
    args = ("disk", "--by", "folder", "--depth", "3", "--largest-first", "--json", "--no-db")
    names = [one["name"] for one in rushes(*args).json["lines"]]
    assert names == ["demo", "demo/sq010", "demo/sq010/sh0020", "demo/sq010/sh0010"]


@pytest.mark.parametrize(
    ("limit", "fail_on", "code", "state"),
    [
        ("shot_warn = 505", "warn", exits.FOUND, "warn"),
        ("shot_warn = 506", "warn", exits.OK, "ok"),
        ("shot_warn = 505", "critical", exits.OK, "warn"),
        ("shot_critical = 505", "critical", exits.FOUND, "critical"),
    ],
)
def test_a_limit_that_is_met_counts(
    rushes: Command, studio: Path, home: Path, limit: str, fail_on: str, code: int, state: str
) -> None:
    (home / "rushes.toml").write_text(f'shows_root = "shows"\n[disk]\n{limit}\n')
    ended = rushes("disk", "--json", "--no-db", "--fail-on", fail_on)
    assert ended.code == code
    assert by_name(ended.json)["sh0020"]["state"] == state
    assert rushes("disk", "--no-db").code == exits.OK


def test_a_show_is_not_judged_by_a_part_of_it(rushes: Command, studio: Path, home: Path) -> None:
    (home / "rushes.toml").write_text('shows_root = "shows"\n[disk]\nshow_warn = 1\n')
    part = rushes("disk", studio / "demo" / "sq010", "--json", "--no-db").json
    assert [one["kind"] for one in part["limits"]] == ["file system"]
    whole = rushes("disk", "demo", "--json", "--no-db").json
    assert whole["limits"][0]["state"] == "warn"


def test_a_full_file_system_is_told(
    rushes: Command, studio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DISK_FILESYSTEM_WARN", "0.00001")
    out = rushes("disk", "--json", "--no-db").json
    assert out["limits"][-1]["state"] == "warn"
    assert rushes("disk", "--no-db", "--fail-on", "warn").code == exits.FOUND


def test_growth_is_told_since_the_last_scan_and_never_before_one(
    rushes: Command,
    studio: Path,
    make_frames: Make,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    before = rushes("disk", "--json").json
    assert (before["growth"], before["since"]) == (None, None)
    assert "Growth is not known" in rushes("disk").out
    assert rushes("scan", studio).code == exits.OK
    make_frames(studio / "demo" / "sq010" / "sh0010" / "plates", [1003])
    make_frames(studio / "demo" / "sq010" / "sh0030" / "plates", [1001, 1002])
    out = rushes("disk", "--json").json
    grown = {name: line["growth"] for name, line in by_name(out).items()}
    assert grown == {"demo": 300, "sq010": 300, "sh0010": 100, "sh0020": 0, "sh0030": 200}
    assert out["growth"] == 300
    assert out["since"]["scan"] > 0
    part = rushes("disk", studio / "demo" / "sq010" / "sh0010", "--json").json
    assert part["growth"] == 100


def test_growth_of_what_was_scanned_only_in_part_is_not_known(
    rushes: Command, studio: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    rushes("scan", studio / "demo" / "sq010" / "sh0010")
    assert rushes("disk", "--json").json["growth"] is None


def test_nothing_there_is_no_success(rushes: Command, studio: Path, home: Path) -> None:
    assert rushes("disk", "nowhere").code == exits.NOT_THERE
    (home / "empty").mkdir()
    ended = rushes("disk", home / "empty", "--no-db")
    assert ended.code == exits.NOT_THERE
    assert "no file" in ended.err
