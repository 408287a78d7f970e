"""How long work reports how far it is, and learns that it is no longer wanted."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Given to every long verb; calls are cheap and may come often."""

    def report(self, done: int, total: int | None = None, note: str = "") -> None:
        """`done` of `total` units; `total` is None while it is not known."""
        ...

    def cancelled(self) -> bool:
        """True once nobody wants the result; the verb raises `cancelled` at the next chance."""
        ...


class Silent:
    """Progress that nobody watches."""

    def report(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say nothing."""

    def cancelled(self) -> bool:
        """Never."""
        return False
