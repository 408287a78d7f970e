"""A reel made as planned: encoded beside its place, read again, and only then put there."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rushes.core.atomic import writing
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.dailies.clips import Clip, Plan
from rushes.exchange.dailies.framing import frames
from rushes.exchange.dailies.ordering import Dress, ordered
from rushes.inspection.reel.encoding import Chapter, ReelForm, encoding
from rushes.inspection.reel.proving import prove
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress, Silent
from rushes.transfer.hashing_algorithms import maker

UNREADABLE = "dailies.unreadable"
DIGEST = "blake3"
_BLOCK = 1 << 20
_MOST = 100  # findings of single frames of one clip; more say nothing new


@dataclass(frozen=True, slots=True)
class Reel:
    """A movie that was made and read again: its size in bytes, its digest, how many frames it has,
    and by the Version's number those that could not be read and are cards.
    """

    size: int
    digest: str
    frames: int
    unreadable: dict[int, FrameSet]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Crew:
    """Who makes it, and who is told; `papers` are written once all is known, before the reel."""

    executor: Executor
    papers: Callable[[Reel], None]
    progress: Progress = Silent()  # noqa: RUF009 (it holds nothing)


def make(
    plan: Plan, dress: Dress, form: ReelForm, place: Path, *, crew: Crew, replace: bool = False
) -> Reel:
    """The reel at `place`, whole or not at all.

    Raises `write.failed` also where something is there already and not to be replaced,
    `settings.invalid`, `executor.failed`, and `cancelled`.
    """
    check_place(place, replace=replace)
    with writing(place, replace=replace) as out:
        part = Path(out.name)
        unread, findings = _encoded(plan, dress, form, part, crew)
        prove(part, form, plan.frames, crew.progress)
        size, digest = _hashed(part)
        reel = Reel(size, digest, plan.frames, unread, findings)
        crew.papers(reel)
    return reel


def check_place(place: Path, *, replace: bool) -> None:
    """Raise `write.failed` where nothing could be put there: known before an hour of work."""
    if not place.parent.is_dir():
        raise RushesError(
            Code.WRITE_FAILED,
            f"There is no folder {escape(str(place.parent))}.",
            hint="Make it first, or name another place.",
        )
    if place.is_dir() or (os.path.lexists(place) and not replace):
        raise RushesError(
            Code.WRITE_FAILED,
            f"{escape(str(place))} is there already, and was left alone.",
            hint="Name another place, or replace the file with --replace.",
        )


def _encoded(
    plan: Plan, dress: Dress, form: ReelForm, part: Path, crew: Crew
) -> tuple[dict[int, FrameSet], tuple[Finding, ...]]:
    unread: dict[int, list[int]] = {}
    findings: list[Finding] = []
    progress = crew.progress
    with (
        encoding(part, form, _chapters(plan)) as movie,
        closing(frames(ordered(plan, dress), crew.executor)) as done,
    ):
        for (_, held, clip, frame), made in done:
            if made.problem and frame is not None:
                numbers = unread.setdefault(clip.shown.id, [])
                numbers.append(frame)
                if len(numbers) <= _MOST:
                    findings.append(_finding(clip, frame, made.problem))
            for _ in range(held):
                movie.add(made.pixels)
            progress.report(movie.frames, plan.frames, note="frames")
            if progress.cancelled():
                raise RushesError(Code.CANCELLED, "The reel was cancelled.")
    sets = {number: FrameSet.of(numbers) for number, numbers in unread.items()}
    return sets, tuple(findings)


def _chapters(plan: Plan) -> Sequence[Chapter]:
    return [
        Chapter(f"{one.clip.shown.of} {one.clip.shown.label}", one.begins, one.last)
        for one in plan.placed()
    ]


def _finding(clip: Clip, frame: int, problem: str) -> Finding:
    return Finding(
        UNREADABLE,
        Severity.ERROR,
        clip.path,
        f"{clip.shown.of}, {clip.shown.label}, frame {frame} cannot be read: {problem}",
        fix="Render or copy it again, then make the reel again.",
    )


def _hashed(place: Path) -> tuple[int, str]:
    hasher, size = maker(DIGEST)(), 0
    with open(place, "rb") as file:
        while block := file.read(_BLOCK):
            hasher.update(block)
            size += len(block)
    return size, f"{DIGEST}:{hasher.hexdigest()}"
