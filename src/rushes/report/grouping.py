"""Findings gathered by shot and file sequence, the worst first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rushes.model.finding import Finding, Severity
from rushes.report.content import ReportedSequence

Place = tuple[str, ...]

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_SHOT_DEPTH = 3  # show, sequence, shot; a task belongs to the block, not to the group


@dataclass(frozen=True, slots=True)
class Block:
    """All findings of one subject, and the file sequence where the subject is one."""

    subject: str
    findings: tuple[Finding, ...]
    sequence: ReportedSequence | None = None

    @property
    def worst(self) -> Severity:
        """The gravest of its findings."""
        return min((finding.severity for finding in self.findings), key=_RANK.__getitem__)


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks of one shot, or of as much of the layout as is known of them; worst first."""

    place: Place
    blocks: tuple[Block, ...]

    @property
    def worst(self) -> Severity:
        """The gravest of all findings in it."""
        return self.blocks[0].worst

    def count(self, severity: Severity) -> int:
        """How many findings of one severity it holds."""
        return sum(f.severity is severity for block in self.blocks for f in block.findings)


def blocks(findings: Iterable[Finding], sequences: Iterable[ReportedSequence]) -> list[Block]:
    """One block per subject, in order of the subjects."""
    known = {one.subject: one for one in sequences}
    by_subject: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_subject[finding.subject.removeprefix("./")].append(finding)
    return [
        Block(
            subject,
            tuple(sorted(by_subject[subject], key=lambda f: (_RANK[f.severity], f.rule))),
            known.get(subject),
        )
        for subject in sorted(by_subject)
    ]


def groups(parts: Sequence[Block], sequences: Iterable[ReportedSequence]) -> list[Group]:
    """Blocks by shot: groups with errors before those with warnings, then in order of place."""
    atlas = _Atlas(sequences)
    by_place: dict[Place, list[Block]] = defaultdict(list)
    for block in parts:
        by_place[atlas.place(block)].append(block)
    gathered = [
        Group(place, tuple(sorted(found, key=lambda block: _RANK[block.worst])))
        for place, found in by_place.items()
    ]
    return sorted(gathered, key=lambda group: (_RANK[group.worst], group.place))


def shot(one: ReportedSequence) -> Place:
    """The shot a sequence belongs to, or as much of it as is known; its folder otherwise."""
    return one.place[:_SHOT_DEPTH] or (_parent(one.subject) or "top folder",)


class _Atlas:
    """Which place a folder belongs to, learnt from the sequences that lie in or below it."""

    def __init__(self, sequences: Iterable[ReportedSequence]) -> None:
        self._places: dict[str, Place] = {}
        for one in sequences:
            if not one.place:
                continue
            place = one.place[:_SHOT_DEPTH]
            folder = _parent(one.subject)
            while folder:
                known = self._places.get(folder)
                if known is not None and known == place[: len(known)]:
                    break  # every folder above has been told the same, or less
                self._places[folder] = place if known is None else _shared(known, place)
                folder = _parent(folder)

    def place(self, block: Block) -> Place:
        if block.sequence is not None:
            return shot(block.sequence)
        folder = block.subject
        while folder:
            if self._places.get(folder):
                return self._places[folder]
            folder = _parent(folder)
        return (_parent(block.subject) or "top folder",)


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _shared(one: Place, other: Place) -> Place:
    same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same += 1
    return one[:same]
