"""The one exception of Rushes, and the list of its codes."""

from __future__ import annotations

from enum import Enum


class Code(str, Enum):
    """Stable names of everything that can go wrong; faces map each to an exit code."""

    PATH_NOT_FOUND = "path.not_found"
    PATH_UNREADABLE = "path.unreadable"
    NOTHING_FOUND = "nothing.found"
    USAGE = "usage"
    NOTATION_INVALID = "notation.invalid"
    SETTINGS_UNKNOWN = "settings.unknown"
    SETTINGS_INVALID = "settings.invalid"
    DEPENDENCY_MISSING = "dependency.missing"
    ADAPTER_UNKNOWN = "adapter.unknown"
    DATABASE_UNAVAILABLE = "database.unavailable"
    DATABASE_NEWER = "database.newer"
    RECORD_NOT_FOUND = "record.not_found"
    SCAN_SUPERSEDED = "scan.superseded"
    EXECUTOR_FAILED = "executor.failed"
    WRITE_FAILED = "write.failed"
    MEDIA_UNREADABLE = "media.unreadable"
    POLICY_UNKNOWN = "policy.unknown"
    POLICY_INVALID = "policy.invalid"
    SIDECAR_INVALID = "sidecar.invalid"
    CHANGED_MEANWHILE = "changed.meanwhile"
    LOCK_UNAVAILABLE = "lock.unavailable"
    KEY_UNKNOWN = "key.unknown"
    KEY_INVALID = "key.invalid"
    TRACKER_UNAVAILABLE = "tracker.unavailable"
    TRACKER_REFUSED = "tracker.refused"
    MANIFEST_INVALID = "manifest.invalid"
    BACKUP_INVALID = "backup.invalid"
    PUBLISHES_INVALID = "publishes.invalid"
    RESERVATION_EXPIRED = "reservation.expired"
    RECORD_CONFLICT = "record.conflict"
    FIELD_INVALID = "field.invalid"
    ACCESS_DENIED = "access.denied"
    LOGIN_NEEDED = "login.needed"
    SERVER_UNAVAILABLE = "server.unavailable"
    CANCELLED = "cancelled"


class RushesError(Exception):
    """Something that was asked for did not happen: what, to what, and what to do now."""

    def __init__(self, code: Code, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def told_of(self, subject: str) -> RushesError:
        """The same, with what it is about before its message."""
        return RushesError(self.code, f"{subject}: {self.message}", hint=self.hint)

    def __reduce__(self) -> tuple[object, ...]:
        """Travel whole between worker processes; `hint` is keyword-only."""
        return (_rebuild, (self.code, self.message, self.hint))


def _rebuild(code: Code, message: str, hint: str) -> RushesError:
    return RushesError(code, message, hint=hint)
