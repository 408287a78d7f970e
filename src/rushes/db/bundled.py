"""The bundled PostgreSQL of one data folder, as the rest of Rushes handles it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rushes.db import cluster
from rushes.db.cluster import ClusterStatus
from rushes.db.place import Place, database_folder


@dataclass(frozen=True, slots=True)
class BundledDatabase:
    """Made and started on first need; every later process finds it again."""

    folder: Path

    @classmethod
    def of(cls, data_dir: Path, *, chosen: Path | None = None) -> BundledDatabase:
        """The database of a user's data folder; `chosen` is the setting `database.data_dir`."""
        return cls(database_folder(data_dir, chosen=chosen))

    def start(self) -> str:
        """Have it running and answering; its URL, password included."""
        return cluster.start(self.folder)

    def stop(self) -> bool:
        """Stop it; False when it was not running."""
        return cluster.stop(self.folder)

    def status(self) -> ClusterStatus:
        """Whether it was made, and whether it runs; nothing is started."""
        return cluster.status(self.folder)

    def url(self) -> str:
        """Its URL, password included, whether or not it runs. Raises `database.unavailable`."""
        return Place(self.folder).url()
