"""Pictures of the assets that are looked at next, made in the background by processes apart."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.inspection.look import Form, Look
from rushes.inspection.thumbnail import Made
from rushes.inspection.thumbnails import Bounds, making

_BOUNDS = Bounds(timeout=20.0, workers=2)
_KEPT = 64  # pictures in memory

Wish = tuple[Path, int]  # a file, and how many pixels wide


class Pictures:
    """A thread that makes what was wished for last, and lets go of what is wished for no more."""

    def __init__(self, form: Form) -> None:
        self._look = Look(form=form)
        self._made: dict[Wish, Made | RushesError] = {}
        self._wishes: tuple[Wish, ...] = ()
        self._changed = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def wish(self, wishes: Sequence[Wish]) -> None:
        """Want these, the most urgent first, and no others."""
        with self._changed:
            if tuple(wishes) != self._wishes:
                self._wishes = tuple(wishes)
                self._changed.notify()

    def get(self, wish: Wish) -> Made | RushesError | None:
        """The picture, or why there is none; None while it is not there yet."""
        with self._changed:
            return self._made.get(wish)

    def close(self) -> None:
        """End the thread and its processes."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or self._missing())
                if self._ended:
                    return
                batch = self._missing()
            try:
                self._make(batch)
            except Exception as error:  # noqa: BLE001 (no picture may end a review)
                lost = RushesError(Code.MEDIA_UNREADABLE, f"{type(error).__name__}: {error}")
                self._keep(dict.fromkeys(batch, lost))

    def _missing(self) -> list[Wish]:
        return [wish for wish in self._wishes if wish not in self._made]

    def _make(self, batch: list[Wish]) -> None:
        by_width: dict[int, list[Wish]] = {}
        for wish in batch:
            by_width.setdefault(wish[1], []).append(wish)
        for width, wishes in by_width.items():
            asked = ((wish, wish[0], self._look) for wish in wishes)
            watch = _Watch(self, wishes)
            pictures = making(asked, width=width, bounds=_BOUNDS, progress=watch)
            with closing(pictures):
                try:
                    for wish, outcome in pictures:
                        self._keep({wish: outcome})
                except RushesError as error:
                    if error.code is not Code.CANCELLED:
                        raise

    def _keep(self, made: dict[Wish, Made | RushesError]) -> None:
        with self._changed:
            self._made |= made
            while len(self._made) > _KEPT:
                del self._made[next(iter(self._made))]

    def unwanted(self, wishes: Sequence[Wish]) -> bool:
        """Whether none of these is wished for any more."""
        with self._changed:
            return self._ended or not set(wishes) & set(self._wishes)


class _Watch:
    """Has the making of pictures stop when nobody waits for them."""

    def __init__(self, pictures: Pictures, wishes: Sequence[Wish]) -> None:
        self._pictures, self._wishes = pictures, wishes

    def report(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say nothing."""

    def cancelled(self) -> bool:
        """True once others are wished for."""
        return self._pictures.unwanted(self._wishes)
