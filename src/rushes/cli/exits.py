"""The one table of exit codes."""

from __future__ import annotations

from collections.abc import Iterable

from rushes.core.errors import Code

OK = 0
FOUND = 1  # the command did its work, and found what it looks for: missing frames, a full shot
NOT_THERE = 2  # what was asked for is not there, or the command line makes no sense
UNAVAILABLE = 3  # a service or a part that is needed does not answer
NOT_WRITTEN = 4  # a result could not be written
INTERNAL = 70  # a fault in Rushes itself
INTERRUPTED = 130
READER_GONE = 141  # as of a program that SIGPIPE ended
TERMINATED = 143  # as of one that SIGTERM ended

MEANINGS = {
    OK: "All that was asked for was done, and nothing was found that the command looks for.",
    FOUND: "The command did its work and found what it looks for: missing frames, a full shot.",
    NOT_THERE: "What was asked for is not there, or the command line makes no sense.",
    UNAVAILABLE: "A part of it could not be read, or a service that is needed does not answer.",
    NOT_WRITTEN: "A result could not be written.",
    INTERNAL: "A fault in Rushes itself.",
    INTERRUPTED: "Interrupted.",
    READER_GONE: "Whoever read the output went away before its end, as `head` does.",
    TERMINATED: "Told to end (SIGTERM), it did so as when interrupted.",
}

# What a command with several outcomes ends with: the last of these that there was.
_GRAVITY = (OK, FOUND, NOT_WRITTEN, UNAVAILABLE, NOT_THERE)

EXIT_CODES: dict[Code, int] = {
    Code.PATH_NOT_FOUND: NOT_THERE,
    Code.PATH_UNREADABLE: UNAVAILABLE,
    Code.NOTHING_FOUND: NOT_THERE,
    Code.USAGE: NOT_THERE,
    Code.NOTATION_INVALID: NOT_THERE,
    Code.SETTINGS_UNKNOWN: NOT_THERE,
    Code.SETTINGS_INVALID: NOT_THERE,
    Code.DEPENDENCY_MISSING: UNAVAILABLE,
    Code.ADAPTER_UNKNOWN: NOT_THERE,
    Code.DATABASE_UNAVAILABLE: UNAVAILABLE,
    Code.DATABASE_NEWER: UNAVAILABLE,
    Code.RECORD_NOT_FOUND: NOT_THERE,
    Code.SCAN_SUPERSEDED: UNAVAILABLE,
    Code.EXECUTOR_FAILED: UNAVAILABLE,
    Code.WRITE_FAILED: NOT_WRITTEN,
    Code.MEDIA_UNREADABLE: FOUND,
    Code.POLICY_UNKNOWN: NOT_THERE,
    Code.POLICY_INVALID: NOT_THERE,
    Code.SIDECAR_INVALID: FOUND,
    Code.CHANGED_MEANWHILE: UNAVAILABLE,
    Code.LOCK_UNAVAILABLE: UNAVAILABLE,
    Code.KEY_UNKNOWN: NOT_THERE,
    Code.KEY_INVALID: NOT_THERE,
    Code.TRACKER_UNAVAILABLE: UNAVAILABLE,
    Code.TRACKER_REFUSED: UNAVAILABLE,
    Code.MANIFEST_INVALID: FOUND,
    Code.BACKUP_INVALID: NOT_THERE,  # nothing was restored; 1 says that a restored one was odd
    Code.PUBLISHES_INVALID: UNAVAILABLE,
    Code.RESERVATION_EXPIRED: NOT_THERE,
    Code.RECORD_CONFLICT: NOT_THERE,
    Code.FIELD_INVALID: NOT_THERE,
    Code.ACCESS_DENIED: UNAVAILABLE,
    Code.LOGIN_NEEDED: UNAVAILABLE,
    Code.SERVER_UNAVAILABLE: UNAVAILABLE,
    Code.CANCELLED: INTERRUPTED,
}


def gravest(codes: Iterable[int]) -> int:
    """The code that the caller must know of most."""
    return max(codes, key=_GRAVITY.index, default=OK)
