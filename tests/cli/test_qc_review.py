"""`rushes qc review` at a terminal: a decision is made when it is recorded, and not before."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from rushes.cli import exits
from rushes.model.signoff import Record, Result
from rushes.qc.kept import kept
from rushes.testing.reviews import recorded, sequence, tree

__all__ = ["tree"]

Command = Callable[..., Any]
# Ctrl-C comes from the terminal that a session has for its own.
OWN_TERMINAL = """
import fcntl, sys, termios
from rushes.cli.main import run
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
"""


class Terminal:
    """A terminal with a review in it, and what is typed and shown there."""

    def __init__(self, *args: str | os.PathLike[str], prelude: str = "", **env: str) -> None:
        self._mine, self.its = pty.openpty()
        fcntl.ioctl(self.its, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.before = termios.tcgetattr(self.its)
        code = f"{OWN_TERMINAL}\n{prelude}\nsys.exit(run(sys.argv[1:]))"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "qc", "review", *map(os.fspath, args)],
            stdin=self.its,
            stdout=self.its,
            stderr=self.its,
            env={**_bare(), "TERM": "xterm", "PYTHONPATH": os.pathsep.join(sys.path), **env},
            start_new_session=True,
        )
        self.output = b""

    @property
    def shown(self) -> str:
        """The text on the screen as it was drawn last."""
        last = self.output.rsplit(b"\x1b[2J", 1)[-1].decode("utf-8", "replace")
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", " ", last)

    def type(self, keys: str, *, until: str) -> str:
        """Type, and wait for a screen that says `until`."""
        os.write(self._mine, keys.encode())
        return self.wait(until)

    def wait(self, until: str) -> str:
        end = time.monotonic() + 60
        while until not in self.shown:
            alive = self.process.poll() is None and time.monotonic() < end
            assert self._pump(end, 0.5) or alive, f"{until!r} never came up:\n{self.shown}"
        return self.shown

    def ended(self) -> int:
        """The exit code, with all that was shown until then."""
        end = time.monotonic() + 60
        while self.process.poll() is None:
            self._pump(end, 0.05)
            assert time.monotonic() < end, self.shown
        while self._pump(end, 0.05):
            pass
        return self.process.returncode

    def is_as_before(self) -> bool:
        """Whether the terminal is as it was: its mode, its screen, its cursor, its pasting."""
        left = [self.output.rfind(code) for code in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?2004l")]
        taken = [self.output.rfind(code) for code in (b"\x1b[?1049h", b"\x1b[?25l", b"\x1b[?2004h")]
        undone = all(0 <= took < gave for took, gave in zip(taken, left, strict=True))
        return undone and termios.tcgetattr(self.its) == self.before

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._mine)
        os.close(self.its)

    def _pump(self, end: float, wait: float) -> bool:
        ready, _, _ = select.select(
            [self._mine], [], [], min(wait, max(0.0, end - time.monotonic()))
        )
        if ready:
            with suppress(OSError):
                data = os.read(self._mine, 1 << 20)
                self.output += data
                return bool(data)
        return False


def _bare() -> dict[str, str]:
    told = ("TMUX", "COLORTERM", "TERM_PROGRAM", "LC_TERMINAL", "KITTY_WINDOW_ID")
    return {name: value for name, value in os.environ.items() if name not in told}


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def made(*args: str | os.PathLike[str], prelude: str = "", **env: str) -> Terminal:
        opened.append(Terminal(*args, prelude=prelude, **env))
        return opened[-1]

    yield made
    for one in opened:
        one.close()


def deciding(body: str) -> str:
    """A program that puts another recorder in the place of the real one."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"""
from contextlib import contextmanager
from rushes.cli.commands.qc import review
from rushes.core.errors import Code, RushesError

def decide(asset, result, note):
{lines}

@contextmanager
def decider(session, root, **given):
    yield decide

review.decider = decider
"""


def last_record(folder: Path, name: str) -> Record:
    for one in kept(folder):
        if one.name == name and one.sidecar is not None:
            return one.sidecar.record
    raise AssertionError(name)


def test_decisions_typed_at_a_terminal_are_recorded(
    terminal: Callable[..., Terminal], tree: Path
) -> None:
    review = terminal(tree, "--operator", "alice")
    assert "a.wav" in review.wait("1 of 3")
    assert "Pass? It is not recorded yet." in review.type("p", until="Pass?")
    assert last_record(tree, "a.wav").qc_result is Result.PENDING
    review.type("p", until="Recorded: a.wav: pass, unsigned")
    assert (found := last_record(tree, "a.wav")).qc_result is Result.PASS
    assert found.operator == "alice"
    assert "b.wav" in review.shown
    review.type("f", until="fail, because:")
    review.type("clicks at 0:12\r", until="Recorded: b.wav: fail")
    found = last_record(tree, "b.wav")
    assert (found.qc_result, found.notes) == (Result.FAIL, "clicks at 0:12")
    os.write(review._mine, b"q")
    assert review.ended() == exits.OK
    assert "1 passed, 1 failed, 1 asset not decided on." in review.shown
    assert review.is_as_before()
    assert last_record(tree, "c.wav").qc_result is Result.PENDING


def test_a_decision_that_was_not_recorded_is_not_said_to_be(
    terminal: Callable[..., Terminal], tree: Path
) -> None:
    failing = deciding(
        "raise RushesError(Code.WRITE_FAILED, 'No room \\x1b[2J left.', hint='Make some.')"
    )
    review = terminal(tree, prelude=failing)
    review.wait("1 of 3")
    shown = review.type("pp", until="Not recorded: No room")
    assert r"No room \x1b[2J left." in shown
    assert "Make some." in shown
    assert "0 passed" in shown
    assert "a.wav" in shown
    assert "Not recorded" not in review.type("j", until="2 of 3")
    review.type("k", until="Not recorded: No room")
    os.write(review._mine, b"q")
    assert review.ended() == exits.NOT_WRITTEN
    assert "0 passed, 0 failed, 3 assets not decided on." in review.shown
    assert review.is_as_before()


def test_a_record_that_somebody_else_wrote_meanwhile_is_not_written_over(
    terminal: Callable[..., Terminal], tree: Path
) -> None:
    review = terminal(tree)
    review.wait("1 of 3")
    theirs = recorded(tree, "a.wav", qc_result=Result.FAIL, operator="bob")
    review.type("pp", until="Somebody else has recorded a.wav")
    assert last_record(tree, "a.wav") == theirs
    review.type("j", until="2 of 3")
    review.type("k", until="fail: first seen")
    os.write(review._mine, b"q")
    assert review.ended() == exits.UNAVAILABLE


def test_no_pass_is_recorded_for_media_that_is_gone_or_changed(
    terminal: Callable[..., Terminal], tree: Path
) -> None:
    (tree / "a.wav").unlink()
    review = terminal(tree)
    review.wait("1 of 3")
    review.type("pp", until="a.wav is not there any more")
    (tree / "b.wav").write_text("other")
    review.type("jpp", until="b.wav has changed since it was recorded")
    for name in ("a.wav", "b.wav"):
        assert last_record(tree, name).qc_result is Result.PENDING
    os.write(review._mine, b"q")
    assert review.ended() == exits.NOT_THERE


def test_ctrl_c_leaves_a_terminal_as_it_was(terminal: Callable[..., Terminal], tree: Path) -> None:
    review = terminal(tree)
    review.wait("1 of 3")
    os.write(review._mine, b"\x03")
    assert review.ended() == exits.INTERRUPTED
    assert review.is_as_before()


def test_a_fault_leaves_a_terminal_as_it_was(terminal: Callable[..., Terminal], tree: Path) -> None:
    review = terminal(tree, prelude=deciding("raise ZeroDivisionError('oops')"))
    review.wait("1 of 3")
    os.write(review._mine, b"pp")
    assert review.ended() == exits.INTERNAL
    assert "a fault in Rushes itself" in review.shown
    assert review.is_as_before()


def test_a_picture_of_the_middle_frame_is_shown(
    terminal: Callable[..., Terminal], home: Path
) -> None:
    folder = home / "root"
    folder.mkdir()
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    for frame, red in ((1001, 0.0), (1002, 1.0), (1003, 0.0)):
        pixels = {one: np.zeros((54, 96), np.float16) for one in "GB"}
        pixels["R"] = np.full((54, 96), red, np.float16)
        OpenEXR.File(header, pixels).write(str(folder / f"plate.{frame}.exr"))
    recorded(folder, "plate.%04d.exr", sequence=sequence("1001-1003", 3))
    review = terminal(folder, COLORTERM="truecolor")
    review.wait("▀")
    r, g, b = map(int, re.findall(rb"\x1b\[38;2;(\d+);(\d+);(\d+);48;", review.output)[-1])
    assert r > g + 50
    assert r > b + 50
    os.write(review._mine, b"q")
    assert review.ended() == exits.OK
    assert review.is_as_before()


def test_without_a_terminal_it_points_to_sign(rushes: Command, tree: Path) -> None:
    ended = rushes("qc", "review", tree)
    assert ended.code == exits.NOT_THERE
    assert "rushes qc sign" in ended.err


def test_json_lists_what_is_pending_without_a_terminal(rushes: Command, tree: Path) -> None:
    told = rushes("qc", "review", tree, "--json").json
    assert [one["asset"] for one in told["assets"]] == ["a.wav", "b.wav", "c.wav"]
    assert told["looked"] == 4
    every = rushes("qc", "review", tree, "--json", "--all").json
    assert len(every["assets"]) == 4
    passed = rushes("qc", "review", tree, "--json", "--result-filter", "pass").json
    assert [one["result"] for one in passed["assets"]] == ["pass"]


def test_records_that_cannot_be_read_are_told(rushes: Command, tree: Path) -> None:
    (tree / ".qc" / "a.wav.qc.json").write_text("{}")
    ended = rushes("qc", "review", tree, "--json")
    assert ended.code == exits.FOUND
    assert [one["code"] for one in ended.json["problems"]] == ["sidecar.invalid"]


def test_a_folder_without_records_is_told(rushes: Command, home: Path) -> None:
    assert rushes("qc", "review", home, "--json").code == exits.NOT_THERE
    assert rushes("qc", "review", home / "nowhere", "--json").code == exits.NOT_THERE


def test_records_kept_apart_are_found(rushes: Command, tree: Path, tmp_path: Path) -> None:
    apart = tmp_path / "apart"
    recorded(apart / tree.relative_to(tree.anchor), "d.wav")
    told = rushes("qc", "review", tree, "--json", "--sidecar-root", apart).json
    assert [one["asset"] for one in told["assets"]] == ["d.wav"]
