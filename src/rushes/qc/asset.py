"""Assets: what gets one record, a single file or a whole file sequence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rushes.core.escape import escape
from rushes.frames.notation import format_frames
from rushes.model.files import FileSequence, FoundFolder, FoundSequence, Kind
from rushes.model.finding import Finding
from rushes.model.signoff import CheapPrint, SequencePrint
from rushes.qc.places import is_artefact

_LIKE_A_PATTERN = re.compile(r"%(?=0?\d*d|UDIM)")
_TILES = re.compile(r"(?<!%)((?:%%)*)%UDIM")
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset as a scan met it. `name` is a file's name or a sequence's pattern.

    `findings` are what the scan says of it.
    """

    name: str
    found: FoundSequence
    findings: tuple[Finding, ...] = ()

    @property
    def is_sequence(self) -> bool:
        """Whether it is of numbered files, be it only one so far."""
        return self.found.sequence.kind is not Kind.FILE

    def files(self) -> list[str]:
        """The names of its files, as the file system spells them, in frame order."""
        made = self.found.sequence
        if made.kind is Kind.FILE:
            return [made.head]
        return [made.name(frame) for frame in made.frames]


def assets(folder: FoundFolder, findings: dict[str, list[Finding]]) -> Iterator[Asset]:
    """The assets of a folder: all its files but those of quality checks.

    `findings` go by their subject.
    """
    for found in folder.sequences:
        made = found.sequence
        if is_artefact(made.head if made.kind is Kind.FILE else f"x{made.tail}"):
            continue
        name = name_of(made)
        yield Asset(name, found, tuple(findings.get(_subject(made), ())) if findings else ())


def name_of(made: FileSequence) -> str:
    """What records call it: the file's name, or the pattern; never the same for two assets.

    As in C's formats, `%%` stands for a percent sign that counts nothing; a single file needs that
    only where its name looks like a pattern. Tiles are `%UDIM`, for sidecars are called by this
    name: people are told it as `shown` writes it.
    """
    if made.kind is Kind.FILE:
        return made.head.replace("%", "%%") if _LIKE_A_PATTERN.search(made.head) else made.head
    pattern = made.pattern
    number = pattern[len(made.head) : len(pattern) - len(made.tail)]
    number = number.replace("<UDIM>", "%UDIM")  # `<` is no letter of a Windows file name
    return made.head.replace("%", "%%") + number + made.tail.replace("%", "%%")


def shown(subject: str) -> str:
    """An asset's name, or a path that ends in one, as people are told it: tiles are `<UDIM>`."""
    above, slash, name = subject.rpartition("/")
    return above + slash + _TILES.sub(r"\1<UDIM>", name)


def frame_text(made: FileSequence, frame: int) -> str:
    """A frame's number as notation writes it: `1001`, or `1001.25` with subframes."""
    if not made.subframe_digits:
        return str(frame)
    whole, part = divmod(abs(frame), 10**made.subframe_digits)
    return f"{'-' if frame < 0 else ''}{whole}.{part:0{made.subframe_digits}d}"


def cheap_print(found: FoundSequence) -> CheapPrint:
    """What tells without reading whether files may have changed."""
    facts = found.facts
    return CheapPrint(facts.files, facts.size, facts.newest_ns // _SECOND)


def sequence_print(found: FoundSequence) -> SequencePrint | None:
    """The sequence as a record describes it; None for a single file."""
    made = found.sequence
    if made.kind is Kind.FILE:
        return None
    frames = made.frames
    unit = _unit(made)
    span = (frames.last - frames.first) // unit + 1
    return SequencePrint(
        base=escape(made.head.rstrip("._- ") or made.head),
        ext=escape(made.tail.rpartition(".")[2]),
        first=escape(made.name(frames.first)),
        last=escape(made.name(frames.last)),
        frame_count=len(frames),
        frame_min=frames.first,
        frame_max=frames.last,
        pad=made.padding,
        range_count=_ranges(made, unit),
        holes=max(0, span - len(frames)),
        frames=format_frames(frames, subframe_digits=made.subframe_digits),
        kind=made.kind.value,
        subframe_digits=made.subframe_digits,
        cheap_fp=cheap_print(found),
    )


def _unit(made: FileSequence) -> int:
    """The distance that frames without a hole between them have; renders on twos keep to two."""
    runs = made.frames.runs
    return runs[0].step if len(runs) == 1 and len(runs[0]) > 2 else int(10**made.subframe_digits)


def _ranges(made: FileSequence, unit: int) -> int:
    """How many runs without a hole there are."""
    runs = made.frames.runs
    count = sum(1 if run.step == unit else len(run) for run in runs)
    touching = sum(other.first - one.last == unit for one, other in pairwise(runs))
    return count - touching


def _subject(made: FileSequence) -> str:
    folder = str(made.folder)
    return escape(made.pattern if folder == "." else f"{folder}/{made.pattern}")
