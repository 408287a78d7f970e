"""A folder as the records know it."""

from __future__ import annotations

from rushes.core.escape import unescape
from rushes.ports.records import Records, every
from rushes.scan.roots import Root, among


def recorded(root: Root, records: Records) -> Root:
    """The same folder under the storage root on record that holds it; `root` where none does."""
    known = every(lambda page: records.storage_roots(page=page))
    return among(root, [unescape(one.mount) for one in known])
