"""What is found in a package: files that are what they should be, and what is wrong with others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.finding import Finding, Severity
from rushes.ports.progress import Progress

_REPORT_EVERY = 4 * 1024**2


class PackedFile(NamedTuple):
    """A file of a package that was read to its end; its time is 0 where nobody knows it."""

    path: str
    size: int
    digests: Mapping[str, str]
    mtime_ns: int


def wrong(rule: str, subject: str, message: str) -> Finding:
    """That a file, or a package, cannot be trusted. `subject` is a path that is not escaped."""
    return Finding(f"package.{rule}", Severity.ERROR, escape(subject), message)


def doubtful(rule: str, subject: str, message: str) -> Finding:
    """That something wants a look."""
    return Finding(f"package.{rule}", Severity.WARNING, escape(subject), message)


class Headway:
    """How many bytes were read, told now and then."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total = progress, total
        self._done = self._told = 0

    def add(self, count: int) -> None:
        """So many more. Raises `cancelled` once nobody wants them."""
        self._done += count
        if self._done - self._told < _REPORT_EVERY and self._done < self._total:
            return
        self._told = self._done
        self._progress.report(self._done, self._total, note="bytes")
        if self._progress.cancelled():
            raise RushesError(Code.CANCELLED, "Reading the package was cancelled.")
