"""The queues of work for later. What waits in one holds up nothing in the other."""

from __future__ import annotations

JOBS = "rushes"
MOVEMENTS = "movements"  # ingests and deliveries, which may take hours
