"""What a server holds open of what is recorded of storage, of what comes in and goes out, and of
the trail of events.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from rushes.db import opening

if TYPE_CHECKING:
    from rushes.db.audit import DatabaseAudit
    from rushes.db.jobs import DatabaseJobs
    from rushes.db.movements import DatabaseMovements
    from rushes.db.records import DatabaseRecords
    from rushes.ports.images import Images
    from rushes.ports.outbox import Outbox
    from rushes.ports.signoffs import SignOffs

# After so long without a word, a scan's program was killed. Nobody waits for it: what it leaves
# until then is a line in a list, and the rows that it staged.
LEASE = timedelta(hours=6)


class StoragePorts(TypedDict):
    """The ports by what the house calls them."""

    records: DatabaseRecords
    images: Images
    sign_offs: SignOffs
    outbox: Outbox
    movements: DatabaseMovements
    jobs: Callable[[], DatabaseJobs]
    audit: DatabaseAudit


def storage_ports(
    url: str | None, *, data_dir: Path, database_dir: Path | None = None
) -> StoragePorts:
    """The ports on the database at `url`, or in the bundled one. Raises as `db.opening` tells."""

    @cache
    def jobs() -> DatabaseJobs:
        """The queue, whose tables are made when something is queued first."""
        return opening.open_jobs(url, data_dir=data_dir, database_dir=database_dir)

    return {
        "records": opening.open_records(
            url, data_dir=data_dir, database_dir=database_dir, lease=LEASE
        ),
        "images": opening.open_images(url, data_dir=data_dir, database_dir=database_dir),
        "sign_offs": opening.open_sign_offs(url, data_dir=data_dir, database_dir=database_dir),
        "outbox": opening.open_outbox(url, data_dir=data_dir, database_dir=database_dir),
        "movements": opening.open_movements(url, data_dir=data_dir, database_dir=database_dir),
        "jobs": jobs,
        "audit": opening.open_audit(url, data_dir=data_dir, database_dir=database_dir),
    }
