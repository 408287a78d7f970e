"""`rushes qc review`: what is on the screen is true, and a decision is made when it is recorded."""

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
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from rushes.cli import exits
from rushes.cli.qc.review_asset import picture_of
from rushes.cli.qc.review_course import Course, Leave, Verdict
from rushes.cli.qc.review_listing import listing
from rushes.cli.qc.review_page import page
from rushes.cli.qc.terminal_abilities import way_of
from rushes.cli.qc.terminal_keys import Decoder, Key, Press
from rushes.cli.qc.terminal_pictures import Room, Way, painted
from rushes.cli.qc.terminal_screen import Line, Size, laid_out
from rushes.core.errors import Code, RushesError
from rushes.inspection.thumbnail import Made
from rushes.model.finding import Finding, Severity
from rushes.model.signoff import (
    CheapPrint,
    PolicyStamp,
    Record,
    Result,
    SequencePrint,
    Sidecar,
    State,
)
from rushes.qc.kept import kept
from rushes.qc.places import Mode
from rushes.qc.sidecar import encode
from rushes.scan.roots import Root

Command = Callable[..., Any]
# Ctrl-C comes from the terminal that a session has for its own.
OWN_TERMINAL = """
import fcntl, sys, termios
from rushes.cli.main import run
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
"""
HOSTILE = "\x1b[2J\x1b]0;owned\x07\u202e"
RECORD = Record(
    qc_id="0199",
    qc_time=datetime(2026, 11, 21, tzinfo=UTC),
    operator="night",
    tool_version="rushes/0",
    policy_version="2025.11.0",
    policy=PolicyStamp("plates", "3", "sha256:00"),
    asset_path="/shows",
    asset_name="",
    asset_id=None,
    content_hash=f"blake3:{blake3(b'media').hexdigest()}",
    content_state=State.NEW,
    cheap_fp=CheapPrint(1, 1, 1),
    sequence=None,
    qc_result=Result.PENDING,
    notes="",
    reason="first seen",
    changes=None,
    findings=(),
    previous=None,
    signature=None,
)


def recorded(folder: Path, name: str, **other: Any) -> Record:
    """Lay a record beside an asset that is said to be there."""
    (folder / ".qc").mkdir(parents=True, exist_ok=True)
    made = replace(RECORD, asset_name=name, **other)
    (folder / ".qc" / f"{name}.qc.json").write_bytes(encode(Sidecar(made)))
    return made


@pytest.fixture
def tree(home: Path) -> Path:
    """Three single files that are pending, and one that has passed."""
    root = home / "root"
    for name in ("a.wav", "b.wav", "c.wav"):
        recorded(root, name)
        (root / name).write_text("media")
    recorded(root, "passed.wav", qc_result=Result.PASS)
    return root


def course(root: Path, results: tuple[str, ...] = ("pending",)) -> Course:
    return Course(listing(Root(str(root)), results, mode=Mode.SUBDIR).assets)


def typed(review: Course, text: str) -> list[Verdict | Leave]:
    """Press keys one after the other; what is to be done about them."""
    keys = {"\r": Key.ENTER, "\x1b": Key.ESCAPE, "\x7f": Key.BACKSPACE}
    asked = [review.press(Press(keys.get(one, Key.TEXT), one)) for one in text]
    return [one for one in asked if one is not None]


def screen(review: Course, columns: int = 80, rows: int = 24) -> str:
    laid = page(review, Size(columns, rows), operator="alice", pictures=False)
    return "\n".join([*laid.top, *laid.bottom])


# A terminal of its own


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


# The course of a review


def test_a_pass_can_be_taken_back_until_it_is_recorded(tree: Path) -> None:
    review = course(tree)
    assert typed(review, "pu") == []
    assert typed(review, "p\x1b") == []
    assert typed(review, "pjq") == []  # nothing but yes or no is heard
    assert typed(review, "\r") == [Verdict(Result.PASS, "")]


def test_a_fail_needs_a_reason(tree: Path) -> None:
    review = course(tree)
    assert typed(review, "f\r  \r") == []
    assert "needs a note" in screen(review)
    assert typed(review, "noise\x7fy\r") == [Verdict(Result.FAIL, "noisy")]


def test_a_note_goes_with_the_decision_of_its_own_asset(tree: Path) -> None:
    review = course(tree)
    assert typed(review, "nfine\rj") == []
    assert typed(review, "pp") == [Verdict(Result.PASS, "")]
    assert typed(review, "k") == []
    assert "your note fine" in screen(review)
    assert typed(review, "pp") == [Verdict(Result.PASS, "fine")]


def test_pasted_text_decides_nothing(tree: Path) -> None:
    review = course(tree)
    assert review.press(Press(Key.PASTE, "pp\nq")) is None
    assert review.done == {}
    typed(review, "n")
    review.press(Press(Key.PASTE, "two\nlines\x1b[2J"))
    assert review.typed == "two lines[2J"


def test_what_is_recorded_is_shown_as_it_lies_there(tree: Path) -> None:
    review = course(tree)
    made = recorded(tree, "a.wav", qc_result=Result.PASS, reason="signed off as pass")
    review.recorded(made)
    assert "Recorded: a.wav: pass, unsigned" in screen(review)
    assert "1 passed, 0 failed, 2 left" in screen(review)
    typed(review, "k")
    assert "pass: signed off as pass" in screen(review)
    typed(review, "u")
    assert "stays so" in screen(review)


def test_after_the_last_decision_it_waits_to_be_left(tree: Path) -> None:
    review = course(tree)
    for name in ("a.wav", "b.wav", "c.wav"):
        review.recorded(recorded(tree, name, qc_result=Result.PASS))
    assert "That was the last one" in screen(review)
    assert typed(review, "q") == [Leave()]


def test_an_error_stays_with_its_asset(tree: Path) -> None:
    review = course(tree)
    review.refused(RushesError(Code.LOCK_UNAVAILABLE, "In use.", hint="Wait."))
    assert "Not recorded: In use." in screen(review)
    assert review.left == 3
    typed(review, "j")
    assert "In use." not in screen(review)
    typed(review, "k")
    review.recorded(recorded(tree, "a.wav", qc_result=Result.PASS))
    assert review.errors == {}


def test_a_record_that_became_unreadable_takes_no_decision(tree: Path) -> None:
    review = course(tree)
    (tree / ".qc" / "b.wav.qc.json").write_text("{}")
    assert typed(review, "jpp") == []
    assert "no sidecar as Rushes writes them" in screen(review, columns=500)


def sequence(frames: str, count: int) -> SequencePrint:
    return SequencePrint(
        base="plate",
        ext="exr",
        first="plate.1001.exr",
        last="plate.1003.exr",
        frame_count=count,
        frame_min=1001,
        frame_max=1003,
        pad=4,
        range_count=1,
        holes=1,
        frames=frames,
        kind="frames",
        subframe_digits=0,
        cheap_fp=CheapPrint(1, 1, 1),
    )


def test_all_that_matters_is_on_the_screen(tmp_path: Path) -> None:
    finding = Finding("frames.missing", Severity.ERROR, "plate", "1002 is missing")
    recorded(
        tmp_path,
        "plate.%04d.exr",
        sequence=sequence("1001,1003", 2),
        findings=(finding,),
        notes="look at the edges",
    )
    shown = screen(course(tmp_path))
    assert "plate.%04d.exr" in shown
    assert "pending: first seen" in shown
    assert "1001,1003  (2 frames, 1 hole)" in shown
    assert "plates 3 (policy version 2025.11.0)" in shown
    assert "look at the edges" in shown
    assert "frames.missing  1002 is missing" in shown


def test_many_findings_leave_room_for_the_keys(tmp_path: Path) -> None:
    many = tuple(Finding(f"r{at}", Severity.NOTE, "", "x") for at in range(100))
    recorded(tmp_path, "a.mov", findings=many)
    shown = screen(course(tmp_path), rows=20)
    assert len(shown.splitlines()) <= 20
    assert "more lines" in shown
    assert "q quit" in shown


def test_nothing_that_a_record_says_reaches_the_terminal_raw(tmp_path: Path) -> None:
    finding = Finding("r", Severity.ERROR, HOSTILE, HOSTILE)
    recorded(
        tmp_path,
        "a.mov",
        operator=HOSTILE,
        notes=HOSTILE,
        reason=HOSTILE,
        policy_version=HOSTILE,
        policy=PolicyStamp(HOSTILE, HOSTILE, ""),
        findings=(finding,),
    )
    review = course(tmp_path)
    review.refused(RushesError(Code.WRITE_FAILED, HOSTILE, hint=HOSTILE))
    laid = page(review, Size(80, 60), operator=HOSTILE, pictures=False)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", "".join([*laid.top, *laid.bottom]))
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


@given(st.text(), st.integers(1, 200))
def test_no_text_can_draw_outside_of_its_line(text: str, columns: int) -> None:
    rows = laid_out([Line(text, "notes")], columns)
    assert rows
    assert all(one.isprintable() for row in rows for one in row)


@pytest.mark.parametrize(
    ("name", "frames", "file"),
    [
        ("plate.%04d.exr", "1001-1003", "plate.1002.exr"),
        ("a#b.%04d.exr", "1001-1003", "plate.1001.exr"),  # no pattern that anybody would write
        ("tex.%UDIM.exr", "1001-1003", "tex.1002.exr"),
    ],
)
def test_a_sequence_is_shown_by_its_middle_frame(
    tmp_path: Path, name: str, frames: str, file: str
) -> None:
    kind = "tiles" if "UDIM" in name else "frames"
    recorded(tmp_path, name, sequence=replace(sequence(frames, 3), kind=kind))
    (one,) = kept(tmp_path)
    assert picture_of(one, tmp_path) == tmp_path / file


# Keys and pictures


@pytest.mark.parametrize(
    ("data", "presses"),
    [
        (b"p", [Press(Key.TEXT, "p")]),
        ("é漢".encode(), [Press(Key.TEXT, "é"), Press(Key.TEXT, "漢")]),
        (
            b"\x1b[A\x1bOB\r\x7f",
            [Press(Key.UP), Press(Key.DOWN), Press(Key.ENTER), Press(Key.BACKSPACE)],
        ),
        (b"\x1bp\x1b[15~\x1b[1;5C", [Press(Key.RIGHT)]),  # Alt-p passes nothing
        (b"\x1b[200~pp\rq\x1b[201~", [Press(Key.PASTE, "pp\rq")]),
        (b"\x1b[?62;4c\x1b_Gi=31;OK\x1b\\\x1b]0;pp\x07", []),  # answers, not keys
        (b"\xffp\x01", [Press(Key.TEXT, "p")]),
        (b"\x1b\x1b[A", [Press(Key.ESCAPE), Press(Key.UP)]),
    ],
)
def test_keys_are_told_apart_in_whatever_pieces_they_come(
    data: bytes, presses: list[Press]
) -> None:
    assert Decoder().feed(data) == presses
    decoder = Decoder()
    assert [press for byte in data for press in decoder.feed(bytes([byte]))] == presses


def test_escape_alone_is_a_key_once_nothing_follows() -> None:
    decoder = Decoder()
    assert decoder.feed(b"\x1b") == []
    assert decoder.pause() == [Press(Key.ESCAPE)]
    assert decoder.feed(b"p") == [Press(Key.TEXT, "p")]


@given(st.binary())
def test_no_bytes_upset_the_decoder(data: bytes) -> None:
    decoder = Decoder()
    decoder.feed(data)
    decoder.pause()


class Answering:
    """A terminal that answers one thing to all questions."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer

    def presses(self, timeout: float) -> list[Press]:
        return []

    def forget(self) -> None: ...

    def ask(self, question: bytes, end: re.Pattern[bytes], timeout: float) -> bytes:
        return self.answer


@pytest.mark.parametrize(
    ("environ", "answer", "way"),
    [
        ({"KITTY_WINDOW_ID": "1"}, b"", Way.KITTY),
        ({"TERM_PROGRAM": "iTerm.app"}, b"", Way.ITERM2),  # codespell:ignore iterm
        ({}, b"\x1b_Gi=31;OK\x1b\\\x1b[?62c", Way.KITTY),
        ({}, b"\x1b[?62;4;22c", Way.SIXEL),
        ({"COLORTERM": "truecolor"}, b"\x1b[?62;14c", Way.BLOCKS),
        ({"COLORTERM": "truecolor", "KITTY_WINDOW_ID": "1", "TMUX": "x"}, b"", Way.BLOCKS),
        ({"COLORTERM": "truecolor", "NO_COLOR": "1"}, b"", Way.NONE),
        ({}, b"", Way.NONE),
    ],
)
def test_a_terminal_is_given_the_best_that_it_takes(
    environ: dict[str, str], answer: bytes, way: Way
) -> None:
    assert way_of(environ, Answering(answer), encoding="utf-8") is way


ROOM = Room(5, 1, 40, 10, 8, 16)


def made(columns: int, rows: int) -> Made:
    y, x = np.mgrid[0:rows, 0:columns]
    pixels = np.stack([255 * x // columns, 255 * y // rows, 0 * x], axis=2)
    return Made(columns, rows, pixels.astype(np.uint8).tobytes())


@pytest.mark.parametrize(("columns", "rows"), [(96, 54), (10, 300), (300, 3), (1, 1)])
def test_half_blocks_stay_within_their_room(columns: int, rows: int) -> None:
    text = painted(Way.BLOCKS, made(columns, rows), ROOM)
    lines = re.findall(r"\x1b\[(\d+);1H([^H]*)", text)
    assert 1 <= len(lines) <= ROOM.rows
    assert all(ROOM.row <= int(row) < ROOM.row + ROOM.rows for row, _ in lines)
    assert all(1 <= line.count("▀") <= ROOM.columns for _, line in lines)


def test_a_sixel_picture_holds_the_colours_of_its_pixels() -> None:
    picture = made(96, 54)
    pixels = decoded(painted(Way.SIXEL, picture, ROOM))
    wanted = np.frombuffer(picture.data, np.uint8).reshape(54, 96, 3) / 255 * 100
    assert pixels.shape == (54, 96, 3)
    assert np.abs(pixels - wanted).max() <= 20.5
    assert np.abs(pixels.mean(axis=(0, 1)) - wanted.mean(axis=(0, 1))).max() < 1


def decoded(text: str) -> Any:
    """The pixels of a sixel picture, 0 to 100, read as a terminal reads them."""
    found = re.search(r'"1;1;(\d+);(\d+)((?:#\d+;2;\d+;\d+;\d+)*)(.*)\x1b\\', text, re.DOTALL)
    assert found is not None
    width, height = int(found.group(1)), int(found.group(2))
    palette = {
        int(one): (int(r), int(g), int(b))
        for one, r, g, b in re.findall(r"#(\d+);2;(\d+);(\d+);(\d+)", found.group(3))
    }
    pixels = np.full((height, width, 3), -1)
    top, at, colour = 0, 0, (0, 0, 0)
    for number, count, letter in re.findall(r"#(\d+)|(?:!(\d+))?([?-~$-])", found.group(4)):
        if number:
            colour = palette[int(number)]
        elif letter == "$":
            at = 0
        elif letter == "-":
            top, at = top + 6, 0
        else:
            run = int(count or 1)
            for bit in range(6):
                if (ord(letter) - 63) >> bit & 1:
                    pixels[top + bit, at : at + run] = colour
            at += run
    return pixels


def test_kittys_pictures_go_in_pieces_and_iterms_in_one() -> None:
    picture = Made(96, 54, b"\x89PNG" + b"x" * 9_000)
    pieces = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", painted(Way.KITTY, picture, ROOM))
    assert [head[-1] for head, _ in pieces] == ["1", "1", "0"]
    assert all(len(piece) <= 4096 for _, piece in pieces)
    assert "a=T,f=100" in pieces[0][0]
    one = painted(Way.ITERM2, picture, ROOM)
    assert one.count("\x1b]1337;File=inline=1;size=9004") == 1
    assert one.endswith("\x07")
