"""The progress bar: never on a line with a result, and gone when all is done."""

from __future__ import annotations

import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path

import pytest

from rushes.testing.media.exr_corners import file, header

POLICY = "aces-container"
MIXED = """
from time import sleep
from rushes.cli import show
from rushes.cli.progress import progress
with progress("working") as watched:
    watched.report(1, note="files")
    sleep(0.15)  # longer than the bar rests
    show.text("first")
    watched.report(2, note="files")
    sleep(0.15)
    watched.report(3, note="files")
    sleep(0.15)
    show.note("second")
    show.json("s/1", {})
    watched.report(4, 9, note="files")
print("last")
"""


def on_terminal(*words: str, out: Path | None = None) -> tuple[str, list[str]]:
    """All that a Python program sent to its terminal, and what is to be seen there at the end."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
    written = os.open(out, os.O_WRONLY | os.O_CREAT) if out is not None else None
    env = {**os.environ, "TERM": "xterm", "NO_COLOR": ""}
    program = subprocess.Popen(
        [sys.executable, *words],
        stdin=subprocess.DEVNULL,
        stdout=theirs if written is None else written,
        stderr=theirs,
        env=env,
    )
    os.close(theirs)
    if written is not None:
        os.close(written)
    sent = bytearray()
    try:
        while data := os.read(ours, 65_536):
            sent += data
    except OSError:  # how Linux says that nobody holds the other end any more
        pass
    program.wait()
    os.close(ours)
    text = sent.decode("utf-8")
    return text, seen(re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", text))


def seen(pieces: Sequence[str]) -> list[str]:
    """The lines of a screen, as far as a bar of one line needs one."""
    lines, row, column = [""], 0, 0
    for one in pieces:
        if one == "\r":
            column = 0
        elif one == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif one == "\x1b[2K":
            lines[row] = ""
        elif one.endswith("A") and one.startswith("\x1b"):
            row -= int(one[2:-1] or 1)
        elif not one.startswith("\x1b"):
            lines[row] = lines[row][:column].ljust(column) + one + lines[row][column + len(one) :]
            column += len(one)
    return [line.rstrip() for line in lines if line.strip()]


def test_what_is_printed_while_a_bar_is_drawn_stands_on_lines_of_its_own() -> None:
    sent, screen = on_terminal("-c", MIXED)
    assert screen == ["first", "second", "{", '  "schema": "s/1"', "}", "last"]
    assert "3 files" in re.sub(r"\x1b\[[0-9;]*m", "", sent)  # it came back after the first


def test_one_file_is_counted_as_one() -> None:
    sent, _ = on_terminal("-c", MIXED)
    assert "1 file " in sent
    assert "1 files" not in sent


@pytest.mark.parametrize(
    "command", [["stats"], ["stats", "--each"], ["check", "--policy", POLICY], ["diff", "a.exr"]]
)
@pytest.mark.usefixtures("home")
def test_results_are_not_glued_to_the_bar(home: Path, command: list[str]) -> None:
    for name in ("a.exr", "b.exr"):
        (home / name).write_bytes(file(header("int 0")))
    words = ["-m", "rushes", "exr", *command, "b.exr", "nosuch.exr"]
    sent, screen = on_terminal(*words[: -1 if command[0] == "diff" else None])
    assert "━" in sent
    assert screen
    assert not [line for line in screen if "━" in line]


@pytest.mark.usefixtures("home")
def test_results_go_where_they_are_sent_while_the_bar_is_on_the_terminal(home: Path) -> None:
    (home / "a.exr").write_bytes(file(header("int 0")))
    sent, screen = on_terminal(
        *("-c", "import rushes.cli.progress as p\nwith p.progress('x'): print('result')"),
        out=home / "out.txt",
    )
    assert "━" in sent
    assert screen == []
    assert (home / "out.txt").read_text() == "result\n"
