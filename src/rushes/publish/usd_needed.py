"""Whether there is USD here."""

from __future__ import annotations

from importlib.util import find_spec

from rushes.core.extras import not_installed


def need() -> None:
    """Raise `dependency.missing` where usd-core is not installed."""
    if find_spec("pxr") is None:
        raise not_installed("USD (usd-core)", "usd")
