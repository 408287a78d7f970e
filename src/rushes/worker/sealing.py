"""The sealer: gives events their position, a moment after they are there for all."""

from __future__ import annotations

import time
from contextlib import closing
from threading import Event

from rushes import bootstrap
from rushes.core import logs
from rushes.core.errors import RushesError
from rushes.core.settings import Settings
from rushes.ports.sealer import Sealer, Waking

_BATCH = 1_000
_AWAKE_S = 1.0  # for so long after the last event it looks by itself
_LOOK_EVERY_S = 0.03  # each look costs the same, for one event or for a thousand
_SLEEP_S = 1.0  # a write that began before it fell asleep, and ended after, wakes nobody
_AGAIN_S = 2.0


class Sealing:
    """Seals events as they come. While there are some it looks some thirty times a second, so
    that writers need not tell; after a quiet second it has itself woken by the next write.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def run(self, stop: Event) -> None:
        """Seal until told to end; a database that is lost is waited for."""
        said = ""
        while not stop.is_set():
            try:
                with (
                    closing(bootstrap.events(self._settings)) as events,
                    closing(bootstrap.waking(self._settings)) as waking,
                ):
                    while not stop.is_set():
                        _awake(events, stop)
                        said = ""
                        _asleep(events, waking, stop)
            except RushesError as error:
                if said != error.message:  # once, however long it takes
                    logs.warning(f"sealer: {error.message}")
                    said = error.message
            except Exception as error:  # noqa: BLE001 (a worker's loop)
                logs.fault(error)
                logs.warning(f"sealer: {type(error).__name__}: {error}")
            stop.wait(_AGAIN_S)


def _awake(events: Sealer, stop: Event) -> None:
    """Seal until nothing has come for a while."""
    until = time.monotonic() + _AWAKE_S
    while time.monotonic() < until and not stop.is_set():
        count = events.seal(_BATCH)
        if count:
            until = time.monotonic() + _AWAKE_S
        if count < _BATCH:
            stop.wait(_LOOK_EVERY_S)


def _asleep(events: Sealer, waking: Waking, stop: Event) -> None:
    """Wait for something to seal."""
    with waking.asleep():
        while not stop.is_set() and not events.waiting().count:
            waking.wait(_SLEEP_S)
