"""From settings to objects: the only room that chooses adapters and opens the database.

A function here that needs another calls it as everyone does, `bootstrap.studio(settings)`: a test
that puts its own in that place is heeded inside too.
"""

from __future__ import annotations

from rushes.bootstrap.asked import deliver_asked, ingest_asked
from rushes.bootstrap.background import (
    audit,
    delivering,
    event_reader,
    events,
    jobs,
    sealed,
    waking,
    webhooks,
)
from rushes.bootstrap.database import (
    back_up,
    bundled_database,
    database_contents,
    database_known,
    database_parameters,
    database_url,
    empty_database,
    restore,
)
from rushes.bootstrap.moving import moved, movements
from rushes.bootstrap.places import place, storage, storage_at
from rushes.bootstrap.plugs import (
    address_refused,
    catalog,
    courier,
    executor,
    notifier,
    tracker,
)
from rushes.bootstrap.reaching import server_state, without_server
from rushes.bootstrap.recording import (
    images,
    ledger,
    outbox,
    people,
    records,
    sign_offs,
    studio,
    work,
)
from rushes.bootstrap.scanning import layout, lists_by_python, root, rules, walk_options
from rushes.bootstrap.serving import servers_at_work, show_at_work, stop_database
from rushes.bootstrap.signing import keyring, signer, trust

__all__ = [
    "address_refused",
    "audit",
    "back_up",
    "bundled_database",
    "catalog",
    "courier",
    "database_contents",
    "database_known",
    "database_parameters",
    "database_url",
    "deliver_asked",
    "delivering",
    "empty_database",
    "event_reader",
    "events",
    "executor",
    "images",
    "ingest_asked",
    "jobs",
    "keyring",
    "layout",
    "ledger",
    "lists_by_python",
    "moved",
    "movements",
    "notifier",
    "outbox",
    "people",
    "place",
    "records",
    "restore",
    "root",
    "rules",
    "sealed",
    "server_state",
    "servers_at_work",
    "show_at_work",
    "sign_offs",
    "signer",
    "stop_database",
    "storage",
    "storage_at",
    "studio",
    "tracker",
    "trust",
    "waking",
    "walk_options",
    "webhooks",
    "without_server",
    "work",
]
