"""The sums of a scan, kept while it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rushes.model.files import FoundFolder, Kind, LeftOut
from rushes.model.finding import Finding, Severity
from rushes.model.scan import ScanTotals
from rushes.scan.gaps import Judged

_NOTHING = LeftOut()


@dataclass(slots=True)
class Tally:
    """Sums over the folders taken in so far."""

    folders: int = 0
    files: int = 0
    sequences: int = 0
    single_files: int = 0
    size: int = 0
    allocated: int = 0
    hidden: int = 0
    temporary: int = 0
    special: int = 0
    unread: int = 0
    errors: int = 0
    warnings: int = 0

    def take(
        self, folder: FoundFolder, judged: Sequence[Judged], findings: Iterable[Finding]
    ) -> None:
        """Add one folder, what was judged in it and what was found wrong."""
        self.folders += 1
        self.unread += folder.unread
        self.judge(findings)
        left_out = folder.left_out
        if left_out != _NOTHING:
            self.hidden += left_out.hidden
            self.temporary += left_out.temporary
            self.special += left_out.special
        use = folder.use
        if not use.files:
            return  # most folders hold nothing but folders
        singles = [one.found.sequence.kind for one in judged].count(Kind.FILE)
        self.files += use.files
        self.sequences += len(judged) - singles
        self.single_files += singles
        self.size += use.size
        self.allocated += use.allocated

    def judge(self, findings: Iterable[Finding]) -> None:
        """Count findings."""
        for finding in findings:
            self.errors += finding.severity is Severity.ERROR
            self.warnings += finding.severity is Severity.WARNING

    def totals(self) -> ScanTotals:
        """The sums as a value."""
        return ScanTotals(
            folders=self.folders,
            files=self.files,
            sequences=self.sequences,
            single_files=self.single_files,
            size=self.size,
            allocated=self.allocated,
            hidden=self.hidden,
            temporary=self.temporary,
            special=self.special,
            unread_folders=self.unread,
            errors=self.errors,
            warnings=self.warnings,
        )
