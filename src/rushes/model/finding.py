"""Something wrong, found in media or storage: a value, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(str, Enum):
    """How bad: an `error` cannot be used as it is, a `warning` wants a look, a `note` is told."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """What was found, where, what was wanted instead, and what to do about it.

    `rule` is a stable dotted name (`frames.missing`); `subject` is an escaped path relative to
    the storage root, or a sequence's pattern there.
    """

    rule: str
    severity: Severity
    subject: str
    message: str
    found: str = ""
    wanted: str = ""
    fix: str = ""

    def row(self) -> dict[str, str]:
        """The finding as JSON."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "subject": self.subject,
            "message": self.message,
            "found": self.found,
            "wanted": self.wanted,
            "fix": self.fix,
        }
