"""One folder's contents as lines and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rushes.cli import exits, show
from rushes.cli.rows import file_row, is_single, sequence_row
from rushes.core import clock
from rushes.core.escape import escape
from rushes.core.units import human_bytes
from rushes.frames.notation import Pattern, Style, format_frames, format_pattern
from rushes.model.files import FileSequence, FoundFolder, FoundSequence, Kind
from rushes.scan.gaps import Judged, judge, nothing_known


@dataclass(frozen=True, slots=True)
class Look:
    """How folders are listed. In a long listing the third, fourth and fifth column are numbers."""

    style: str = "printf"
    long: bool = False

    @property
    def right(self) -> tuple[int, ...]:
        """The columns that are set flush right."""
        return (0, 1) if self.long else ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A folder to show. `folders` is None where those below are listed by themselves."""

    title: str
    folder: FoundFolder
    folders: tuple[str, ...] | None
    hidden_folders: int = 0

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all to show."""
        return not (self.folder.sequences or self.folders or self.left_out)

    @property
    def left_out(self) -> int:
        """Files and folders that are there but are not listed."""
        left = self.folder.left_out
        return left.hidden + left.temporary + left.special + self.hidden_folders

    @property
    def hidden(self) -> bool:
        """Whether the folder is not to be listed itself."""
        return self.folder.left_out.hidden_folder


def exit_code(listed: list[Listed], hidden: list[Listed]) -> int:
    """0 when there was something, 2 when there was nothing, 3 when a part was unreadable; `hidden`
    are folders that were met and not listed.
    """
    if any(one.folder.unread for one in (*listed, *hidden)):
        return exits.UNAVAILABLE
    return exits.NOT_THERE if all(one.empty for one in (*listed, *hidden)) else exits.OK


def lines(listed: Listed, look: Look) -> Iterator[tuple[str, ...]]:
    """Folders first, then sequences and single files by name."""
    for name in listed.folders or ():
        cells = (show.styled(f"{escape(name)}/", "blue"), "", "")
        yield ("", "", "", *cells) if look.long else cells
    for one in judge(listed.folder, nothing_known):
        cells = _cells(one, look)
        yield (*_facts(one.found), *cells) if look.long else cells


def left_out_line(listed: Listed) -> str:
    """What is there but not listed; nothing when that is nothing."""
    left = listed.folder.left_out
    parts = [
        f"{number:,} {what}"
        for number, what in (
            (left.hidden, "hidden"),
            (left.temporary, "temporary"),
            (left.special, "special"),
        )
        if number
    ]
    if left.dead_links:
        parts[-1] += f" ({show.counted(len(left.dead_links), 'dead link')})"
    if listed.hidden_folders:
        parts.append(show.counted(listed.hidden_folders, "hidden folder"))
    return f"not listed: {', '.join(parts)}" if parts else ""


def hidden_line(hidden: list[Listed]) -> str:
    """What lies in the hidden folders of a tree."""
    files = sum(one.left_out for one in hidden)
    return (
        f"not listed: {show.counted(files, 'file')} in {show.counted(len(hidden), 'hidden folder')}"
    )


def row(listed: Listed) -> dict[str, Any]:
    """The folder as `rushes ls --json` has it."""
    judged = list(judge(listed.folder, nothing_known))
    left = listed.folder.left_out
    return {
        "path": listed.title,
        "unread": listed.folder.unread,
        "folders": None if listed.folders is None else [escape(one) for one in listed.folders],
        "sequences": [sequence_row(one) for one in judged if not is_single(one.found)],
        "files": [file_row(one.found) for one in judged if is_single(one.found)],
        "left_out": {
            "hidden": left.hidden,
            "temporary": left.temporary,
            "special": left.special,
            "hidden_folders": listed.hidden_folders,
        },
        "findings": [one.row() for one in listed.folder.findings],
    }


def _cells(one: Judged, look: Look) -> tuple[str, str, str]:
    sequence, digits = one.found.sequence, one.found.sequence.subframe_digits
    name = escape(_name(sequence, look.style))
    if sequence.kind is Kind.FILE:
        return name, "", ""
    frames = format_frames(sequence.frames, subframe_digits=digits)
    lacking = len(one.gaps.missing)
    return name, frames, show.styled(f"{lacking:,} missing", "red") if lacking else ""


def _facts(found: FoundSequence) -> tuple[str, str, str]:
    newest = clock.from_ns(found.facts.newest_ns)
    return (
        f"{found.facts.files:,}",
        human_bytes(found.facts.size),
        newest.strftime("%Y-%m-%d %H:%M"),
    )


def _name(sequence: FileSequence, style: str) -> str:
    if sequence.kind is Kind.FILE or sequence.subframe_digits:
        return sequence.pattern
    pattern = Pattern(
        sequence.head, sequence.padding, sequence.tail, tiles=sequence.kind is Kind.TILES
    )
    return format_pattern(pattern, style=Style(style))
