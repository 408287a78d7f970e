"""From settings to objects: the only room that chooses adapters and opens the database.

A function here that needs another calls it as everyone does, `bootstrap.studio(settings)`: a test
that puts its own in that place is heeded inside too.
"""

from __future__ import annotations

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
    database_url,
    empty_database,
    restore,
)
from rushes.bootstrap.places import place, storage, storage_at
from rushes.bootstrap.plugs import catalog, courier, executor, notifier, tracker
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
from rushes.bootstrap.scanning import layout, root, rules, walk_options
from rushes.bootstrap.signing import keyring, signer, trust

__all__ = [
    "audit",
    "back_up",
    "bundled_database",
    "catalog",
    "courier",
    "database_contents",
    "database_known",
    "database_url",
    "delivering",
    "empty_database",
    "event_reader",
    "events",
    "executor",
    "images",
    "jobs",
    "keyring",
    "layout",
    "ledger",
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
    "sign_offs",
    "signer",
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
