"""`rushes scan`: what it says was found, recorded and written is what was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits
from rushes.db.opening import open_records

Command = Callable[..., Any]
Make = Callable[..., None]


@pytest.fixture
def remembered(database_url: str, monkeypatch: pytest.MonkeyPatch, home: Path) -> str:
    """The commands use a database of their own."""
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    return database_url


def tree(root: Path) -> list[tuple[str, int, int]]:
    return sorted((str(one), one.stat().st_size, one.stat().st_mtime_ns) for one in root.rglob("*"))


def test_a_scan_tells_what_is_there_and_what_is_not(rushes: Command, shows: Path) -> None:
    ended = rushes("scan", shows, "--no-db")
    assert ended.code == exits.OK
    assert "2 file sequences, 1 single file in 7 folders: 10 files, 905 B" in ended.out
    assert "plate.%04d.exr: 1 missing frame: 1003 (against first to last found)" in ended.out
    assert "1 error found" in ended.out
    assert "Not recorded (--no-db)." in ended.out
    assert ended.err == ""


def test_json_has_every_sequence_with_its_gaps_and_sizes(rushes: Command, shows: Path) -> None:
    out = rushes("scan", shows, "--no-db", "--json").json
    (scan,) = out["scans"]
    plate, beauty = scan["sequences"]
    assert plate["path"] == "demo/sq010/sh0010/plates/plate.%04d.exr"
    assert (plate["frames"], plate["missing"]) == ("1001-1002,1004-1005", "1003")
    assert plate["expected_from"] == "first to last found"
    assert (beauty["files"], beauty["bytes"], beauty["missing"]) == (5, 500, "")
    assert [one["path"] for one in scan["files"]] == ["demo/sq010/sh0020/renders/notes.txt"]
    assert scan["record"] is None
    assert scan["totals"]["bytes"] == 905


def test_nothing_is_written_where_media_lies(rushes: Command, shows: Path, home: Path) -> None:
    before = tree(shows)
    rushes("scan", shows, "--no-db", "--report", home / "report.html")
    rushes("scan", shows, "--no-db", "--full")
    assert tree(shows) == before


def test_an_expected_range_shows_the_lost_last_frame(rushes: Command, shows: Path) -> None:
    out = rushes("scan", shows, "--no-db", "--json", "--expect", "1001-1006").json
    assert [one["missing"] for one in out["scans"][0]["sequences"]] == ["1003,1006", "1006"]


def test_a_folder_that_is_not_there_is_no_success(rushes: Command, home: Path) -> None:
    ended = rushes("scan", home / "nowhere", "--no-db", "--json")
    assert ended.code == exits.NOT_THERE
    assert ended.json["error"]["code"] == "path.not_found"
    assert "There is no folder" in ended.err


def test_of_several_folders_one_that_is_not_there_stops_all(
    rushes: Command, shows: Path, home: Path
) -> None:
    ended = rushes("scan", shows, home / "nowhere", "--no-db")
    assert (ended.code, ended.out) == (exits.NOT_THERE, "")
    assert "nothing was looked at" in ended.err


def test_no_file_sequence_is_no_success(rushes: Command, home: Path) -> None:
    (home / "papers").mkdir()
    (home / "papers" / "notes.txt").write_text("x")
    ended = rushes("scan", home / "papers", "--no-db")
    assert ended.code == exits.NOT_THERE
    assert "No file sequence was found." in ended.out


def test_findings_fail_the_command_where_that_is_asked_for(rushes: Command, shows: Path) -> None:
    assert rushes("scan", shows, "--no-db", "--fail-on", "error").code == exits.FOUND
    whole = shows / "demo" / "sq010" / "sh0020"
    assert rushes("scan", whole, "--no-db", "--fail-on", "warning").code == exits.OK


def test_workers_and_stamps_change_nothing_in_the_result(rushes: Command, shows: Path) -> None:
    def found(*more: str) -> Any:
        (scan,) = rushes("scan", shows, "--no-db", "--json", *more).json["scans"]
        del scan["took_s"], scan["started"]
        return scan

    first = found("--workers", "1")
    assert found("--workers", "2") == first
    assert found("--full") == first
    assert found() == first


def test_the_id_of_a_scan_can_be_looked_up_again(
    rushes: Command, shows: Path, remembered: str
) -> None:
    (scan,) = rushes("scan", shows, "--json").json["scans"]
    records = open_records(remembered, data_dir=Path())
    try:
        (known,) = records.scans().rows
        assert (known.id, known.root.name) == (scan["record"]["id"], "shows")
        held = records.sequences(str(shows)).rows
        assert [str(one.sequence.folder / one.sequence.pattern) for one in held] == [
            "demo/sq010/sh0010/plates/plate.%04d.exr",
            "demo/sq010/sh0020/renders/beauty.%04d.exr",
            "demo/sq010/sh0020/renders/notes.txt",
        ]
    finally:
        records.close()


def test_a_second_scan_tells_what_differs(
    rushes: Command, shows: Path, remembered: str, make_frames: Make
) -> None:
    assert "3 added, 0 removed, 0 changed" in rushes("scan", shows).out
    assert "0 added, 0 removed, 0 changed" in rushes("scan", shows).out
    make_frames(shows / "demo" / "sq010" / "sh0010" / "plates", [1003])
    (shows / "demo" / "sq010" / "sh0020" / "renders" / "notes.txt").unlink()
    assert "0 added, 1 removed, 1 changed" in rushes("scan", shows).out


def test_a_folder_below_a_known_root_is_a_part_of_it(
    rushes: Command, shows: Path, remembered: str
) -> None:
    rushes("scan", shows)
    (scan,) = rushes("scan", shows / "demo" / "sq010" / "sh0010", "--json").json["scans"]
    assert (scan["root"], scan["below"]) == (str(shows), "demo/sq010/sh0010")
    assert scan["sequences"][0]["path"] == "demo/sq010/sh0010/plates/plate.%04d.exr"
    assert [one["subject"] for one in scan["findings"]] == [
        "demo/sq010/sh0010/plates/plate.%04d.exr"
    ]
    assert (scan["record"]["added"], scan["record"]["removed"]) == (0, 0)


def test_paths_below_shows_root_are_told_from_there(
    rushes: Command, shows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = shows / "demo" / "sq010"
    out = rushes("scan", below, "--no-db", "--json", "--shows-root", shows).json
    assert (out["scans"][0]["root"], out["scans"][0]["below"]) == (str(shows), "demo/sq010")


def test_a_database_out_of_reach_is_told_and_nothing_is_said_to_be_recorded(
    rushes: Command, shows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", "postgresql://me:hidden-word@127.0.0.1:1/none")
    ended = rushes("scan", shows)
    assert ended.code == exits.UNAVAILABLE
    assert "Recorded" not in ended.out
    assert "--no-db" in ended.err
    assert "hidden-word" not in ended.err


def test_a_report_is_one_page_about_what_was_found(
    rushes: Command, shows: Path, home: Path
) -> None:
    ended = rushes("scan", shows, "--no-db", "--report", home / "report.html")
    page = (home / "report.html").read_text("utf-8")
    assert f"Wrote {home / 'report.html'}." in ended.out
    assert "plate.%04d.exr" in page
    assert "1003" in page


def test_a_report_is_never_put_among_media(rushes: Command, shows: Path) -> None:
    ended = rushes("scan", shows, "--no-db", "--report", shows / "demo" / "report.html")
    assert ended.code == exits.NOT_THERE
    assert "would lie in the scanned folder" in ended.err
    assert not (shows / "demo" / "report.html").exists()


def test_a_report_without_a_folder_fails_before_the_walk(
    rushes: Command, shows: Path, home: Path
) -> None:
    ended = rushes("scan", shows, "--no-db", "--report", home / "no" / "report.html")
    assert (ended.code, ended.out) == (exits.NOT_WRITTEN, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_output_that_cannot_be_written_is_an_error(shows: Path) -> None:
    with open("/dev/full", "wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "rushes", "scan", str(shows), "--no-db", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            timeout=60,
        )
    assert ended.returncode == exits.NOT_WRITTEN
    assert b"No space left" in ended.stderr


def test_json_is_alone_on_stdout_of_the_real_command(shows: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "rushes", "scan", str(shows), "--no-db", "--json"],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (exits.OK, b"")
    assert json.loads(ended.stdout)["schema"] == "rushes.scan/1"


def names_of_all_kinds() -> Iterator[bytes]:
    yield b"-rf.1001.exr"
    yield b"-rf.1002.exr"
    yield b"new\nline.1001.exr"
    yield b"new\nline.1002.exr"
    yield "🎬.1001.exr".encode()
    yield "🎬.1002.exr".encode()
    yield b"caf\xe9.1001.exr"
    yield b"caf\xe9.1002.exr"


def test_names_of_any_bytes_are_told_and_remembered(
    rushes: Command, home: Path, remembered: str
) -> None:
    folder = home / "odd"
    folder.mkdir()
    for name in names_of_all_kinds():
        with open(os.path.join(os.fsencode(folder), name), "wb"):
            pass
    ended = rushes("scan", folder, "--json")
    assert ended.code == exits.OK
    paths = [one["path"] for one in ended.json["scans"][0]["sequences"]]
    assert paths == [
        "-rf.%04d.exr",
        r"caf\xe9.%04d.exr",
        r"new\x0aline.%04d.exr",
        "🎬.%04d.exr",
    ]
    assert ended.json["scans"][0]["record"]["added"] == 4


def test_dead_links_are_told_in_text_json_and_report(
    rushes: Command, home: Path, make_frames: Make
) -> None:
    make_frames(home / "renders", range(1001, 1005))
    (home / "renders" / "plate.1005.exr").symlink_to("gone")
    page = home / "report.html"
    ended = rushes("scan", home / "renders", "--no-db", "--report", page)
    assert "1 special (1 dead link)" in ended.out
    assert "1 link leads nowhere: plate.1005.exr" in ended.out
    assert "Nothing wrong" not in ended.out
    assert "1 link leads nowhere: plate.1005.exr" in page.read_text("utf-8")
    (scan,) = rushes("scan", home / "renders", "--no-db", "--json").json["scans"]
    assert {one["rule"] for one in scan["findings"]} == {"files.dead_link", "frames.missing"}
