"""What a server holds open of what is recorded of storage."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from rushes.db import opening

if TYPE_CHECKING:
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


def storage_ports(
    url: str | None, *, data_dir: Path, database_dir: Path | None = None
) -> StoragePorts:
    """The ports on the database at `url`, or in the bundled one. Raises as `db.opening` tells."""
    return {
        "records": opening.open_records(
            url, data_dir=data_dir, database_dir=database_dir, lease=LEASE
        ),
        "images": opening.open_images(url, data_dir=data_dir, database_dir=database_dir),
        "sign_offs": opening.open_sign_offs(url, data_dir=data_dir, database_dir=database_dir),
        "outbox": opening.open_outbox(url, data_dir=data_dir, database_dir=database_dir),
    }
