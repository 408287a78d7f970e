"""What a review shows on the screen, from where its course stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from rushes.cli.qc.review_asset import lines_of
from rushes.cli.qc.review_course import Course, Stage
from rushes.cli.qc.terminal_pictures import Room
from rushes.cli.qc.terminal_screen import Line, Size, laid_out
from rushes.core.errors import RushesError

_KEYS = {
    Stage.LOOKING: "p pass  f fail  n note  s next  b back  u undo  ? help  q quit",
    Stage.PASSING: "p or Enter records it  u or Esc takes it back",
    Stage.FAILING: "Enter records it  Esc takes it back  Ctrl-U clears the note",
    Stage.NOTING: "Enter keeps the note  Esc leaves it as it was  Ctrl-U clears it",
    Stage.HELPING: "any key goes back",
}
_HELP = (
    ("p", "pass: then p or Enter records it, u or Esc takes it back"),
    ("f", "fail: write why, then Enter records it, Esc takes it back"),
    ("n", "a note to go with the decision"),
    ("u", "undo what is not recorded yet; what is recorded and signed stays"),
    ("s j ↓ →", "next"),
    ("b k ↑ ←", "back"),
    ("Home End", "first, last"),
    ("q Ctrl-C", "quit; what is recorded is kept, all else stays as it is"),
)
_PICTURE_ROWS = 6  # with less, a picture shows nothing


class Page(NamedTuple):
    """Rows from the top and at the bottom, and the room between them for a picture."""

    top: list[str]
    bottom: list[str]
    room: Room | None


def page(course: Course, size: Size, *, operator: str, pictures: bool, recording: str = "") -> Page:
    """The screen as it is to be; `recording` says what is being recorded just now."""
    bottom = _clipped(
        laid_out([*_bottom(course, recording)], size.columns), size.rows // 2, last=True
    )
    head = laid_out([_head(course, operator), Line("")], size.columns)
    if course.stage is Stage.HELPING:
        lines = [Line(text, keys) for keys, text in _HELP]
        return Page([*head, *laid_out(lines, size.columns)], bottom, None)
    free = size.rows - len(bottom) - len(head)
    body = laid_out(list(lines_of(course.seen)), size.columns)
    wanted = _PICTURE_ROWS + 1 if pictures and free > 2 * _PICTURE_ROWS else 0
    body = _clipped(body, max(1, free - wanted))
    top = [*head, *body]
    row = len(top) + 2
    rows = size.rows - len(bottom) - row
    room = Room(row, 1, size.columns - 1, rows, size.cell_width, size.cell_height)
    return Page(top, bottom, room if rows >= _PICTURE_ROWS - 1 else None)


def _head(course: Course, operator: str) -> Line:
    counts = Counter(record.qc_result.value for record in course.done.values())
    told = f"{course.at + 1:,} of {len(course.listed):,}   {counts['pass']:,} passed,"
    return Line(
        f"{told} {counts['fail']:,} failed, {course.left:,} left   {operator}", colour="cyan"
    )


def _bottom(course: Course, recording: str) -> Iterator[Line]:
    if error := course.errors.get(course.at):
        yield from _error(error)
    if course.stage in (Stage.NOTING, Stage.FAILING):
        word = "fail, because" if course.stage is Stage.FAILING else "note"
        yield Line(f"{word}: {course.typed}▏", bold=True)
    elif course.note:
        yield Line(course.note, "your note")
    if course.stage is Stage.PASSING:
        yield Line("Pass? It is not recorded yet.", colour="green", bold=True)
    if course.message:
        yield Line(course.message, colour="yellow")
    yield Line(recording or _KEYS[course.stage], colour="bright_black")


def _error(error: RushesError) -> Iterator[Line]:
    yield Line(f"Not recorded: {error.message}", colour="red", bold=True)
    if error.hint:
        yield Line(error.hint)


def _clipped(rows: list[str], most: int, *, last: bool = False) -> list[str]:
    """At most so many rows, from the beginning or the end, and how many more there are."""
    if len(rows) <= most:
        return rows
    if last:
        return rows[-max(1, most) :]
    hidden = len(rows) - most + 1
    return [*rows[: most - 1], f"… {hidden:,} more lines"]
