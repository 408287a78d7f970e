"""What is done with what was written: events sealed, read and gone through, jobs, webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rushes.bootstrap import reaching

if TYPE_CHECKING:
    from rushes.core.settings import Settings
    from rushes.db.event_waking import Waking
    from rushes.db.events import DatabaseEvents
    from rushes.db.jobs import DatabaseJobs
    from rushes.db.listening import Listening
    from rushes.db.turn import Turn
    from rushes.ports.audit import Audit
    from rushes.ports.events import Events
    from rushes.ports.webhooks import Webhooks


def events(settings: Settings) -> DatabaseEvents:
    """Every write of the studio's records, to be sealed, in the same database. To be closed.

    Raises as `records` does.
    """
    from rushes.db.opening import open_events

    return reaching.opened(open_events, settings)


def event_reader(settings: Settings) -> Events:
    """The same for who may see them. To be closed. Raises as `records` does."""
    from rushes.db.opening import open_event_reader

    return reaching.opened(open_event_reader, settings)


def waking(settings: Settings) -> Waking:
    """What wakes a sealer when something is written. To be closed. Raises as `records` does."""
    from rushes.db.opening import open_waking

    return reaching.opened(open_waking, settings)


def sealed(settings: Settings) -> Listening:
    """What tells that events were sealed. To be closed. Raises as `records` does."""
    from rushes.db.opening import open_sealed

    return reaching.opened(open_sealed, settings)


def jobs(settings: Settings) -> DatabaseJobs:
    """Work for later, in the same database. To be closed. Raises as `records` does."""
    from rushes.db.opening import open_jobs

    return reaching.opened(open_jobs, settings)


def audit(settings: Settings) -> Audit:
    """The events gone through and searched, in the same place. To be closed.

    Raises as `records` does.
    """
    if settings.server.url:
        from rushes.client.audit import HttpAudit

        return HttpAudit(reaching.server(settings))
    from rushes.db.opening import open_audit

    return reaching.opened(open_audit, settings)


def webhooks(settings: Settings) -> Webhooks:
    """Who is told of events, in the same place. To be closed. Raises as `records` does."""
    if settings.server.url:
        from rushes.client.webhooks import HttpWebhooks

        return HttpWebhooks(reaching.server(settings))
    from rushes.db.opening import open_webhooks

    return reaching.opened(open_webhooks, settings)


def delivering(settings: Settings) -> Turn:
    """The turn at telling webhooks, of which there is one. To be closed. Raises as `records`."""
    from rushes.db.opening import open_delivering

    return reaching.opened(open_delivering, settings)
