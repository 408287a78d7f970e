"""The trackers that are told of what was ingested, opened and closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

from rushes import bootstrap
from rushes.exchange.telling_trackers import TellingTrackers, check_kinds
from rushes.ports.studio import Studio

if TYPE_CHECKING:
    from rushes.core.settings import Settings
    from rushes.model.scan import Actor
    from rushes.ports.tracker import Tracker


@contextmanager
def trackers_of(settings: Settings) -> Iterator[Sequence[Tracker]]:
    """Those of the settings; none is asked anything yet.

    Raises `adapter.unknown`, and `settings.invalid` where one is not set up or takes no Versions.
    """
    with ExitStack() as open_:
        found = [
            open_.enter_context(closing(bootstrap.tracker(settings, name)))
            for name in dict.fromkeys(settings.tracking.trackers)
        ]
        check_kinds(found)
        yield found


@contextmanager
def telling(
    settings: Settings,
    trackers: Sequence[Tracker],
    studio: Studio,
    *,
    show: str,
    actor: Actor,
) -> Iterator[TellingTrackers | None]:
    """What tells them of one ingest; None where there is nobody to tell."""
    if not trackers:
        yield None
        return
    with closing(bootstrap.outbox(settings)) as outbox:
        yield TellingTrackers(show, trackers, outbox, studio, actor)
