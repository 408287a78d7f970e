"""Backups of a whole database: what is known of one, and what came of putting one back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rushes.model.event import EventAudit, EventHead


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds at one moment.

    `migrations` are all that were applied, as in rushes.0006_answers; `rows` are counted table by
    table, as in public.rushes_shot. `extensions` are those of PostgreSQL that it needs, and
    `waiting` counts events that have no seal yet.
    """

    postgresql: str
    migrations: tuple[str, ...]
    rows: Mapping[str, int]
    extensions: tuple[str, ...]
    head: EventHead
    waiting: int

    @property
    def leaf(self) -> str:
        """The last of our own migrations; empty where there is none."""
        ours = sorted(one for one in self.migrations if one.startswith("rushes."))
        return ours[-1].removeprefix("rushes.") if ours else ""

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.rows.values())


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup as its manifest tells it. `made` is RFC 3339; `size` and `sha256` are the dump's."""

    made: str
    rushes: str
    contents: Contents
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Written:
    """A backup that lies at `path`, and was read back whole."""

    path: Path
    backup: Backup


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that is the database now, brought up to `leaf`, its chain of events gone through."""

    backup: Backup
    leaf: str
    audit: EventAudit
