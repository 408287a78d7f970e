"""The decided cases of grouping, and what fileseq, clique and pyseq make of the same names.

`python bench/grouping_cases.py` prints the table of docs/sequences.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import clique
import fileseq
import pyseq

from rushes.core.escape import escape
from rushes.frames.group import Rules, group
from rushes.frames.notation import format_frames
from rushes.frames.pattern import pattern_of


@dataclass(frozen=True, slots=True)
class Case:
    """Names of one folder that somebody has to decide about."""

    title: str
    names: tuple[str, ...]
    rules: Rules = field(default_factory=Rules)


def _run(
    head: str, first: int, last: int, tail: str = ".exr", *, padding: int = 0
) -> tuple[str, ...]:
    return tuple(f"{head}{number:0{padding}d}{tail}" for number in range(first, last + 1))


CASES = (
    Case("Versions, nothing else varying", _run("comp_v", 1, 3, ".nk", padding=3)),
    Case("Workfiles of shots", ("shot010.ma", "shot020.ma", "shot040.ma")),
    Case("Workfiles, saved again and again", _run("sh010_comp_v001_i", 1, 3, ".hip", padding=3)),
    Case("Movies of shots", ("sh010.mov", "sh020.mov", "sh040.mov")),
    Case("Version and frame", ("sh010_v002.1001.exr", "sh010_v002.1002.exr")),
    Case(
        "Shot and frame", ("sh010.1001.exr", "sh010.1002.exr", "sh020.1001.exr", "sh020.1002.exr")
    ),
    Case("Frame left of a constant number", ("f.1001_t1.exr", "f.1002_t1.exr")),
    Case("%04d goes on after 9999", _run("f.", 9998, 10001)),
    Case("Not padded", _run("f.", 8, 11)),
    Case("Mixed padding", ("f.0001.exr", "f.0002.exr", "f.003.exr", "f.004.exr")),
    Case("One frame, two paddings", ("f.0099.exr", "f.0100.exr", "f.099.exr", "f.100.exr")),
    Case("One frame, three paddings", ("f.1.exr", "f.01.exr", "f.001.exr", "f.2.exr")),
    Case("Negative frames", ("f.-0002.exr", "f.-0001.exr", "f.0000.exr", "f.0001.exr")),
    Case("Negative, as printf pads them", ("f.-002.exr", "f.-001.exr", "f.0000.exr", "f.0001.exr")),
    Case("Dash as a separator", ("plate-1001.exr", "plate-1002.exr")),
    Case("Underscore as a separator", ("plate_1001.exr", "plate_1002.exr")),
    Case("No separator", ("frame0001.exr", "frame0002.exr")),
    Case("Number first", ("1001.plate.exr", "1002.plate.exr")),
    Case("Nothing but a number", ("1001.exr", "1002.exr")),
    Case("No extension", ("plate.1001", "plate.1002")),
    Case("Frame number in the folder's name", ("1001/beauty.exr", "1002/beauty.exr")),
    Case("Several extensions", ("f.1001.exr", "f.1001.jpg", "f.1002.exr", "f.1002.jpg")),
    Case("Digits in the extension", ("f.1001.jp2", "f.1002.jp2", "cut.mp3", "cut.mp4")),
    Case("A single file", ("lut.cube",)),
    Case("A sequence of one frame", ("plate.1001.exr",)),
    Case("A still with a number", ("still3.jpg",)),
    Case("First frames of two shots", ("sh010.1001.exr", "sh020.1001.exr")),
    Case("Dates", ("ref_20240115.jpg", "ref_20240116.jpg")),
    Case("Dates with dashes", ("ref-2024-01-15.jpg", "ref-2024-01-16.jpg")),
    Case("Date and frame", ("d20240115.1001.exr", "d20240115.1002.exr")),
    Case("Ten-digit timestamps", ("t_1700000000.log", "t_1700000001.log")),
    Case("A gap of millions", ("f.00000001.exr", "f.50000000.exr")),
    Case("Every second frame", ("f.1001.exr", "f.1003.exr", "f.1005.exr", "f.1007.exr")),
    Case("Stereo views", ("x_left.1001.exr", "x_left.1002.exr", "x_right.1001.exr")),
    Case(
        "UDIM tiles",
        ("diffuse.1001.exr", "diffuse.1002.exr", "diffuse.1011.exr", "diffuse.1012.exr"),
    ),
    Case("A render from 1001 on", _run("beauty.", 1001, 1100)),
    Case(
        "Tiles in a folder for textures",
        ("textures/hero.1001.exr", "textures/hero.1002.exr", "textures/hero.1011.exr"),
    ),
    Case(
        "Texture named for its channel, one row",
        ("diffuse.1001.exr", "diffuse.1002.exr", "diffuse.1003.exr"),
    ),
    Case(
        "A render's lost frames",
        ("beauty.1001.exr", "beauty.1002.exr", "beauty.1011.exr", "beauty.1012.exr"),
    ),
    Case("Subframes", ("f.1001.00.vdb", "f.1001.50.vdb", "f.1002.00.vdb", "f.1002.50.vdb")),
    Case(
        "Subframes, opted in",
        ("f.1001.00.vdb", "f.1001.50.vdb", "f.1002.00.vdb", "f.1002.50.vdb"),
        Rules(subframes=True),
    ),
    Case("Hidden files", (".f.1001.exr", ".f.1002.exr", "Thumbs.db")),
    Case("Temporary files", ("f.1001.exr.tmp", "f.1002.exr.tmp", ".nfs0000000100000001")),
    Case("Bytes that are not UTF-8", ("f\udcff.1001.exr", "f\udcff.1002.exr")),
    Case("Digits that are not ASCII", ("f.١.exr", "f.٢.exr")),
    Case("A newline in the name", ("f\n.1001.exr", "f\n.1002.exr")),
)


def by_rushes(case: Case) -> Iterator[str]:
    """What Rushes makes of the case: its groups, what it left out, and its findings."""
    folders: dict[str, list[str]] = {}
    for name in case.names:
        above, slash, own = name.rpartition("/")
        folders.setdefault(above + slash, []).append(own)
    for folder, names in folders.items():
        found = group(names, case.rules, folder=folder)
        for one in sorted(found.groups, key=lambda one: (one.head, one.tail, one.padding)):
            frames = format_frames(one.frames, subframe_digits=one.subframe_digits)
            yield f"{folder}{pattern_of(one)} {frames}".rstrip()
        if found.hidden:
            yield f"({len(found.hidden)} hidden)"
        if found.temporary:
            yield f"({len(found.temporary)} temporary)"
        yield from sorted(f"({one.rule})" for one in found.findings)


def by_fileseq(case: Case) -> Iterator[str]:
    """What fileseq makes of it."""
    yield from sorted(str(one) for one in fileseq.findSequencesInList(case.names))


def by_clique(case: Case) -> Iterator[str]:
    """What clique makes of it, with its default patterns; what it leaves as a remainder too."""
    collections, remainder = clique.assemble(case.names)
    yield from sorted(one.format("{head}{padding}{tail} {ranges}") for one in collections)
    yield from (f"({one})" for one in sorted(remainder))


def by_pyseq(case: Case) -> Iterator[str]:
    """What pyseq makes of it."""
    for one in sorted(pyseq.get_sequences(list(case.names)), key=str):
        yield one.format("%h%p%t %R") if len(one) > 1 else str(one)


def table() -> str:
    """All cases and everybody's answers, as Markdown."""
    lines = ["| Case | Names | Rushes | fileseq | clique | pyseq |", "|---|---|---|---|---|---|"]
    for case in CASES:
        answers = (by_rushes, by_fileseq, by_clique, by_pyseq)
        cells = [case.title, _cell(_shown(case.names))]
        cells += [_cell(list(answer(case))) for answer in answers]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _shown(names: tuple[str, ...]) -> list[str]:
    return list(names) if len(names) < 6 else [*names[:2], "…", names[-1]]


def _cell(texts: list[str]) -> str:
    """Texts as code, one below the other; what stands in brackets is a remark."""
    shown = [escape(text).replace("|", "\\|") for text in texts]
    return "<br>".join(f"`{text}`" for text in shown) or "nothing"


if __name__ == "__main__":
    print(table(), end="")
