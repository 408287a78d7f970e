"""What a report shows, as pure values: nothing here is read from storage or from the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rushes.core.escape import escape
from rushes.model.files import FoundSequence, Kind
from rushes.model.finding import Finding, Severity
from rushes.model.frames import FrameSet
from rushes.model.scan import ScanTotals

_NO_FRAMES = FrameSet()


@dataclass(frozen=True, slots=True)
class ReportedSequence:
    """A file sequence or single file, where it belongs, and what it was held against.

    `place` goes from the show down, as in ("demo", "sq010", "sh0010", "comp"); empty where the
    layout says nothing. `missing` and `extra` are relative to `expected`, which `source` gave;
    `from_disk` says that this was only the first to last frame found, so that a lost first or
    last frame cannot be seen. `root` is set where a report covers several roots: the name that
    the subjects of findings and the keys of thumbnails begin with.
    """

    found: FoundSequence
    place: tuple[str, ...] = ()
    missing: FrameSet = _NO_FRAMES
    extra: FrameSet = _NO_FRAMES
    expected: FrameSet = _NO_FRAMES
    source: str = ""
    from_disk: bool = False
    root: str = ""

    @property
    def subject(self) -> str:
        """What findings call it: the escaped folder and pattern."""
        return self._key(self.found.sequence.pattern)

    def picture_key(self, frame: int) -> str:
        """What `ReportContent.thumbnails` calls the picture of `frame`: its escaped path."""
        return self._key(self.found.sequence.name(frame))

    @property
    def counts_frames(self) -> bool:
        """Whether gaps mean anything: frames, not tiles and not a single file."""
        return self.found.sequence.kind is Kind.FRAMES

    def _key(self, name: str) -> str:
        path = escape(str(self.found.sequence.folder / name))
        return f"{self.root}/{path}" if self.root else path


@dataclass(frozen=True, slots=True)
class UsageNode:
    """What a place or folder holds, everything below it included. Sizes are bytes.

    `kind` is what the level is called ("show", "sequence", "shot", "task", "folder"). Where the
    children do not add up to `size`, the rest lies in the node itself.
    """

    name: str
    size: int
    files: int = 0
    kind: str = "folder"
    children: tuple[UsageNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Gauge:
    """Room used against its limits, in bytes; 0 is no limit.

    `of` is the room there is (a file system's size); `severity` is what the thresholds made of
    it, None when it is within them.
    """

    label: str
    used: int
    of: int = 0
    warn: int = 0
    critical: int = 0
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class UnreadFolder:
    """A folder that was not listed, and why; `path` is escaped."""

    path: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything that one report shows.

    `roots` are escaped absolute paths. `findings` are all there are, in any order. `thumbnails`
    holds encoded pictures (JPEG, PNG or WebP) by `ReportedSequence.picture_key`, and `unpictured`
    whole sentences on why there are no others. `disk_measure` says how bytes were counted.
    `remarks` are whole sentences on how far the scan may be trusted, such as "Unchanged folders
    were taken from the former scan.".
    """

    title: str
    roots: tuple[str, ...]
    started: datetime
    took_s: float
    totals: ScanTotals
    tool_version: str
    findings: tuple[Finding, ...] = ()
    sequences: tuple[ReportedSequence, ...] = ()
    usage: UsageNode | None = None
    gauges: tuple[Gauge, ...] = ()
    unread: tuple[UnreadFolder, ...] = ()
    thumbnails: Mapping[str, bytes] = field(default_factory=dict)
    unpictured: Mapping[str, str] = field(default_factory=dict)
    disk_measure: str = "allocated blocks"
    remarks: tuple[str, ...] = ()
