"""What a fault of Rushes' own looks like: never silent, never success, and true about the log."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from rushes.cli import exits
from rushes.cli.commands import config as config_command
from rushes.core import settings

from .conftest import Command


def _fail(*_: object, **__: object) -> NoReturn:
    raise ValueError("no such luck with postgresql://artist:hunter2@db/rushes")


def test_a_fault_names_the_log_file_that_holds_its_traceback(
    rushes: Command, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(config_command, "setting_rows", _fail)
    ended = rushes("config", "show", "--log-dir", tmp_path / "logs")
    log = tmp_path / "logs" / "rushes.log"
    assert ended.code == exits.INTERNAL
    assert ended.out == ""
    assert f"The details are in {log}." in ended.err
    assert "Traceback" in log.read_text("utf-8")


def test_a_fault_before_the_log_is_open_promises_no_log(
    rushes: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "load", _fail)
    ended = rushes("config", "show")
    assert ended.code == exits.INTERNAL
    assert "This run has no log file" in ended.err
    assert "details are in" not in ended.err


def test_a_fault_does_not_print_a_password(
    rushes: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "load", _fail)
    ended = rushes("config", "show")
    assert "hunter2" not in ended.err
    assert "no such luck" in ended.err
