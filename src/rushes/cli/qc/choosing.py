"""Which assets a person means: folders, files, patterns, globs, a list, a shot."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from rushes import bootstrap
from rushes.cli import show
from rushes.cli.qc.walking import media_folders
from rushes.cli.surveying import shows_root
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape, unescape
from rushes.core.settings import Settings
from rushes.frames.notation import parse_pattern
from rushes.model.files import FoundFolder
from rushes.ports.executor import Executor
from rushes.ports.progress import Progress
from rushes.qc.asset import Asset, assets
from rushes.qc.bench import Wanted, everything
from rushes.qc.places import is_artefact
from rushes.scan.layout import Layout, Place
from rushes.scan.peek import peek
from rushes.scan.roots import Root

Part = tuple[Root, Iterable[FoundFolder], Wanted]


@dataclass(slots=True)
class Named:
    """Assets named one by one in one folder: by file names, and by patterns."""

    files: set[str] = field(default_factory=set)
    patterns: dict[str, str] = field(default_factory=dict)  # as asked, by head and tail


def read_list(path: str) -> list[Path]:
    """Paths from a file, one on each line; `-` is standard input.

    Raises `path.not_found` and `path.unreadable`.
    """
    try:
        if path == "-":
            lines = sys.stdin.buffer.read().splitlines()
        else:
            lines = Path(path).read_bytes().splitlines()
    except OSError as error:
        gone = isinstance(error, (FileNotFoundError, NotADirectoryError))
        raise RushesError(
            Code.PATH_NOT_FOUND if gone else Code.PATH_UNREADABLE,
            f"The list {escape(path)} cannot be read: {error.strerror or error}.",
            hint="Give a file with one path on each line, or - for standard input.",
        ) from error
    return [Path(os.fsdecode(line)) for line in lines if line.strip()]


def chosen(
    paths: Sequence[Path],
    shots: Sequence[str],
    settings: Settings,
    *,
    executor: Executor,
    progress: Progress,
) -> Iterator[Part]:
    """What is meant by paths (folders, files, patterns, globs) and shots.

    Everything is looked for before anything is done: raises `path.not_found` or `nothing.found`
    for the first that means nothing.
    """
    whole: list[Path] = []
    single: dict[str, Named] = {}
    for path in _expanded(paths):
        if os.path.isdir(path):
            whole.append(path)
        else:
            folder, _, name = os.fspath(path).rpartition("/")
            _name(single.setdefault(folder or ("/" if path.is_absolute() else "."), Named()), name)
    parts = [_of_folder(folder, named, settings) for folder, named in single.items()]
    for shot in shots:
        parts += _of_shot(shot, settings, executor=executor, progress=progress)
    for path in whole:
        root = bootstrap.root(path, settings)
        walked = media_folders(root, settings, executor=executor, progress=progress)
        parts.append((root, walked, everything))
    yield from parts


def _expanded(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        text = os.fspath(path)
        plain = _unescaped(text)
        if plain != text and _is_there(plain) and not _is_there(text):
            yield Path(plain)
        elif os.path.lexists(text) or not glob.has_magic(text) or _is_pattern(text):
            yield path
        else:
            yield from _globbed(text, plain)


def _unescaped(text: str) -> str:
    """What a path means if it is written as `rushes ls` prints it, else the path itself."""
    try:
        plain = unescape(text)
    except RushesError:
        return text
    return text if "\0" in plain else plain


def _is_there(text: str) -> bool:
    """Whether a file or folder goes by that text: by its name, as records call it, by a pattern."""
    folder, name = os.path.split(text)
    if os.path.lexists(text) or os.path.lexists(text.replace("%%", "%")):
        return True
    if not _is_pattern(name):
        return False
    views = parse_pattern(name).views()
    with suppress(OSError):
        return any(
            one.startswith(view.head) and one.endswith(view.tail)
            for one in os.listdir(folder or ".")
            for view in views
        )
    return False


def _globbed(text: str, plain: str) -> Iterator[Path]:
    """The files and folders that a glob matches; what is neither is passed by, and told."""
    found = sorted(glob.glob(text) or glob.glob(plain))
    whole = [one for one in found if os.path.isfile(one) or os.path.isdir(one)]
    for one in sorted(set(found).difference(whole)):
        show.note(f"Passed by, as it is no regular file: {escape(one)}")
    if not whole:
        raise _nothing(text)
    yield from map(Path, whole)


def _is_pattern(text: str) -> bool:
    try:
        return bool(parse_pattern(os.path.basename(text)).views())
    except RushesError:
        return False


def _name(named: Named, name: str) -> None:
    if _is_pattern(name):
        pattern = parse_pattern(name)
        for one in pattern.views():
            named.patterns[f"{one.head}\0{one.tail}"] = name
    else:
        named.files.add(name)


def _of_folder(folder: str, named: Named, settings: Settings) -> Part:
    root = bootstrap.root(Path(folder), settings)
    found = peek(
        bootstrap.storage(),
        root,
        rules=bootstrap.rules(settings),
        options=bootstrap.walk_options(settings),
    ).folder
    meant = _meant(list(assets(found, {})), named, folder)

    def wanted(_folder: PurePosixPath, asset: Asset) -> bool:
        return asset.name in meant

    return root, [found], wanted


def _meant(there: Sequence[Asset], named: Named, folder: str) -> set[str]:
    """The names of those assets of a folder that are meant. Raises for what means none."""
    meant: set[str] = set()
    files, patterns = set(named.files), dict(named.patterns)
    for asset in there:
        made, own = asset.found.sequence, asset.files()
        if asset.is_sequence and patterns.pop(f"{made.head}\0{made.tail}", None) is not None:
            meant.add(asset.name)
        if files and files.issuperset(own):
            meant.add(asset.name)
            files.difference_update(own)
        elif files.intersection(own):
            raise _frame(folder, min(files.intersection(own)), asset)
    # Whatever else has such a name: as records call it, or a file that is called like a pattern.
    others = {one.found.sequence.head: one.name for one in there if not one.is_sequence}
    others |= {one.name: one.name for one in there}
    for left in (*sorted(files), *patterns.values()):
        if left in others:
            meant.add(others[left])
        elif not (is_artefact(left) and meant):  # a glob takes sidecars along
            raise _nothing(os.path.join(folder, left))
    return meant


def _of_shot(
    shot: str, settings: Settings, *, executor: Executor, progress: Progress
) -> Iterator[Part]:
    shows = shows_root(settings)
    layout = bootstrap.layout(settings)
    names = tuple(shot.split("/"))
    if len(names) not in (2, 3) or not all(names):
        raise RushesError(
            Code.USAGE,
            f"{shot!r} is no shot.",
            hint="Write SHOW/SHOT or SHOW/SEQUENCE/SHOT, as in demo/sq010/sh0010.",
        )
    root = bootstrap.root(shows / names[0], settings)
    walked = media_folders(root, settings, executor=executor, progress=progress)
    found = [folder for folder in walked if _is_shot(layout, folder.path, names)]
    if not any(folder.sequences for folder in found):
        raise RushesError(
            Code.NOTHING_FOUND,
            f"There is no file of the shot {escape(shot)} below {escape(str(shows))}.",
            hint="`layout.templates` in the settings say where a shot's folders lie.",
        )
    yield root, found, everything


def _is_shot(layout: Layout, folder: PurePosixPath, names: tuple[str, ...]) -> bool:
    place: Place = layout.place(folder)
    if not place.shot:
        return False
    return names in ((place.show, place.shot), (place.show, place.sequence, place.shot))


def _frame(folder: str, name: str, asset: Asset) -> RushesError:
    return RushesError(
        Code.USAGE,
        f"{escape(os.path.join(folder, name))} is only one frame of {escape(asset.name)}.",
        hint=f"A sequence is signed off as a whole: {escape(os.path.join(folder, asset.name))}",
    )


def _nothing(text: str) -> RushesError:
    there = os.path.lexists(text)
    return RushesError(
        Code.NOTHING_FOUND if there else Code.PATH_NOT_FOUND,
        f"There is no media at {escape(text)}.",
        hint="`rushes ls` lists a folder's sequences as they are called here.",
    )
