"""One file sequence in its folder, named by a pattern, where a command looks into folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rushes import bootstrap
from rushes.cli.listing import Listed
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape, unescape
from rushes.core.settings import Settings
from rushes.frames.notation import Pattern, format_frames, format_pattern, parse_pattern
from rushes.model.files import FoundFolder, FoundSequence, Kind, LeftOut
from rushes.model.scan import Actor
from rushes.scan import dead_links
from rushes.scan.gaps import Expect, subject
from rushes.scan.peek import peek
from rushes.scan.roots import Root
from rushes.scan.survey import Sink, Survey, survey

_TOLD = 3


@dataclass(frozen=True, slots=True)
class OneSequence:
    """What a pattern on the command line means: `folder` holds nothing else.

    That is two sequences where the pattern stands for two views.
    """

    path: Path
    root: Root
    folder: FoundFolder

    def listed(self) -> Listed:
        """To be listed like a folder."""
        return Listed(escape(str(self.path.parent)), self.folder, None)

    def surveyed(self, expect: Expect, sink: Sink, actor: Actor) -> Survey:
        """Judged as in a survey of its folder, which keeps no record of it."""
        return survey(
            self.root, [self.folder], expect=expect, open_records=None, actor=actor, sink=sink
        )


def apart(paths: Sequence[Path], settings: Settings) -> tuple[list[OneSequence], tuple[Path, ...]]:
    """What patterns among `paths` mean, and all other paths. A folder is a folder, whatever it is
    called.

    Raises `nothing.found` for a pattern that no file sequence answers to, `usage` for one with
    frames, and as `peek` does for its folder.
    """
    found, others = [], []
    for path in paths:
        if _is_pattern(path.name) and bootstrap.storage().stamp(f"{path.expanduser()}/.") is None:
            found.append(_found(path, settings))
        else:
            others.append(path)
    return found, tuple(others)


def _is_pattern(name: str) -> bool:
    try:
        parse_pattern(name)
    except RushesError:
        return False
    return True


def _found(path: Path, settings: Settings) -> OneSequence:
    root = bootstrap.root(path.parent, settings)
    rules, options = bootstrap.rules(settings), bootstrap.walk_options(settings)
    folder = peek(bootstrap.storage(), root, rules=rules, options=options).folder
    for name in dict.fromkeys((path.name, _unescaped(path.name))):
        if meant := _answering(name, folder):
            return OneSequence(path, root, _alone(meant, name, folder))
    raise _none(path, root, folder)


def _unescaped(name: str) -> str:
    """The name as it lies on disk where it is written as commands show it."""
    try:
        plain = unescape(name)
    except RushesError:
        return name
    return plain if _is_pattern(plain) else name


def _patterns(name: str) -> tuple[Pattern, ...]:
    """The patterns that a name means, one for each view. Raises `usage`."""
    pattern = parse_pattern(name)
    if pattern.frames is not None:
        raise RushesError(
            Code.USAGE,
            f"{escape(name)} says which frames, too, and all that are there are looked at.",
            hint="Leave them out; `rushes missing --expect` holds a sequence against a range.",
        )
    return pattern.views()


def _answering(name: str, folder: FoundFolder) -> list[FoundSequence]:
    wanted = {format_pattern(one) for one in _patterns(name)}
    return [
        one
        for one in folder.sequences
        if (one.sequence.kind is not Kind.FILE and one.sequence.pattern in wanted)
        or (one.sequence.kind is Kind.FILE and one.sequence.head == name)
    ]


def _alone(meant: Sequence[FoundSequence], name: str, folder: FoundFolder) -> FoundFolder:
    """The folder as if there were nothing else in it."""
    sequences = [one.sequence for one in meant]
    dead = folder.left_out.dead_links
    own = {one.name(frame) for one in sequences for frame in dead_links.frames(one, dead)}
    links = tuple(one for one in dead if one in own)
    subjects = {*map(subject, sequences), escape(str(folder.path / name))}
    return replace(
        folder,
        sequences=tuple(meant),
        left_out=LeftOut(special=len(links), dead_links=links),
        findings=tuple(
            one
            for one in folder.findings
            if one.subject in subjects or (one.rule == dead_links.RULE and links)
        ),
    )


def _none(path: Path, root: Root, folder: FoundFolder) -> RushesError:
    where = escape(str(root.path))
    ends = {(one.head, one.tail) for one in _patterns(path.name)}
    alike = [
        f"{escape(one.pattern)} {format_frames(one.frames, subframe_digits=one.subframe_digits)}"
        for one in (found.sequence for found in folder.sequences)
        if one.kind is not Kind.FILE and (one.head, one.tail) in ends
    ]
    hint = f"There is {', '.join(alike[:_TOLD])}." if alike else f"rushes ls {where} lists what is."
    return RushesError(
        Code.NOTHING_FOUND,
        f"There is no file sequence {escape(path.name)} in {where}.",
        hint=hint,
    )
