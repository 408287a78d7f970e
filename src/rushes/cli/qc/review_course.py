"""The course of a review: which asset is looked at, what is typed, what was decided. No terminal.

A decision is signed and cannot be taken back, so it takes two keys: one to say it, one to record
it. Until then it can be undone. Pasted text only ever goes into notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from rushes.cli.qc.review_listing import Listed, result_of
from rushes.cli.qc.terminal_keys import Key, Press
from rushes.core.errors import RushesError
from rushes.model.signoff import Record, Result
from rushes.qc.kept import Kept

_LONGEST = 2_000  # characters of a note


class Stage(Enum):
    """What keys are for at the moment."""

    LOOKING = "looking"
    PASSING = "passing"  # said, not recorded
    FAILING = "failing"  # the note of a fail is being written
    NOTING = "noting"
    HELPING = "helping"


class Verdict(NamedTuple):
    """What is to be recorded of the asset that is looked at."""

    result: Result
    note: str


class Leave(NamedTuple):
    """The review is over."""


@dataclass(slots=True)
class Course:
    """Where a review stands. Numbers are positions in `listed`; `seen` is the asset as it was
    read when it came to the screen.
    """

    listed: Sequence[Listed]
    at: int = 0
    stage: Stage = Stage.LOOKING
    typed: str = ""
    message: str = ""
    notes: dict[int, str] = field(default_factory=dict)
    done: dict[int, Record] = field(default_factory=dict)
    errors: dict[int, RushesError] = field(default_factory=dict)
    seen: Kept = field(init=False)

    def __post_init__(self) -> None:
        self.seen = self.listed[0].kept()

    @property
    def note(self) -> str:
        """The note that goes with the next decision on this asset."""
        return self.notes.get(self.at, "")

    @property
    def left(self) -> int:
        """How many assets nobody has decided on in this review."""
        return len(self.listed) - len(self.done)

    def press(self, press: Press) -> Verdict | Leave | None:
        """Take one key; what is to be done about it outside, if anything."""
        if press.key is Key.GONE:
            return Leave()
        if self.stage in (Stage.NOTING, Stage.FAILING):
            return self._write(press)
        if press.key is Key.PASTE:
            self.message = "Pasted text goes into notes only: press n first."
            return None
        self.message = ""
        if self.stage is Stage.PASSING:
            return self._confirm(press)
        if self.stage is Stage.HELPING:
            self.stage = Stage.LOOKING
            return None
        return self._command(press)

    def recorded(self, record: Record) -> None:
        """The decision lies beside the media, as `record` says; on to what is left."""
        self.done[self.at] = record
        self.errors.pop(self.at, None)
        self.notes.pop(self.at, None)
        signed = f"signed with {record.signature.key}" if record.signature else "unsigned"
        said = f"Recorded: {self.seen.shown}: {result_of(record)}, {signed} ({record.reason})"
        following = [*range(self.at + 1, len(self.listed)), *range(self.at)]
        waiting = [one for one in following if one not in self.done]
        self._go(waiting[0] if waiting else self.at)
        self.message = said if waiting else f"{said}\nThat was the last one. q leaves."

    def refused(self, error: RushesError) -> None:
        """Nothing was recorded; the asset stays as it is, and on the screen."""
        self.errors[self.at] = error

    def _command(self, press: Press) -> Verdict | Leave | None:
        letter = press.text if press.key is Key.TEXT else ""
        if letter == "q":
            return Leave()
        if letter == "?":
            self.stage = Stage.HELPING
        elif letter in ("s", "j", " ") or press.key in (Key.DOWN, Key.RIGHT):
            self._move(1)
        elif letter in ("b", "k") or press.key in (Key.UP, Key.LEFT):
            self._move(-1)
        elif press.key is Key.HOME:
            self._go(0)
        elif press.key is Key.END:
            self._go(len(self.listed) - 1)
        elif letter and letter in "pfn":
            self._begin(letter)
        elif letter == "u":
            self.message = self._undo()
        return None

    def _begin(self, letter: str) -> None:
        if self.seen.problem is not None:
            self.message = "Nothing can be decided here before its record can be read again."
            return
        self.stage = {"p": Stage.PASSING, "f": Stage.FAILING, "n": Stage.NOTING}[letter]
        self.typed = self.note

    def _undo(self) -> str:
        if self.notes.pop(self.at, ""):
            return "The note was dropped."
        if self.at in self.done:
            return "That is recorded, and stays so. Decide anew to add another record."
        return "There is nothing to undo."

    def _confirm(self, press: Press) -> Verdict | None:
        if press.key is Key.ENTER or press.text == "p":
            self.stage = Stage.LOOKING
            return Verdict(Result.PASS, self.note)
        if press.key is Key.ESCAPE or press.text == "u":
            self.stage = Stage.LOOKING
            self.message = "Taken back: nothing was recorded."
        return None

    def _write(self, press: Press) -> Verdict | None:
        if press.key in (Key.TEXT, Key.PASTE):
            text = " ".join(press.text.split()) if press.key is Key.PASTE else press.text
            text = "".join(one for one in text if one.isprintable())
            self.typed = (self.typed + text)[:_LONGEST]
        elif press.key is Key.BACKSPACE:
            self.typed = self.typed[:-1]
        elif press.key is Key.CLEAR:
            self.typed = ""
        elif press.key is Key.ESCAPE:
            said = self.stage is Stage.FAILING
            self.stage = Stage.LOOKING
            self.message = "Taken back: nothing was recorded." if said else ""
        elif press.key is Key.ENTER:
            return self._written()
        return None

    def _written(self) -> Verdict | None:
        note = self.typed.strip()
        if self.stage is Stage.NOTING:
            self.stage = Stage.LOOKING
            self.notes[self.at] = note
            return None
        if not note:
            self.message = "A fail needs a note that says why. Esc takes it back."
            return None
        self.stage = Stage.LOOKING
        self.notes[self.at] = note  # still there to try again with if recording it fails
        return Verdict(Result.FAIL, note)

    def _move(self, by: int) -> None:
        to = self.at + by
        if 0 <= to < len(self.listed):
            self._go(to)
        else:
            self.message = "This is the last one." if by > 0 else "This is the first one."

    def _go(self, to: int) -> None:
        self.at = to
        self.seen = self.listed[to].kept()
