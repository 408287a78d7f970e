"""Whether there is USD here."""

from __future__ import annotations

from importlib.util import find_spec

from rushes.core.errors import Code, RushesError


def need() -> None:
    """Raise `dependency.missing` where usd-core is not installed."""
    if find_spec("pxr") is None:
        raise RushesError(
            Code.DEPENDENCY_MISSING,
            "USD (usd-core) is not installed here.",
            hint="Install it with: pip install 'rushes[usd]'",
        )
