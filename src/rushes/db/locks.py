"""The advisory locks of a whole database, all in one place, so that no two share a number."""

from __future__ import annotations

from enum import IntEnum, unique

OURS = 0x52555348  # what our numbers begin with: a studio's own database may have other locks


@unique
class DatabaseLock(IntEnum):
    """What is done by one at a time. Migrations' number is that of every version of Rushes."""

    MIGRATION = OURS << 32 | 1
    STORAGE_ROOT = OURS << 32 | 2  # while a root is made: two scans of a new place make one
    OUTBOX_CLAIM = OURS << 32 | 3  # who else has a post of an asset is then plain to see
    IMAGE_BASES = OURS << 32 | 4
    EVENT_SEAL = OURS << 32 | 5
    FIRST_ADMIN = OURS << 32 | 6
    SERVER_MIGRATION = OURS << 32 | 7
    RESTORE = OURS << 32 | 8  # in another database of the server than the one that is replaced
    EVENTS_ASLEEP = OURS << 32 | 9  # held by a sealer that waits to be woken by the next write
    JOBS_MIGRATION = OURS << 32 | 10
    WEBHOOKS = OURS << 32 | 11  # held by the one worker that delivers
    SERVING = OURS << 32 | 12  # shared by all that serve; whoever empties or stops wants it alone
