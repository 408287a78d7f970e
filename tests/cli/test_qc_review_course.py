"""The course of a review: what keys decide, and that what is on the screen is true."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rushes.cli.qc.review_asset import picture_of
from rushes.cli.qc.review_course import Course, Leave, Verdict
from rushes.cli.qc.review_listing import listing
from rushes.cli.qc.review_page import page
from rushes.cli.qc.terminal_keys import Key, Press
from rushes.cli.qc.terminal_screen import Line, Size, laid_out
from rushes.core.errors import Code, RushesError
from rushes.model.finding import Finding, Severity
from rushes.model.signoff import PolicyStamp, Result
from rushes.qc.kept import kept
from rushes.qc.places import Mode
from rushes.scan.roots import Root
from rushes.testing.reviews import recorded, sequence, tree

__all__ = ["tree"]

HOSTILE = "\x1b[2J\x1b]0;owned\x07\u202e"


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
