"""The errors of manifests that cannot be read at all."""

from __future__ import annotations

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.exchange.manifest import FIELDS

MOST_ENTRIES = 1_000_000


def refused(name: str, why: str) -> RushesError:
    """`manifest.invalid`: the whole file is of no use, and why."""
    return RushesError(
        Code.MANIFEST_INVALID,
        f"The manifest {escape(name)} cannot be read: {escape(why)}.",
        hint=f"It is CSV, or JSON with a list `files`; the fields are {', '.join(FIELDS)}.",
    )


def too_many(name: str) -> RushesError:
    """The same, for more entries than any drop has."""
    return refused(name, f"it has more than {MOST_ENTRIES:,} entries")
