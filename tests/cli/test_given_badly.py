"""Nothing is overwritten, passed over or called fine because of how a command was given."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.adapters.storage.local import LocalStorage
from rushes.cli import exits
from rushes.ports.storage import Listing

Command = Callable[..., Any]
Make = Callable[..., None]

SETTINGS = """
shows_root = "shows"
[shots]
"demo/sq/sh010" = "1001-1003"
"demo/sq/sh040" = "1001-1003"
"dmeo/sq/sh050" = "1001-1003"
"""


@pytest.mark.parametrize(
    "given",
    [
        ("scan", "--no-db", ""),
        ("ls", ""),
        ("missing", ""),
        ("disk", "--no-db", ""),
        ("watch", ""),
        ("changes", ""),
        ("scan", "--no-db", "--report", "", "renders"),
    ],
    ids=lambda given: given[0],
)
def test_a_variable_without_a_value_is_not_the_folder_one_is_in(
    rushes: Command, home: Path, make_frames: Make, given: tuple[str, ...]
) -> None:
    make_frames(home / "renders", [1001])
    ended = rushes(*given)
    assert ended.code == exits.NOT_THERE
    assert "empty" in ended.err


@pytest.mark.parametrize("name", ["frame", "device", "pipe", "link"])
def test_a_report_takes_the_place_of_nothing_but_a_report(
    rushes: Command, home: Path, make_frames: Make, name: str
) -> None:
    make_frames(home / "renders", [1001])
    (home / "frame").write_bytes(b"\x76\x2f\x31\x01 a frame")
    os.mkfifo(home / "pipe")
    (home / "device").symlink_to("/dev/null")
    (home / "link").symlink_to("frame")
    ended = rushes("scan", "renders", "--no-db", "--report", name)
    assert ended.code == exits.NOT_THERE
    assert "no report of Rushes" in ended.err
    assert (home / "frame").read_bytes() == b"\x76\x2f\x31\x01 a frame"
    assert (home / "pipe").is_fifo()


def test_a_report_is_replaced_by_the_next_one(
    rushes: Command, home: Path, make_frames: Make
) -> None:
    make_frames(home / "renders", [1001])
    (home / "r.html").touch()
    for _ in range(2):
        assert rushes("scan", "renders", "--no-db", "--report", "r.html").code == exits.OK
    assert rushes("scan", "renders", "--no-db", "--report", "-").code == exits.NOT_THERE
    assert not (home / "-").exists()


def test_a_link_does_not_lead_a_report_into_a_scanned_folder(
    rushes: Command, home: Path, make_frames: Make
) -> None:
    make_frames(home / "real", [1001])
    (home / "link").symlink_to("real")
    for scanned, report in (("real", "link/r.html"), ("link", "real/r.html")):
        ended = rushes("scan", scanned, "--no-db", "--report", report)
        assert ended.code == exits.NOT_THERE
        assert "scanned folder" in ended.err
    assert [one.name for one in (home / "real").iterdir()] == ["plate.1001.exr"]


@pytest.fixture
def shows(home: Path, make_frames: Make) -> Path:
    """A shot that is whole, one whose folder is empty, and a range for a misspelt one."""
    (home / "rushes.toml").write_text(SETTINGS)
    make_frames(home / "shows/demo/sq/sh010/renders", [1001, 1002, 1003])
    (home / "shows/demo/sq/sh040/renders").mkdir(parents=True)
    return home / "shows"


@pytest.mark.usefixtures("shows")
def test_a_shot_without_any_frame_is_told_and_is_not_complete(rushes: Command) -> None:
    ended = rushes("missing", "shows")
    assert ended.code == exits.FOUND
    assert "demo/sq/sh040" in ended.out
    assert "dmeo/sq/sh050" in ended.out
    assert "sh010" not in ended.out
    found = rushes("missing", "shows", "--json").json["searches"][0]["findings"]
    assert [one["rule"] for one in found] == ["shot.absent", "shot.absent"]
    scanned = rushes("scan", "shows", "--no-db", "--fail-on", "warning")
    assert scanned.code == exits.FOUND
    assert "shot.absent" in scanned.out
    followed = rushes("watch", "shows", "--until-complete", "--stall-after", "0.2", "--poll")
    assert followed.code == exits.FOUND


@pytest.mark.usefixtures("shows")
@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("shows/demo/sq/sh010", exits.OK),
        ("shows/demo/sq/sh010/renders", exits.OK),
        ("shows/demo", exits.FOUND),
    ],
)
def test_only_shots_that_were_looked_for_can_be_absent(
    rushes: Command, path: str, code: int
) -> None:
    assert rushes("missing", path).code == code


@pytest.fixture
def half_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames 1003 are named, but cannot be asked for size or time."""
    whole = LocalStorage.list_folder

    def list_folder(storage: LocalStorage, path: str, **given: Any) -> Listing:
        listing = whole(storage, path, **given)
        mute = [at for at, name in enumerate(listing.names) if ".1003." in name]
        told = listing.only([at for at in range(len(listing.names)) if at not in mute])
        told.unreadable += [listing.names[at] for at in mute]
        return told

    monkeypatch.setattr(LocalStorage, "list_folder", list_folder)


@pytest.mark.usefixtures("half_closed")
@pytest.mark.parametrize(
    "given",
    [
        ("missing", "renders"),
        ("disk", "renders", "--no-db"),
        ("scan", "renders", "--no-db"),
        ("ls", "renders"),
        ("ls", "-r", "renders"),
        ("watch", "renders", "--timeout", "0.2", "--poll"),
    ],
    ids=" ".join,
)
def test_a_folder_that_was_read_in_part_is_not_passed_over(
    rushes: Command, home: Path, make_frames: Make, given: tuple[str, ...]
) -> None:
    make_frames(home / "renders", [1001, 1002, 1003])
    ended = rushes(*given, *(["--workers", "1"] if given[0] != "watch" else []))
    assert ended.code == exits.UNAVAILABLE


@pytest.mark.usefixtures("half_closed")
def test_what_cannot_be_asked_is_not_recorded_as_removed(
    rushes: Command,
    home: Path,
    make_frames: Make,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    make_frames(home / "renders", [1001, 1002])
    first = rushes("scan", "renders", "--full", "--workers", "1", "--json").json["scans"][0]
    assert first["record"]["added"] == 1
    make_frames(home / "renders", [1003])
    (home / "renders" / "plate.1002.exr").rename(home / "renders" / "plate.1003.exr")
    again = rushes("scan", "renders", "--full", "--workers", "1", "--json").json["scans"][0]
    assert again["totals"]["unread_folders"] == 1
    assert (again["record"]["removed"], again["record"]["changed"]) == (0, 0)


@pytest.mark.parametrize("given", [["ls", "-r"], ["scan", "--no-db", "--json"], ["missing"]])
def test_a_reader_that_goes_away_is_no_finding(
    home: Path, make_frames: Make, given: list[str]
) -> None:
    for number in range(1000):  # more than a pipe holds
        make_frames(home / "renders" / f"{'x' * 100}{number}", [1001, 1003])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.Popen(
        [sys.executable, "-m", "rushes", *given, "renders"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
    )
    assert run.stdout is not None
    run.stdout.read(1)
    run.stdout.close()
    _, told = run.communicate()
    assert (run.returncode, told) == (exits.READER_GONE, b"")


def test_a_closed_stdout_is_one_that_swallows_all(home: Path, make_frames: Make) -> None:
    make_frames(home / "renders", [1001])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "rushes", "ls", "renders"]
    ended = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command], env=env, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (exits.OK, b"")


def test_a_file_of_the_far_future_is_recorded(
    rushes: Command,
    home: Path,
    make_frames: Make,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RUSHES_DATABASE_URL", database_url)
    make_frames(home / "renders", [1001, 1002])
    try:
        os.utime(home / "renders" / "plate.1001.exr", (10_413_792_000, 10_413_792_000))
    except OverflowError:
        pytest.skip("this file system ends before 2300")
    for expected in (1, 0):
        ended = rushes("scan", "renders", "--json")
        assert ended.code == exits.OK
        assert ended.json["scans"][0]["record"]["added"] == expected


@pytest.mark.parametrize(
    "text",
    [
        '[shots]\n"demo/sh010" = "1100-1001"\n',
        '[shots]\n"demo" = "1001-1100"\n',
        '[layout]\ntemplates = ["{banana}/{shot}"]\n',
    ],
)
def test_a_doctor_finds_settings_that_commands_would_refuse(
    rushes: Command, home: Path, text: str
) -> None:
    (home / "rushes.toml").write_text(text)
    ended = rushes("doctor")
    assert ended.code == exits.FOUND
    assert "settings" in ended.out
    assert "Something needs mending." in ended.out


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[shots]\n"a/sq/sh010" = "1-9"\n"a/sq/sh020" = "1001-"\n', 3),
        ('[shots]\n"a/sh010" = "9-1"\n', 2),
        ('[shots]\n\n"a" = "1-9"\n', 3),
    ],
)
def test_a_range_of_a_shot_that_makes_no_sense_is_told_with_file_and_line(
    rushes: Command, home: Path, make_frames: Make, text: str, line: int
) -> None:
    make_frames(home / "shows" / "a", [1001])
    (home / "rushes.toml").write_text(text)
    for command in (("missing", "shows"), ("scan", "--no-db", "shows"), ("doctor",)):
        ended = rushes(*command)
        assert f"{home / 'rushes.toml'}:{line}: shots.a" in ended.out + ended.err


def test_a_data_folder_that_cannot_be_written_is_told_in_plain_words(
    rushes: Command, home: Path, make_frames: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_frames(home / "renders", [1001])
    (home / "file").touch()
    monkeypatch.setenv("RUSHES_DATA_DIR", str(home / "file"))
    ended = rushes("scan", "renders", "--no-db", "--log-dir", "logs")
    assert ended.code == exits.OK
    assert "no stamps in" in ended.err
    assert "Not a directory." in ended.err
    assert "Errno" not in ended.err
