"""A Version that may leave: its files as records have them, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rushes.core.escape import escape
from rushes.exchange.delivery.subject import Subject
from rushes.model.files import FileSequence, Kind
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet
from rushes.model.signoff import Record
from rushes.ports.storage_writing import Facts
from rushes.ports.studio import Entity
from rushes.publish.components import ALGORITHM
from rushes.qc.asset import frame_text, name_of
from rushes.qc.signing import Standing
from rushes.transfer.hashing import manifest_hash

_NO_FRAMES = FrameSet()


@dataclass(frozen=True, slots=True)
class Vouched:
    """The sign-off that stands for a part; `standing` is None where it is not signed."""

    record: Record
    record_hash: str
    standing: Standing | None
    key: str = ""


@dataclass(slots=True)
class Part:
    """One file, or one file sequence, of a Version.

    `folder` is where it lies, as `bootstrap.place` takes it; `below` is its folder below the
    publish's own. `sizes`, `blake3` and `facts` are in the order of the frames; sizes and digests
    are what the record says, and empty where it says nothing until somebody has looked.
    """

    folder: str
    below: str
    sequence: FileSequence
    sizes: tuple[int, ...] = ()
    blake3: tuple[str, ...] = ()
    publish: int | None = None
    facts: tuple[Facts, ...] = ()
    paths: tuple[str, ...] = ()  # in the package
    vouched: Vouched | None = None

    @property
    def name(self) -> str:
        """What records call it: a file's name, or a pattern."""
        return name_of(self.sequence)

    @property
    def shown(self) -> str:
        """What people call it: where it lies."""
        return escape(f"{self.folder}/{self.name}")

    @property
    def is_sequence(self) -> bool:
        """Whether its files are numbered."""
        return self.sequence.kind is not Kind.FILE

    def names(self) -> list[str]:
        """Its files' names, as the file system spells them."""
        if not self.is_sequence:
            return [self.sequence.head]
        return [self.sequence.name(frame) for frame in self.sequence.frames]

    def frames(self) -> list[int | None]:
        """Their frames; None for a single file, and for frames between whole ones."""
        whole = self.is_sequence and not self.sequence.subframe_digits
        count = len(self.sequence.frames) if self.is_sequence else 1
        return list(self.sequence.frames) if whole else [None] * count

    @property
    def size(self) -> int:
        """Bytes, as far as they are known."""
        return sum(self.sizes)

    def content_hash(self) -> str:
        """What a quality check of these digests calls it; empty where there are none."""
        if not self.blake3:
            return ""
        return content_hash(self.sequence, ALGORITHM, self.sizes, self.blake3)


def content_hash(
    sequence: FileSequence, algorithm: str, sizes: tuple[int, ...], digests: tuple[str, ...]
) -> str:
    """The hash of a file, or of a sequence's manifest, as records of quality checks have it."""
    if sequence.kind is Kind.FILE:
        return f"{algorithm}:{digests[0]}"
    lines = (
        (frame_text(sequence, frame), size, f"{algorithm}:{digest}")
        for frame, size, digest in zip(sequence.frames, sizes, digests, strict=True)
    )
    return manifest_hash(lines, algorithm)


@dataclass(slots=True)
class Item:
    """One Version of the delivery. The first error among its `findings` is why it is `refused`."""

    version: Entity
    subject: Subject
    publish: Entity | None = None
    artist: str = ""
    parts: list[Part] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def fields(self) -> Mapping[str, Any]:
        """The Version's record."""
        return self.version.fields

    @property
    def number(self) -> int:
        """Its number."""
        return int(self.fields["number"])

    @property
    def name(self) -> str:
        """What people call it: `sq010/sh0010 comp v003`."""
        words = (self.subject.on, self.subject.task, f"v{self.number:03d}")
        told = " ".join(one for one in words if one)
        return escape(told if self.subject.task else str(self.fields["name"]))

    @property
    def refused(self) -> str:
        """Why it does not leave; empty where it does."""
        wrong = (one.message for one in self.findings if one.severity is Severity.ERROR)
        return next(wrong, "")

    @property
    def files(self) -> int:
        """How many files it has."""
        return sum(len(one.sequence.frames) if one.is_sequence else 1 for one in self.parts)

    @property
    def size(self) -> int:
        """Their bytes."""
        return sum(one.size for one in self.parts)

    def whole_parts(self) -> Iterator[Part]:
        """Its parts that have been looked at."""
        return (one for one in self.parts if one.facts)

    def refuse(
        self,
        rule: str,
        message: str,
        *,
        fix: str,
        subject: str = "",
        found: str = "",
        want: str = "",
    ) -> None:
        """Refuse it: one more thing that is wrong."""
        self.findings.append(
            Finding(
                f"deliver.{rule}",
                Severity.ERROR,
                subject or self.name,
                message,
                found=found,
                wanted=want,
                fix=fix,
            )
        )

    def note(self, rule: str, message: str, *, subject: str = "", fix: str = "") -> None:
        """Tell something that keeps nobody from sending it."""
        self.findings.append(
            Finding(f"deliver.{rule}", Severity.NOTE, subject or self.name, message, fix=fix)
        )
