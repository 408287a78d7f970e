"""What a database and its backups hold, as text and as JSON."""

from __future__ import annotations

from typing import Any

from rushes.cli import show
from rushes.cli.audit_sheet import audit_row
from rushes.model.backup import Backup, Contents, Restored

_OURS = "public.rushes_"


def rows_told(held: Contents) -> str:
    """`1,204 rows in 12 tables`."""
    filled = sum(1 for count in held.rows.values() if count)
    return f"{show.counted(held.total, 'row')} in {show.counted(filled, 'table')}"


def lost_lines(held: Contents) -> list[tuple[str, str]]:
    """The tables that hold anything, the fullest first."""
    filled = sorted((-count, name) for name, count in held.rows.items() if count)
    return [(name.removeprefix(_OURS), f"{-count:,}") for count, name in filled]


def backup_row(made: Backup) -> dict[str, Any]:
    """A backup as JSON has it."""
    held = made.contents
    return {
        "made": made.made,
        "rushes": made.rushes,
        "postgresql": held.postgresql,
        "leaf": held.leaf,
        "rows": dict(held.rows),
        "extensions": list(held.extensions),
        "head": {"position": held.head.position, "seal": held.head.seal},
        "waiting": held.waiting,
        "size": made.size,
        "sha256": made.sha256,
    }


def restored_row(restored: Restored) -> dict[str, Any]:
    """What became of a backup."""
    return {
        "backup": backup_row(restored.backup),
        "leaf": restored.leaf,
        "audit": audit_row(restored.audit),
    }
