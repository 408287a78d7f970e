"""What was found as rows of the database, and rows as what was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import PurePosixPath
from typing import Any

from rushes.core.escape import escape, unescape
from rushes.model.files import (
    FileFacts,
    FileSequence,
    FolderUse,
    FoundFolder,
    FoundSequence,
    Kind,
)
from rushes.model.frames import FrameRange, FrameSet
from rushes.model.scan import FolderUseAt

# Columns that name a file sequence, those whose difference is a change, and those that may
# differ without one: a file system sets blocks aside when it likes.
SEQUENCE_NAME = ("folder", "head", "tail", "padding", "kind", "subframe_digits")
SEQUENCE_TOLD = (
    "frames", "first_frame", "last_frame", "files", "size", "smallest", "largest",
    "oldest_ns", "newest_ns", "fingerprint",
)  # fmt: skip
SEQUENCE_QUIET = ("allocated", "empty", "short")

FOLDER_NAME = ("folder",)
FOLDER_TOLD = (
    "files", "size", "allocated", "largest", "largest_name", "oldest_ns", "newest_ns",
)  # fmt: skip

# A row read back: the order in which `sequence_of` and `folder_use_of` take their columns.
SEQUENCE_COLUMNS = SEQUENCE_NAME + SEQUENCE_TOLD + SEQUENCE_QUIET
FOLDER_COLUMNS = FOLDER_NAME + FOLDER_TOLD

_RUN = re.compile(r"(-?\d+)(?:-(-?\d+)(?:x(\d+))?)?")


def staged_sequences(scan: int, folders: Iterable[FoundFolder]) -> Iterator[str]:
    """Lines of PostgreSQL's COPY text: scan, key, then `SEQUENCE_COLUMNS`.

    Escaped names hold no character that COPY minds but the backslash. What is said to lie in an
    unread folder is not believed.
    """
    for folder in folders:
        if folder.unread or not folder.sequences:
            continue
        path = _escaped(str(folder.path))
        line = _copied(path)
        for found in folder.sequences:
            sequence, facts = found.sequence, found.facts
            head, tail = _escaped(sequence.head), _escaped(sequence.tail)
            runs = sequence.frames.runs
            first, last = (runs[0].first, runs[-1].last) if runs else ("\\N", "\\N")
            name = f"{sequence.padding}\t{sequence.kind.value}\t{sequence.subframe_digits}"
            key = _key(f"{path}\t{head}\t{tail}\t{name}")
            yield (
                f"{scan}\t{key}"
                f"\t{line}\t{_copied(head)}\t{_copied(tail)}\t{name}"
                f"\t{frames_text(sequence.frames)}\t{first}\t{last}"
                f"\t{facts.files}\t{facts.size}\t{facts.smallest}\t{facts.largest}"
                f"\t{facts.oldest_ns}\t{facts.newest_ns}\t{_copied(_escaped(facts.fingerprint))}"
                f"\t{facts.allocated}\t{frames_text(facts.empty)}\t{frames_text(facts.short)}\n"
            )


def staged_folders(scan: int, folders: Iterable[FoundFolder]) -> Iterator[str]:
    """Lines of PostgreSQL's COPY text: scan, unread, key, then `FOLDER_COLUMNS`."""
    for folder in folders:
        path, use = _escaped(str(folder.path)), folder.use
        yield (
            f"{scan}\t{'t' if folder.unread else 'f'}\t{_key(path)}\t{_copied(path)}"
            f"\t{use.files}\t{use.size}\t{use.allocated}\t{use.largest}"
            f"\t{_copied(_escaped(use.largest_name))}\t{use.oldest_ns}\t{use.newest_ns}\n"
        )


def sequence_of(row: Sequence[Any]) -> FoundSequence:
    """The file sequence of one row of `SEQUENCE_COLUMNS`."""
    (
        folder, head, tail, padding, kind, digits,
        frames, _, _, files, size, smallest, largest, oldest_ns, newest_ns, fingerprint,
        allocated, empty, short,
    ) = row  # fmt: skip
    sequence = FileSequence(
        folder=_folder_of(folder),
        head=unescape(head),
        tail=unescape(tail),
        padding=padding,
        frames=frames_of(frames),
        kind=Kind(kind),
        subframe_digits=digits,
    )
    facts = FileFacts(
        files=files,
        size=size,
        allocated=allocated,
        smallest=smallest,
        largest=largest,
        oldest_ns=oldest_ns,
        newest_ns=newest_ns,
        fingerprint=unescape(fingerprint),
        empty=frames_of(empty),
        short=frames_of(short),
    )
    return FoundSequence(sequence, facts)


def folder_use_of(row: Sequence[Any]) -> FolderUseAt:
    """The folder of one row of `FOLDER_COLUMNS`."""
    folder, files, size, allocated, largest, largest_name, oldest_ns, newest_ns = row
    return FolderUseAt(
        PurePosixPath(unescape(folder)),
        FolderUse(
            files=files,
            size=size,
            allocated=allocated,
            largest=largest,
            largest_name=unescape(largest_name),
            oldest_ns=oldest_ns,
            newest_ns=newest_ns,
        ),
    )


def frames_text(frames: FrameSet) -> str:
    """`1001-1050x2,1060`, run by run, so that `frames_of` gives back the very same runs."""
    runs = frames.runs
    if not runs:
        return ""
    return _run_text(runs[0]) if len(runs) == 1 else ",".join(map(_run_text, runs))


def _run_text(run: FrameRange) -> str:
    first, last, step = run.first, run.last, run.step
    if first == last:
        return str(first)
    return f"{first}-{last}" if step == 1 else f"{first}-{last}x{step}"


@lru_cache(4_096)
def frames_of(text: str) -> FrameSet:
    """The frame set that `frames_text` wrote."""
    if not text:
        return FrameSet()
    return FrameSet(
        tuple(
            FrameRange(int(first), int(last or first), int(step or 1))
            for first, last, step in _RUN.findall(text)
        )
    )


@lru_cache(4_096)
def _folder_of(text: str) -> PurePosixPath:
    return PurePosixPath(unescape(text))


def _key(name: str) -> str:
    """16 bytes in hexadecimal digits, as PostgreSQL reads a uuid."""
    return blake2b(name.encode(), digest_size=16).hexdigest()


def _escaped(text: str) -> str:
    """`escape`, told sooner of the many names that hold nothing odd."""
    return text if text.isprintable() and "\\" not in text else escape(text)


def _copied(text: str) -> str:
    return text.replace("\\", "\\\\") if "\\" in text else text
