"""What came in and what went out, in the same place as all that Rushes remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rushes.bootstrap import reaching

if TYPE_CHECKING:
    from rushes.core.settings import Settings
    from rushes.db.listening import Listening
    from rushes.ports.movements import Movements


def movements(settings: Settings) -> Movements:
    """Ingests and deliveries on record. To be closed.

    Raises as `records` does.
    """
    if settings.server.url:
        from rushes.client.movements import HttpMovements

        return HttpMovements(reaching.server(settings))
    from rushes.db.opening import open_movements

    return reaching.opened(open_movements, settings)


def moved(settings: Settings) -> Listening:
    """What tells the numbers of movements as they move. To be closed. Raises as `records` does."""
    from rushes.db.opening import open_moved

    return reaching.opened(open_moved, settings)
