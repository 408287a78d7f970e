"""Which pictures `rushes exr thumb` is to make of what was named, and which of them together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from rushes import bootstrap
from rushes.cli.exr.images import Wanted, wanted
from rushes.cli.exr.reading import header, no_picture
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.settings import Settings
from rushes.frames.notation import (
    Pattern,
    brief_frames,
    format_frames,
    parse_frames,
    parse_pattern,
)
from rushes.inspection.look import Selection
from rushes.inspection.picking import views
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet

_ON_A_SHEET = 60  # frames of a sequence, unless somebody says which
_MOST = 100_000
_SHEET = "contact-sheet"


@dataclass(frozen=True, slots=True)
class Picks:
    """Which frames of a sequence are wanted, and whether together or layer by layer."""

    frames: str | None = None
    every: int | None = None
    sheet: bool = False
    layers: bool = False

    @property
    def chooses(self) -> bool:
        """Whether somebody said which frames."""
        return self.frames is not None or self.every is not None


@dataclass(frozen=True, slots=True)
class Wish:
    """One picture asked for: of a file, which is called `source` (escaped).

    Where there is no such file, `missing` says so; a `hole` is a frame nobody asked for by its
    number. `frame` is as it stands in the name.
    """

    path: str
    source: str
    label: str
    frame: str | None = None
    layer: str | None = None
    selection: Selection | None = None
    missing: RushesError | None = None
    hole: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One file to be written, called `stem` unless it is named: a picture, or a sheet of them."""

    stem: str
    wishes: tuple[Wish, ...]
    sheet: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Something named that no picture can be made of, and why."""

    source: str
    error: RushesError


def pages(paths: Sequence[Path], settings: Settings, picks: Picks) -> Iterator[Page | Refused]:
    """What is to be made of all that was named. Raises `usage` and `notation.invalid`."""
    groups: list[tuple[str, list[Wish]]] = []
    for path, asked in zip(paths, wanted(tuple(paths), settings), strict=True):
        if asked.refused is not None:
            yield Refused(asked.asked, asked.refused)
        if asked.sequence:
            groups += _of_sequence(asked.files, parse_pattern(os.fspath(path)), picks)
        else:
            groups += [(_stem(one.path), [_of_file(one)]) for one in asked.files]
    wished = [one for _, wishes in groups for one in wishes]
    if wished and picks.chooses and not any(one.frame for one in wished):
        raise RushesError(
            Code.USAGE,
            "--frame and --every choose frames of a sequence, and no sequence was named.",
            hint="Name one by its pattern, as in plate.%04d.exr.",
        )
    if picks.layers:
        yield from map(_layered, wished)
    elif not picks.sheet:
        yield from (Page(_stem(one.path), (one,)) for one in wished)
    elif len(groups) == 1:
        yield Page(f"{groups[0][0]}.{_SHEET}", tuple(groups[0][1]), sheet=True)
    elif groups:
        named = tuple(replace(one, label=_name(one.path)) for one in wished)
        yield Page(_SHEET, named, sheet=True)


def _of_file(one: Wanted) -> Wish:
    return Wish(one.path, one.name, _name(one.path))


def _of_sequence(
    files: Sequence[Wanted], pattern: Pattern, picks: Picks
) -> Iterator[tuple[str, list[Wish]]]:
    """For each view of a pattern, a name for it and the frames that are wanted."""
    for view in pattern.views():
        there = {
            one.frame: one
            for one in files
            if one.frame is not None
            and one.path.startswith(view.head)
            and one.path.endswith(view.tail)
        }
        if there:
            stem = PurePosixPath(view.head).name.rstrip("._- ") or "frames"
            yield stem, list(_of_frames(there, view, picks))


def _chosen(there: Sequence[int], view: Pattern, picks: Picks) -> Sequence[int]:
    """Frames in order, those among them that are not on disk, too."""
    asked = view.frames
    if picks.frames is not None:
        asked = parse_frames(picks.frames, subframe_digits=view.subframe_digits)
    elif not picks.sheet and picks.every is None:
        return [there[(len(there) - 1) // 2]]
    span: Sequence[int] = range(there[0], there[-1] + 1)
    if asked is not None:
        _bound(len(asked))
        span = list(asked)
    elif view.tiles or view.subframe_digits:
        span = there  # what is not there says nothing
    if picks.every is not None:
        span = span[:: picks.every]
    elif picks.frames is None:
        span = _spread(span)
    _bound(len(span))
    return span


def _spread(span: Sequence[int]) -> Sequence[int]:
    """The first, the last, and so many between them as a sheet shows well."""
    if len(span) <= _ON_A_SHEET:
        return span
    last = len(span) - 1
    return [span[at * last // (_ON_A_SHEET - 1)] for at in range(_ON_A_SHEET)]


def _bound(count: int) -> None:
    if count > _MOST:
        raise RushesError(
            Code.USAGE,
            f"{count:,} frames are too many for pictures of each.",
            hint="Name fewer with --frame, or a larger step with --every.",
        )


def _of_frames(there: Mapping[int, Wanted], view: Pattern, picks: Picks) -> Iterator[Wish]:
    hole = picks.frames is None and view.frames is None
    told = brief_frames(FrameSet.of(there), subframe_digits=view.subframe_digits)
    for frame in _chosen(sorted(there), view, picks):
        number = format_frames(
            FrameSet.of([frame]), padding=view.padding, subframe_digits=view.subframe_digits
        )
        if (file := there.get(frame)) is not None:
            yield Wish(file.path, file.name, number, number)
            continue
        path = _path(frame, view)
        error = RushesError(
            Code.NOTHING_FOUND, f"{escape(path)} is missing.", hint=f"There are: {told}."
        )
        yield Wish(path, escape(path), number, number, missing=error, hole=hole)


def _path(frame: int, view: Pattern) -> str:
    """Where a frame belongs that is not there."""
    kind = Kind.TILES if view.tiles else Kind.FRAMES
    folder, slash, head = view.head.rpartition("/")
    called = FileSequence(
        *(PurePosixPath(), head, view.tail, view.padding, FrameSet(), kind, view.subframe_digits)
    )
    return folder + slash + called.name(frame)


def _layered(one: Wish) -> Page | Refused:
    """All layers of one file as a sheet."""
    if one.missing is not None:
        return Refused(one.source, one.missing)
    try:
        found = header(bootstrap.storage(), one.path, one.source)
    except RushesError as error:
        return Refused(one.source, error)
    if found.image is None:
        return Refused(one.source, no_picture(found))
    parts = [(part.name, [each.name for each in part.channels]) for part in found.image.parts]
    cells = tuple(
        replace(one, label=view.label, layer=view.label, selection=view.selection)
        for view in views(parts)
    )
    if not cells:
        empty = RushesError(Code.MEDIA_UNREADABLE, f"{one.source} has no channels.")
        return Refused(one.source, empty)
    return Page(f"{_stem(one.path)}.layers", cells, sheet=True)


def _stem(path: str) -> str:
    return os.path.splitext(PurePosixPath(path).name)[0]


def _name(path: str) -> str:
    return escape(PurePosixPath(path).name)
