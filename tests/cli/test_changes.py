"""`rushes changes`: what two scans do not agree on, and no news that nobody looked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from getpass import getuser
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from rushes.cli import exits
from rushes.db.opening import open_records
from rushes.model.scan import Actor
from rushes.ports.records import ScanRequest

Command = Callable[..., Any]
Make = Callable[..., None]

PLATES = Path("demo") / "sq010" / "sh0010" / "plates"
RENDERS = Path("demo") / "sq010" / "sh0020" / "renders"


@pytest.fixture
def database(database_url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scans of this test are remembered."""
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)


@pytest.fixture
def scanned_twice(
    database: None, rushes: Command, shows: Path, make_frames: Make
) -> tuple[int, int]:
    """Frame 1003 arrives, frame 1001 and the notes go, a comp is new, a render is resized."""
    first = _scan(rushes, shows)
    make_frames(shows / PLATES, [1003])
    (shows / PLATES / "plate.1001.exr").unlink()
    (shows / RENDERS / "notes.txt").unlink()
    make_frames(shows / RENDERS, [1002], head="beauty.", size=150)
    make_frames(shows / "demo" / "sq010" / "sh0020" / "comp", [1001, 1002], head="comp.")
    return first, _scan(rushes, shows)


def _scan(rushes: Command, path: Path) -> int:
    ended = rushes("scan", path, "--full", "--workers", "1", "--json")
    assert ended.code == exits.OK
    number: int = ended.json["scans"][0]["record"]["id"]
    return number


def test_each_change_is_a_line_with_its_frames_and_bytes(
    rushes: Command, shows: Path, scanned_twice: tuple[int, int]
) -> None:
    ended = rushes("changes", shows)
    assert ended.code == exits.OK
    title, *lines, sums = ended.out.splitlines()
    assert f"scan {scanned_twice[1]} (" in title
    assert f"against scan {scanned_twice[0]} (" in title
    assert lines == [
        "~ demo/sq010/sh0010/plates/plate.%04d.exr  gained 1003  lost 1001  0 B",
        "+ demo/sq010/sh0020/comp/comp.%04d.exr  1001-1002  +200 B",
        "~ demo/sq010/sh0020/renders/beauty.%04d.exr  written again  +50 B",
        "- demo/sq010/sh0020/renders/notes.txt  -5 B",
    ]
    assert sums == "1 added, 1 removed, 2 changed: 3 frames gained, 1 lost; grew by 245 B."


def test_json_holds_both_sides_of_each_change(
    rushes: Command, shows: Path, scanned_twice: tuple[int, int]
) -> None:
    told = rushes("changes", shows, "--json").json
    assert (told["since"]["id"], told["until"]["id"]) == scanned_twice
    plate, comp, beauty, notes = told["changes"]
    assert plate["before"]["frames"] == "1001-1002,1004-1005"
    assert plate["after"]["frames"] == "1002-1005"
    assert (plate["frames_gained"], plate["frames_lost"], plate["bytes"]) == ("1003", "1001", 0)
    assert comp["before"] is None
    assert beauty["bytes"] == 50
    assert notes["after"] is None
    assert told["totals"]["bytes"] == 245


def test_a_path_below_the_root_tells_only_its_own_part(
    rushes: Command, shows: Path, scanned_twice: tuple[int, int]
) -> None:
    told = rushes("changes", shows / PLATES, "--json").json
    assert told["below"] == str(PLATES)
    assert [one["path"] for one in told["changes"]] == [f"{PLATES}/plate.%04d.exr"]


def test_without_a_path_it_is_what_was_scanned_last(
    rushes: Command, shows: Path, scanned_twice: tuple[int, int]
) -> None:
    told = rushes("changes", "--json").json
    assert told["root"] == str(shows)
    assert len(told["changes"]) == 4


def test_a_script_may_fail_on_changes_and_only_on_changes(
    rushes: Command, shows: Path, scanned_twice: tuple[int, int]
) -> None:
    assert rushes("changes", shows, "--fail-on-change").code == exits.FOUND
    _scan(rushes, shows)
    ended = rushes("changes", shows, "--fail-on-change")
    assert ended.code == exits.OK
    assert "Nothing changed." in ended.out


def test_scans_are_chosen_by_number_date_or_age(
    rushes: Command, shows: Path, scanned_twice: tuple[int, int]
) -> None:
    third = _scan(rushes, shows)
    told = rushes("changes", shows, "--since", str(scanned_twice[0]), "--json").json
    assert (told["since"]["id"], told["until"]["id"]) == (scanned_twice[0], third)
    assert len(told["changes"]) == 4
    until = told["since"]["finished"]
    ended = rushes("changes", shows, "--until", until)
    assert ended.code == exits.NOT_THERE
    assert "nothing to compare" in ended.err
    told = rushes("changes", shows, "--until", str(scanned_twice[1]), "--json").json
    assert told["until"]["id"] == scanned_twice[1]


def test_a_scan_that_is_younger_than_asked_for_is_told_as_such(
    rushes: Command, shows: Path, scanned_twice: tuple[int, int]
) -> None:
    ended = rushes("changes", shows, "--since", "7d")
    assert ended.code == exits.OK
    assert "No scan is as old as asked for" in ended.err
    assert rushes("changes", shows, "--since", "7d", "--json").json["since_is_oldest"]


def test_scans_that_make_no_sense_are_refused(
    rushes: Command, shows: Path, scanned_twice: tuple[int, int]
) -> None:
    first, second = map(str, scanned_twice)
    for given, why in (
        (["--since", "yesterday"], "neither a scan, nor a date"),
        (["--since", "2026-13-40"], "neither a scan, nor a date"),
        (["--since", "999999"], "no finished scan 999999"),
        (["--since", second, "--until", first], "finished after"),
        (["--since", second], "nothing to compare"),
        (["--until", "2001-01-01"], "No scan had finished by 2001-01-01"),
        (["--scans", "--since", first], "only lists"),
    ):
        ended = rushes("changes", shows, *given)
        assert (ended.code, ended.out) == (exits.NOT_THERE, ""), given
        assert why in ended.err


def test_known_scans_are_listed_the_last_first(
    rushes: Command, shows: Path, scanned_twice: tuple[int, int]
) -> None:
    first, second = scanned_twice
    told = rushes("changes", shows, "--scans", "--json").json
    assert [one["id"] for one in told["scans"]] == [second, first]
    listed = rushes("changes", "--scans").out.splitlines()
    assert listed[0].split()[:2] == ["scan", "began"]
    assert listed[1].split()[0] == str(second)
    assert [one["actor"]["name"] for one in told["scans"]] == [getuser(), getuser()]
    assert f"finished  {getuser()}" in listed[1]
    assert "+1 -1 ~2" in listed[1]


def test_scans_that_became_no_record_are_listed_and_cannot_be_compared(
    rushes: Command, shows: Path, scanned_twice: tuple[int, int], database_url: str
) -> None:
    with closing(open_records(database_url, data_dir=Path())) as records:
        request = ScanRequest(str(shows), PurePosixPath("demo"))
        failed = records.begin_scans([request], actor=Actor("Ada"))[0].id
        records.fail_scans([failed], actor=Actor("Ada"))
    told = rushes("changes", shows, "--scans", "--json").json
    assert [one["state"] for one in told["scans"]] == ["failed", "finished", "finished"]
    assert rushes("changes", shows, "--json").json["until"]["id"] == scanned_twice[1]
    assert rushes("changes", shows, "--until", str(failed)).code == exits.NOT_THERE


def test_a_part_first_scanned_by_itself_is_no_news_unannounced(
    rushes: Command, database: None, shows: Path
) -> None:
    _scan(rushes, shows)
    assert rushes("changes", shows).code == exits.NOT_THERE
    (shows / PLATES / "plate.1001.exr").unlink()
    _scan(rushes, shows / PLATES)
    told = rushes("changes", shows, "--json").json
    assert [one["frames_lost"] for one in told["changes"]] == ["1001"]
    assert not told["since_is_partial"]
    assert rushes("changes", shows / RENDERS).code == exits.NOT_THERE


def test_what_was_scanned_only_in_part_before_is_told_to_be_so(
    rushes: Command, database: None, shows: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_SHOWS_ROOT", str(shows))
    _scan(rushes, shows / PLATES)
    _scan(rushes, shows)
    ended = rushes("changes")
    assert ended.code == exits.OK
    assert "may be new or old" in ended.err
    assert "? demo/sq010/sh0020/renders/beauty.%04d.exr  1001-1005  +500 B" in ended.out
    assert "Nothing changed where scans had looked before." in ended.out
    told = rushes("changes", "--fail-on-change", "--json")
    assert told.code == exits.OK
    assert [one["kind"] for one in told.json["changes"]] == ["first-seen", "first-seen"]
    assert (told.json["totals"]["bytes"], told.json["totals"]["first_seen_bytes"]) == (0, 505)


def test_no_database_is_made_to_find_that_there_is_none(
    rushes: Command, shows: Path, home: Path
) -> None:
    before = sorted(os.listdir(home))
    for given in ([], ["--scans"], ["--json"]):
        ended = rushes("changes", shows, *given)
        assert ended.code == exits.NOT_THERE
        assert "there is no database yet" in ended.err
    assert sorted(os.listdir(home)) == before
    assert not (home.parent / "data" / "postgres").exists()


def test_never_scanned_and_scanned_once_are_no_success(
    rushes: Command, database: None, shows: Path
) -> None:
    assert "No finished scan is recorded" in rushes("changes").err
    ended = rushes("changes", shows)
    assert ended.code == exits.NOT_THERE
    assert "No finished scan of" in ended.err
    _scan(rushes, shows)
    ended = rushes("changes", shows)
    assert ended.code == exits.NOT_THERE
    assert "nothing to compare" in ended.err


def test_a_misspelt_folder_has_not_stayed_the_same(
    rushes: Command, shows: Path, scanned_twice: tuple[int, int]
) -> None:
    ended = rushes("changes", shows / "demo" / "sq999")
    assert ended.code == exits.NOT_THERE
    assert "nothing below it is recorded" in ended.err
