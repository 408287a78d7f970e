"""What a worker of the server holds open: the ports, once, for all its threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rushes.ports.events import Events
from rushes.ports.images import Images
from rushes.ports.outbox import Outbox
from rushes.ports.people import People
from rushes.ports.signoffs import SignOffs
from rushes.ports.studio import Studio
from rushes.ports.webhooks import Webhooks
from rushes.ports.work import Work
from rushes.scan.layout import Layout

if TYPE_CHECKING:
    from rushes.db.audit import DatabaseAudit
    from rushes.db.jobs import DatabaseJobs
    from rushes.db.movements import DatabaseMovements
    from rushes.db.records import DatabaseRecords

_house: House | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """Places that orders over the API may name: below which drops lie, where they may be copied to,
    and where deliveries are made.
    """

    drops: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    outbox: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class House:
    """The studio's records, numbers, people, events and webhooks, and the folder where workers
    leave their counts; and what is recorded of storage: scans, headers, quality checks and posts;
    what comes in and goes out, the queue of jobs, which is opened when it is first needed, and the
    trail of events. `address_refused` says why nothing would be delivered to a URL, if
    it would not.
    `storage_roots` are the only folders that the server writes to, where there are some.
    """

    studio: Studio
    work: Work
    people: People
    counts: Path
    events: Events
    webhooks: Webhooks
    records: DatabaseRecords
    images: Images
    sign_offs: SignOffs
    outbox: Outbox
    movements: DatabaseMovements
    jobs: Callable[[], DatabaseJobs]
    audit: DatabaseAudit
    layout: Layout
    shots: Mapping[str, str]
    address_refused: Callable[[str], str]
    storage_roots: tuple[str, ...] = ()
    allowed: Allowed = Allowed()


def move_in(opened: House) -> None:
    """From here on all requests use these."""
    global _house
    _house = opened


def house() -> House:
    """What was opened when the server started."""
    assert _house is not None, "the server was not started"
    return _house
