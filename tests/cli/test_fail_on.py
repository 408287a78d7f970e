"""`--fail-on` by either spelling, and shows that are asked for by a name that none has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits

Command = Callable[..., Any]


@pytest.mark.usefixtures("shows")
@pytest.mark.parametrize("spelling", ["warn", "warning"])
def test_a_scan_fails_on_warnings_by_either_name(
    rushes: Command, home: Path, spelling: str
) -> None:
    (home / "rushes.toml").write_text('shows_root = "shows"\n[disk]\nshot_warn = 1\n')
    whole = home / "shows" / "demo" / "sq010" / "sh0020"
    assert rushes("scan", whole, "--no-db", "--fail-on", "error").code == exits.OK
    assert rushes("scan", whole, "--no-db", "--fail-on", spelling).code == exits.FOUND


@pytest.mark.usefixtures("shows")
@pytest.mark.parametrize("spelling", ["warn", "warning"])
def test_disk_fails_on_warnings_by_either_name(rushes: Command, home: Path, spelling: str) -> None:
    (home / "rushes.toml").write_text('shows_root = "shows"\n[disk]\nshot_warn = 1\n')
    assert rushes("disk", "--no-db", "--fail-on", "critical").code == exits.OK
    assert rushes("disk", "--no-db", "--fail-on", spelling).code == exits.FOUND


@pytest.mark.parametrize("command", ["scan", "disk"])
def test_what_is_no_severity_is_refused_with_those_there_are(
    rushes: Command, shows: Path, command: str
) -> None:
    ended = rushes(command, shows, "--no-db", "--fail-on", "warnings")
    assert ended.code == exits.NOT_THERE
    assert "'warnings'" in ended.err


def test_a_show_that_is_not_there_is_told_with_those_that_are(
    rushes: Command, shows: Path, home: Path
) -> None:
    (home / "rushes.toml").write_text('shows_root = "shows"\n')
    for name in ("alpha", "nightjar", "nightfall", ".hidden"):
        (shows / name).mkdir()
    (shows / "notes.txt").touch()
    ended = rushes("disk", "nightjr", "--no-db")
    assert ended.code == exits.NOT_THERE
    assert f"There is no show nightjr in {shows}, and no such folder here." in ended.err
    assert "Shows are: nightjar, nightfall, alpha, demo." in ended.err


def test_without_a_folder_of_shows_a_name_is_that_of_a_folder(rushes: Command, home: Path) -> None:
    ended = rushes("disk", "nightjar", "--no-db")
    assert (ended.code, f"There is no folder {home / 'nightjar'}." in ended.err) == (2, True)
    (home / "rushes.toml").write_text('shows_root = "gone"\n')
    ended = rushes("disk", "nightjar", "--no-db")
    assert (ended.code, "There is no folder" in ended.err) == (2, True)
