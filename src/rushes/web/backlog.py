"""What has yet to be told of what was written, and to how many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.db import Error, connection

from rushes.web.live.gauge import clients

_ASKED = """
    SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0)::float,
           (SELECT coalesce(sum(p.failures), 0) FROM rushes_webhookprogress p
              JOIN rushes_webhook w ON w.id = p.webhook_id WHERE w.is_active),
           (SELECT count(*) FROM rushes_webhookprogress p
              JOIN rushes_webhook w ON w.id = p.webhook_id
             WHERE w.is_active AND p.paused IS NOT NULL)
      FROM rushes_event WHERE position IS NULL
"""


class Backlog(NamedTuple):
    """Events that have no position yet, and for how many seconds the first has none; streams;
    failures of webhooks since they last worked, and webhooks that were given up.
    """

    events: int
    seconds: float
    clients: int
    failures: int
    paused: int


def backlog(counts: Path) -> Backlog | None:
    """How it stands; None where the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ASKED)
            events, seconds, failures, paused = cursor.fetchone()
    except Error:
        connection.close()
        return None
    return Backlog(events, max(0.0, seconds), clients(counts), int(failures), paused)


def gauges(found: Backlog | None) -> str:
    """The same in Prometheus' text format; nothing where nothing is known."""
    return "".join(f"{line}\n" for line in _lines(found)) if found is not None else ""


def _lines(found: Backlog) -> Iterator[str]:
    for name, doc, value in (
        ("events_waiting", "Events that are not told yet.", found.events),
        ("events_waiting_seconds", "How long the first of them has waited.", found.seconds),
        ("live_clients", "Streams of events.", found.clients),
        ("webhook_failures", "Failures of webhooks since they last worked.", found.failures),
        ("webhooks_paused", "Webhooks that were given up.", found.paused),
    ):
        yield f"# HELP rushes_{name} {doc}"
        yield f"# TYPE rushes_{name} gauge"
        yield f"rushes_{name} {value:g}"
