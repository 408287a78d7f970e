"""Refusing what makes no sense without a database, so that none is made for it."""

from __future__ import annotations

from rushes import bootstrap
from rushes.core.errors import Code, RushesError
from rushes.core.settings import Settings


def wanted(settings: Settings, lacking: str) -> None:
    """Raise `nothing.found` where there is no database yet; `lacking` says what there is not."""
    if not bootstrap.database_known(settings):
        raise RushesError(
            Code.NOTHING_FOUND,
            f"There is no database yet, so there is nothing to {lacking}.",
            hint="It is made by the first command that needs it.",
        )
