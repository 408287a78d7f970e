"""Image files as people name them: single files, and patterns for the frames of a sequence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from rushes import bootstrap
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.settings import Settings
from rushes.frames.notation import Pattern, format_pattern, parse_pattern
from rushes.model.files import FileSequence, Kind
from rushes.model.frames import FrameSet

# A path has one slash where the address had two. What has one letter is a drive.
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+):/+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to look into: where it lies, what it is called (escaped), and its frame number."""

    path: str
    name: str
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class WantedSequence:
    """What one argument, `asked` (escaped), stands for: one file, or the frames of a `sequence`.

    Where it stands for nothing, or one of its views does, `refused` says why.
    """

    asked: str
    files: tuple[Wanted, ...] = ()
    sequence: bool = False
    refused: RushesError | None = None


def wanted(paths: tuple[Path, ...], settings: Settings) -> Iterator[WantedSequence]:
    """What each argument stands for.

    A file of that very name goes before a pattern, since `#` and `%04d` may be in a name.
    """
    for path in paths:
        yield _wanted(os.fspath(path), settings)


def _wanted(text: str, settings: Settings) -> WantedSequence:
    address = _ADDRESS.match(text)
    if address and not os.path.lexists(f"{address[1]}:"):
        return _elsewhere(f"{address[1]}://{text[address.end() :]}")
    patterns = _patterns(text)
    if not patterns:
        return WantedSequence(escape(text), (Wanted(text, escape(text)),))
    files: list[Wanted] = []
    refused = None
    for pattern in patterns:
        name = escape(text if len(patterns) == 1 else format_pattern(pattern))
        try:
            found = list(_frames(pattern, settings))
        except RushesError as error:
            refused = refused or error
            continue
        files += found
        if not found:
            refused = refused or RushesError(
                Code.NOTHING_FOUND,
                f"There is no frame of {name}.",
                hint="`rushes ls` lists a folder's sequences as they are called here.",
            )
    return WantedSequence(escape(text), tuple(files), sequence=True, refused=refused)


def _elsewhere(address: str) -> WantedSequence:
    """What stands behind an address is refused: it is no file of this machine."""
    return WantedSequence(
        escape(address),
        refused=RushesError(
            Code.USAGE,
            f"{escape(address)} is an address, and not a file.",
            hint="Name a file where its storage is mounted, or copy it here first.",
        ),
    )


def _patterns(text: str) -> tuple[Pattern, ...]:
    """The patterns, one for each view, that a text stands for; none where it names a file."""
    if os.path.lexists(text) and not os.path.isdir(text):
        return ()
    with suppress(RushesError):  # it is no pattern, then, but a file that is not there
        return parse_pattern(text).views()
    return ()


def _frames(pattern: Pattern, settings: Settings) -> Iterator[Wanted]:
    """The frames on disk among those that the pattern names, in order."""
    from rushes.scan.peek import peek

    folder, slash, head = pattern.head.rpartition("/")
    storage, options = bootstrap.storage(), bootstrap.walk_options(settings)
    rules = replace(bootstrap.rules(settings), subframes=bool(pattern.subframe_digits))
    root = bootstrap.root(Path(folder + slash), settings)
    sequences = peek(storage, root, rules=rules, options=options).folder.sequences
    asked = FileSequence(
        PurePosixPath(),
        head,
        pattern.tail,
        pattern.padding,
        FrameSet(),
        Kind.TILES if pattern.tiles else Kind.FRAMES,
        pattern.subframe_digits,
    )
    for frame, name in sorted(_named(asked, [one.sequence for one in sequences])):
        if pattern.frames is None or frame in pattern.frames:
            path = folder + slash + name
            yield Wanted(path, escape(path), frame)


def _named(asked: FileSequence, there: Iterable[FileSequence]) -> Iterator[tuple[int, str]]:
    """Frames and names of files that are called as `asked` would call them."""
    for one in there:
        if one.kind is Kind.FILE:
            number = one.head.removeprefix(asked.head).removesuffix(asked.tail)
            if number.isdecimal() and asked.name(int(number)) == one.head:
                yield int(number), one.head
        elif (one.head, one.tail) == (asked.head, asked.tail):
            names = ((frame, one.name(frame)) for frame in one.frames)
            # 1001 is called so whether it is padded to four digits or not at all.
            yield from ((frame, name) for frame, name in names if asked.name(frame) == name)
