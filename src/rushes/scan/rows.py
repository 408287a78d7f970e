"""A folder as it travels between processes and lies in the cache: nested tuples, no objects."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple, TypeAlias, cast

from rushes.model.files import (
    FileFacts,
    FileSequence,
    FolderUse,
    FoundFolder,
    FoundSequence,
    Kind,
    LeftOut,
)
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameRange, FrameSet
from rushes.ports.storage import Probes, Stamp

Runs: TypeAlias = tuple[tuple[int, int, int], ...]
# files, size, allocated, smallest, largest, oldest, newest, fingerprint, empty, short
FactsRow: TypeAlias = tuple[int, int, int, int, int, int, int, str, Runs, Runs]
# head, tail, padding, kind, frames, subframe digits, facts
SequenceRow: TypeAlias = tuple[str, str, int, str, Runs, int, FactsRow]
# files, size, allocated, largest, largest name, oldest, newest
UseRow: TypeAlias = tuple[int, int, int, int, str, int, int]
# hidden, temporary, special, names of dead links, whether the folder is hidden
LeftOutRow: TypeAlias = tuple[int, int, int, tuple[str, ...], bool]
# rule, severity, subject, message, found, wanted, fix
FindingRow: TypeAlias = tuple[str, str, str, str, str, str, str]

NO_PROBES: Probes = ((), (), ())


class FolderRow(NamedTuple):
    """One folder. `path` is relative to the mount, "" for the mount itself.

    `stamp` is None where the folder must be read again next time.
    """

    path: str
    sequences: tuple[SequenceRow, ...] = ()
    use: UseRow | None = None
    left_out: LeftOutRow | None = None
    findings: tuple[FindingRow, ...] = ()
    unread: bool = False
    folders: tuple[str, ...] = ()
    stamp: Stamp | None = None
    probes: Probes = NO_PROBES


MARSHAL = 2  # without the search for what repeats, which takes longer than it saves

_KINDS = {kind.value: kind for kind in Kind}
_SEVERITIES = {severity.value: severity for severity in Severity}
_NO_FRAMES = FrameSet()
_NO_USE = FolderUse()
_NOTHING_LEFT_OUT = LeftOut()


def pack(rows: Sequence[FolderRow]) -> bytes:
    """Bytes for another process of the same Python, or for our own cache."""
    return marshal.dumps([tuple(row) for row in rows], MARSHAL)


def unpack(data: bytes | memoryview) -> list[FolderRow]:
    """The rows again. Only for bytes known to come from `pack`."""
    return list(map(FolderRow._make, cast("list[tuple[object]]", marshal.loads(data))))


def found_folder(row: FolderRow) -> FoundFolder:
    """The row as the value that every room knows."""
    folder = PurePosixPath(row.path or ".")
    return FoundFolder(
        folder,
        tuple([_found_sequence(folder, one) for one in row.sequences]),
        FolderUse(*row.use) if row.use else _NO_USE,
        LeftOut(*row.left_out) if row.left_out else _NOTHING_LEFT_OUT,
        tuple([_finding(one) for one in row.findings]) if row.findings else (),
        row.unread,
    )


def finding_row(finding: Finding) -> FindingRow:
    """A finding as plain strings."""
    return (
        finding.rule,
        finding.severity.value,
        finding.subject,
        finding.message,
        finding.found,
        finding.wanted,
        finding.fix,
    )


def runs(ranges: Iterable[FrameRange]) -> Runs:
    """The runs of a frame set as plain numbers."""
    return tuple([(one.first, one.last, one.step) for one in ranges])


def _found_sequence(folder: PurePosixPath, row: SequenceRow) -> FoundSequence:
    head, tail, padding, kind, frames, digits, facts = row
    sequence = FileSequence(folder, head, tail, padding, _frames(frames), _KINDS[kind], digits)
    if not facts[8] and not facts[9]:
        return FoundSequence(sequence, FileFacts(*facts[:8]))
    return FoundSequence(sequence, FileFacts(*facts[:8], _frames(facts[8]), _frames(facts[9])))


def _frames(rows: Runs) -> FrameSet:
    if not rows:
        return _NO_FRAMES
    if len(rows) == 1:
        return _run(*rows[0])
    return FrameSet(tuple([FrameRange(*row) for row in rows]))


@lru_cache(maxsize=1024)  # the sequences of a shot have the same frames
def _run(first: int, last: int, step: int) -> FrameSet:
    return FrameSet((FrameRange(first, last, step),))


def _finding(row: FindingRow) -> Finding:
    rule, severity, *rest = row
    return Finding(rule, _SEVERITIES[severity], *rest)
