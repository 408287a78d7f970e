"""Frames are held against the shot's range on record, where nobody says otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from getpass import getuser
from pathlib import Path
from typing import Any

import pytest

from rushes import bootstrap
from rushes.cli import exits
from rushes.db.opening import open_studio
from rushes.testing.served import serving
from rushes.testing.studios import make

Command = Callable[..., Any]
Make = Callable[..., None]

FOUND = "first to last found"
UNREACHABLE = "postgresql://me:hidden-word@127.0.0.1:1/none"


@pytest.fixture
def on_record(shows: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shows: sh0010 (1001 to 1006, without 1003 and 1006), sh0020 without a frame lost, and
    one that is not begun.
    """
    with closing(open_studio(database_url, data_dir=Path())) as studio:
        project = make(studio, "project", code="demo").id
        sequence = make(studio, "sequence", project=project, code="sq010").id
        for code, last, status in (
            ("sh0010", 1006, "in_progress"),
            ("sh0020", 1005, "approved"),
            ("sh0030", 1005, "not_started"),
        ):
            make(
                studio,
                "shot",
                sequence=sequence,
                code=code,
                status=status,
                frame_in=1001,
                frame_out=last,
            )
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    monkeypatch.setenv("RUSHES_SHOWS_ROOT", str(shows))
    monkeypatch.setenv("RUSHES_SCAN_WORKERS", "1")
    return shows


def lacking(ended: Any) -> dict[str, tuple[str, str]]:
    """What `missing` found, by the folder of the shot."""
    assert ended.code == exits.FOUND, ended.err
    rows = ended.json["searches"][0]["missing"]
    return {row["folder"].split("/")[2]: (row["missing"], row["expected_from"]) for row in rows}


def test_a_lost_last_frame_is_missing_when_the_shot_on_record_has_it(
    rushes: Command, on_record: Path
) -> None:
    told = lacking(rushes("missing", on_record, "--json"))
    assert told == {"sh0010": ("1003,1006", "shot demo/sq010/sh0010 on record")}
    assert "missing against shot demo/sq010/sh0010 on record" in rushes("missing", on_record).out


def test_what_is_nearer_counts_first(rushes: Command, on_record: Path, home: Path) -> None:
    asked = ("missing", on_record, "--json")
    assert lacking(rushes(*asked, "--no-db")) == {"sh0010": ("1003", FOUND)}
    (home / "rushes.toml").write_text('[shots]\n"demo/sq010/sh0010" = "1001-1007"\n')
    assert lacking(rushes(*asked))["sh0010"] == (
        "1003,1006-1007",
        "shot demo/sq010/sh0010 (rushes.toml:2)",
    )
    assert lacking(rushes(*asked, "--expect", "1001-1005"))["sh0010"] == ("1003", "--expect")


def test_a_scan_is_held_against_the_records_and_recorded_all_the_same(
    rushes: Command, on_record: Path
) -> None:
    ended = rushes("scan", on_record, "--json")
    assert ended.code == exits.OK, ended.err
    (told,) = ended.json["scans"]
    assert told["record"]["state"] == "finished"
    wrong = [one["message"] for one in told["findings"] if one["rule"] == "frames.missing"]
    assert wrong == ["2 missing frames: 1003,1006 (against shot demo/sq010/sh0010 on record)"]
    assert rushes("changes", on_record, "--scans", "--json").code == exits.OK


def test_shots_that_are_due_and_have_no_frame_at_all_are_told(
    rushes: Command, on_record: Path
) -> None:
    for path in (on_record / "demo" / "sq010" / "sh0020" / "renders").iterdir():
        path.unlink()
    ended = rushes("missing", on_record, "--json")
    (absent,) = ended.json["searches"][0]["findings"]
    assert (absent["rule"], absent["subject"]) == ("shot.absent", "demo/sq010/sh0020")


def test_validate_says_what_renders_were_held_against(
    rushes: Command, on_record: Path, make_frames: Make
) -> None:
    make_frames(on_record / "demo" / "sq010" / "sh0010" / "renders", range(1001, 1006))
    ended = rushes("validate")
    assert ended.code == exits.FOUND
    assert "Missing frames: 1006  (against shot demo/sq010/sh0010 on record)" in ended.out
    assert rushes("validate", "--no-db").code == exits.OK


def test_a_watch_ends_when_the_frames_on_record_are_complete(
    rushes: Command, on_record: Path
) -> None:
    asked = ("watch", on_record / "demo" / "sq010" / "sh0020", "--until-complete", "--poll")
    assert rushes(*asked).code == exits.OK
    ended = rushes(*asked, "--no-db")
    assert ended.code == exits.NOT_THERE
    assert "--until-complete needs to know" in ended.err


def test_a_record_of_a_check_tells_of_the_range_on_record(rushes: Command, on_record: Path) -> None:
    assert rushes("qc", "crawl", on_record).code == exits.OK
    plates = on_record / "demo" / "sq010" / "sh0010" / "plates"
    sidecar = plates / ".qc" / "plate.%04d.exr.qc.json"
    assert "1003,1006 (against shot demo/sq010/sh0010 on record)" in sidecar.read_text("utf-8")


@pytest.mark.parametrize("command", ["missing", "scan", "watch", "qc crawl", "validate"])
def test_records_out_of_reach_are_no_success(
    rushes: Command, shows: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", UNREACHABLE)
    monkeypatch.setenv("RUSHES_SHOWS_ROOT", str(shows))
    asked = [*command.split(), *([] if command == "validate" else [shows / "demo"])]
    ended = rushes(*asked)
    assert ended.code == exits.UNAVAILABLE
    assert "--no-db" in ended.err
    assert "hidden-word" not in ended.err


def test_records_out_of_reach_keep_nobody_from_what_needs_none(
    rushes: Command, shows: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", UNREACHABLE)
    assert rushes("missing", shows, "--expect", "1001-1005").code == exits.FOUND
    assert rushes("missing", shows, "--no-db").code == exits.FOUND
    (home / "rushes.toml").write_text(
        '[shots]\n"demo/sh0010" = "1001-1005"\n"demo/sh0020" = "1001-1005"\n'
    )
    assert rushes("missing", shows).code == exits.FOUND
    assert rushes("ls", shows / "demo").code == exits.OK


def test_where_nothing_can_be_on_record_no_database_is_made(
    rushes: Command, shows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def studio(_settings: object) -> None:
        pytest.fail("the records were opened")

    monkeypatch.setattr(bootstrap, "studio", studio)
    data = Path(os.environ["RUSHES_DATA_DIR"])
    assert rushes("missing", shows).code == exits.FOUND
    assert not [*data.glob("postgres*")]


def test_a_server_is_asked_where_there_is_one(
    rushes: Command, on_record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rushes("user", "add", getuser(), "--admin").code == exits.OK
    token = ("token", "create", "--name", "t", "--user", getuser(), "--scope", "read", "--json")
    made = rushes(*token)
    with serving("--workers", "1") as server:
        monkeypatch.delenv("RUSHES_DATABASE_URL")
        monkeypatch.setenv("RUSHES_URL", f"http://127.0.0.1:{server.port}")
        monkeypatch.setenv("RUSHES_TOKEN", made.json["secret"])
        told = lacking(rushes("missing", on_record, "--json"))
    assert told == {"sh0010": ("1003,1006", "shot demo/sq010/sh0010 on record")}
