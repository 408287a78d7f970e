"""A review at the terminal: drawn, a key taken, drawn again, until it is left."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from rushes.cli.qc.review_asset import picture_of
from rushes.cli.qc.review_course import Course, Leave, Verdict
from rushes.cli.qc.review_deciding import Decide
from rushes.cli.qc.review_page import page
from rushes.cli.qc.review_pictures import Pictures, Wish
from rushes.cli.qc.terminal_abilities import way_of
from rushes.cli.qc.terminal_keyboard import Keyboard, keyboard
from rushes.cli.qc.terminal_pictures import Room, Way, form, painted, pixels_across, wiped
from rushes.cli.qc.terminal_screen import draw, size, whole_screen
from rushes.core.errors import RushesError
from rushes.inspection.thumbnail import Made

_TICK_S = 0.2  # after which it is looked whether a picture has come or the window has changed
_AHEAD = 3  # assets whose pictures are made before anybody looks


@dataclass(slots=True)
class Review:
    """Everything that one review needs; `mount` is where the listed folders lie below."""

    course: Course
    decide: Decide
    mount: Path
    operator: str
    way: Way | None = None  # found out where nobody says


def run(review: Review) -> None:
    """Review until somebody leaves. The terminal is as it was afterwards, whatever happens."""
    with ExitStack() as open_:
        keys = open_.enter_context(keyboard())
        open_.enter_context(whole_screen())  # what an old terminal makes of a question is wiped
        way = review.way or way_of(os.environ, keys, encoding=sys.stdout.encoding or "")
        pictures = None
        if way is not Way.NONE:
            pictures = open_.enter_context(closing(Pictures(form(way))))
        _Loop(review, keys, way, pictures).run()


class _Loop:
    """The screen as it was drawn last, and what it was drawn from."""

    def __init__(self, review: Review, keys: Keyboard, way: Way, pictures: Pictures | None) -> None:
        self._review, self._keys, self._way, self._pictures = review, keys, way, pictures
        self._size = size()
        self._wish: Wish | None = None
        self._shown: Made | RushesError | None = None
        self._files: dict[int, Path | None] = {}

    def run(self) -> None:
        """Until it is left."""
        course = self._review.course
        self._draw()
        while True:
            presses = self._keys.presses(_TICK_S)
            for press in presses:
                asked = course.press(press)
                if isinstance(asked, Leave):
                    return
                if isinstance(asked, Verdict):
                    self._record(asked)
                    break
            if presses or self._is_stale():
                self._draw()

    def _record(self, verdict: Verdict) -> None:
        """Have the decision recorded; nothing is said of it before it is."""
        course = self._review.course
        self._draw(recording=f"Recording {verdict.result.value} …")
        try:
            record = self._review.decide(course.seen, verdict.result, verdict.note)
        except RushesError as error:
            course.refused(error)
        else:
            course.recorded(record)
        self._keys.forget()

    def _is_stale(self) -> bool:
        if size() != self._size:
            return True
        if self._wish is None or self._pictures is None:
            return False
        return self._pictures.get(self._wish) is not self._shown

    def _draw(self, recording: str = "") -> None:
        course = self._review.course
        self._size = size()
        laid = page(
            course,
            self._size,
            operator=self._review.operator,
            pictures=self._pictures is not None,
            recording=recording,
        )
        picture = wiped(self._way)
        if laid.room is not None and self._pictures is not None:
            picture += self._picture(laid.room, self._pictures)
        draw(laid.top, laid.bottom, rows=self._size.rows, picture=picture)

    def _picture(self, room: Room, pictures: Pictures) -> str:
        """What draws the picture, or tells why it is not there; the next ones are wished for."""
        at = self._review.course.at
        near = range(at, min(at + 1 + _AHEAD, len(self._review.course.listed)))
        across = pixels_across(self._way, room)
        wishes = [(path, across) for one in near if (path := self._file(one)) is not None]
        pictures.wish(wishes)
        path = self._file(at)
        self._wish = (path, across) if path is not None else None
        self._shown = pictures.get(self._wish) if self._wish else None
        if isinstance(self._shown, Made):
            return painted(self._way, self._shown, room)
        told = "No picture can be made of it." if self._shown else "A picture is being made …"
        return f"\x1b[{room.row};{room.column}H{told}" if self._wish else ""

    def _file(self, at: int) -> Path | None:
        """The file that shows the asset, found out once: storage may be far away."""
        if at not in self._files:
            course = self._review.course
            kept = course.seen if at == course.at else course.listed[at].kept()
            self._files[at] = picture_of(kept, self._review.mount)
        return self._files[at]
