"""What `rushes exr check` looks at: single files, patterns, and what lies in folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from rushes import bootstrap
from rushes.cli.exr.images import Wanted, WantedSequence, wanted
from rushes.cli.exr.reading import not_there
from rushes.cli.surveying import folders
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.settings import Settings
from rushes.frames.group import Group, group
from rushes.frames.notation import format_pattern, parse_pattern
from rushes.model.files import FileSequence, Kind
from rushes.ports.progress import Silent
from rushes.scan.refused import not_read

_ENDING = ".exr"


@dataclass(frozen=True, slots=True)
class Target:
    """Files that are judged together. `name`, escaped, is a file's path or a sequence's pattern.

    `files` may be gone through once. They are `moving` when they are moments in time; then `digits`
    of a frame number stand behind its point.
    """

    name: str
    count: int
    files: Iterable[Wanted]
    moving: bool = False
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """Something asked for that cannot be looked at, and why."""

    name: str
    error: RushesError


def targets(paths: Sequence[Path], settings: Settings) -> Iterator[Target | Refused]:
    """All that the paths stand for; files named one by one are grouped as in a folder.

    A folder is walked while the targets are taken.
    """
    single: list[Wanted] = []
    for path in paths:
        if os.path.isdir(path):
            yield from _in_folder(path, settings)
            continue
        for asked in wanted((path,), settings):
            if asked.refused is not None:
                yield Refused(asked.asked, asked.refused)
            if asked.sequence:
                yield from _by_pattern(asked, os.fspath(path))
            for one in () if asked.sequence else asked.files:
                if (why := not_there(one.path, one.name)) is not None:
                    yield Refused(one.name, why)
                else:
                    single.append(one)
    yield from _single(single, settings)


def _by_pattern(asked: WantedSequence, text: str) -> Iterator[Target]:
    """A target for each view of a pattern."""
    for view in parse_pattern(text).views():
        files = [
            one
            for one in asked.files
            if one.path.startswith(view.head) and one.path.endswith(view.tail)
        ]
        if files:
            name = escape(format_pattern(replace(view, frames=None)))
            moving = not view.tiles
            yield Target(name, len(files), files, moving=moving, digits=view.subframe_digits)


def _single(single: Sequence[Wanted], settings: Settings) -> Iterator[Target]:
    """Files that were named one by one, as a shell does with `plate.*.exr`."""
    by_folder: dict[str, dict[str, Wanted]] = {}
    for one in single:
        folder, _, name = one.path.rpartition("/")
        by_folder.setdefault(f"{folder}/" if _ else "", {})[name] = one
    for folder, files in by_folder.items():
        names = list(files)
        left = set(names)
        for made in group(names, bootstrap.rules(settings), folder=folder).groups:
            if len(made.frames) > 1:
                sequence = _sequence(made)
                left.difference_update(sequence.name(frame) for frame in made.frames)
                yield _target(sequence, folder, folder)
        for name in names:
            if name in left:  # alone; or hidden or temporary, but asked for
                yield Target(files[name].name, 1, [files[name]])


def _sequence(made: Group) -> FileSequence:
    return FileSequence(
        PurePosixPath(),
        made.head,
        made.tail,
        made.padding,
        made.frames,
        made.kind,
        made.subframe_digits,
    )


def _in_folder(path: Path, settings: Settings) -> Iterator[Target | Refused]:
    root = bootstrap.root(path, settings)
    given, found = os.fspath(path), False
    try:
        with closing(bootstrap.executor(settings)) as executor:
            for folder in folders(root, settings, executor=executor, progress=Silent()):
                below = folder.path.relative_to(root.below)
                if folder.unread:
                    found = True
                    name = escape(str(PurePosixPath(given) / below))
                    yield Refused(name, not_read(folder, name))
                shown, place = (_slashed(PurePosixPath(one) / below) for one in (given, root.path))
                for one in folder.sequences:
                    if _is_exr(one.sequence):
                        found = True
                        yield _target(one.sequence, shown, place)
    except RushesError as error:
        yield Refused(escape(given), error)
        return
    if not found:
        yield Refused(escape(given), _nothing(given))


def _target(sequence: FileSequence, shown: str, place: str) -> Target:
    """The sequence's files, which lie in `place`, called as if they lay in `shown`."""

    def files() -> Iterator[Wanted]:
        for frame in sequence.frames if sequence.kind is not Kind.FILE else (0,):
            name = sequence.name(frame)
            number = None if sequence.kind is Kind.FILE else frame
            yield Wanted(place + name, escape(shown + name), number)

    return Target(
        escape(shown + sequence.pattern),
        1 if sequence.kind is Kind.FILE else len(sequence.frames),
        files(),
        moving=sequence.kind is Kind.FRAMES,
        digits=sequence.subframe_digits,
    )


def _slashed(folder: PurePosixPath) -> str:
    text = str(folder)
    return "" if text == "." else text if text.endswith("/") else f"{text}/"


def _is_exr(sequence: FileSequence) -> bool:
    end = sequence.head if sequence.kind is Kind.FILE else sequence.tail
    return end.lower().endswith(_ENDING)


def _nothing(given: str) -> RushesError:
    return RushesError(
        Code.NOTHING_FOUND,
        f"There is no OpenEXR file below {escape(given)}.",
        hint="`rushes ls -r` lists what is there.",
    )
