"""However a command ends, its exit code is the one it says, and nothing else is printed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rushes.cli import exits

Make = Callable[..., None]
FULL = "/dev/full"
needs_full = pytest.mark.skipif(not os.path.exists(FULL), reason="there is no /dev/full")


def started(
    *args: str, stdout: int | None = None, stderr: int | None = None
) -> subprocess.Popen[str]:
    """One command line in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "rushes", *args],
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=subprocess.PIPE if stderr is None else stderr,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
    )


@needs_full
@pytest.mark.parametrize(
    "given",
    [
        ("ls", "renders"),
        ("scan", "--no-db", "renders"),
        ("scan", "--no-db", "--json", "renders"),
        ("config", "show"),
        ("missing", "renders"),
        ("completion", "bash"),
        ("--help",),
        ("--version",),
        ("exr", "--help"),
        ("exr", "check", "--help"),
    ],
    ids=" ".join,
)
def test_a_full_disk_under_stdout_is_told_once_and_exits_4(
    home: Path, make_frames: Make, given: tuple[str, ...]
) -> None:
    make_frames(home / "renders", [1001, 1002])
    with open(FULL, "wb") as full:
        command = started(*given, stdout=full.fileno())
    _, told = command.communicate()
    assert command.returncode == exits.NOT_WRITTEN, told
    assert told.splitlines() == [
        "error: The file system refused: No space left on device.",
        "  Check free space and permissions, then try again.",
    ]


@needs_full
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("given", [("ls", "nosuch"), ("ls", "nosuch", "--json"), ("nosuch",)])
def test_an_error_that_nobody_can_be_told_of_keeps_its_exit_code(given: tuple[str, ...]) -> None:
    with open(FULL, "wb") as full:
        command = started(*given, stdout=full.fileno(), stderr=full.fileno())
    assert command.wait() == exits.NOT_THERE


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_command_that_is_told_to_end_does_so_as_when_interrupted(home: Path) -> None:
    """It reads settings from a pipe that says nothing, until SIGTERM comes."""
    pipe = home / "settings.toml"
    os.mkfifo(pipe)
    command = started("config", "show", "--config", str(pipe))
    with pipe.open("wb"):  # waits until the command reads
        command.send_signal(signal.SIGTERM)
        out, told = command.communicate()
    assert (command.returncode, out, told.strip()) == (exits.TERMINATED, "", "Ended.")


def test_what_watches_is_told_to_end_as_well(home: Path, make_frames: Make) -> None:
    make_frames(home / "renders", [1001])
    command = started("watch", "renders", "--no-db", "--poll", "--json")
    assert command.stdout is not None
    told_of = (line for line in command.stdout if "plate" in line)
    assert next(told_of)  # it is at work
    command.send_signal(signal.SIGTERM)
    out, told = command.communicate()
    assert (command.returncode, told) == (exits.TERMINATED, "")
    assert "interrupted" in out


@pytest.mark.skipif(sys.platform == "win32", reason="such a folder cannot be deleted")
@pytest.mark.parametrize(
    "given", [("ls",), ("ls", "-r", "."), ("scan", ".", "--no-db"), ("missing", "renders")]
)
def test_a_folder_that_was_deleted_while_one_stands_in_it_is_told_as_gone(
    rushes: Callable[..., Any], home: Path, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...]
) -> None:
    gone = home / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    ended = rushes(*given)
    assert ended.code == exits.NOT_THERE
    assert "is gone" in ended.err
    assert "free space" not in ended.err
