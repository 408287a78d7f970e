"""The socket to those who are told of what happens."""

from __future__ import annotations

from typing import Protocol

from rushes.model.webhook import Letter, Receipt


class Notifier(Protocol):
    """Carries letters. What goes wrong is in the receipt; it raises nothing of its own."""

    async def send(self, letter: Letter) -> Receipt:
        """Carry one, within a bounded time."""
        ...

    async def refuses(self, url: str) -> str:
        """Why no letter is carried to this address; empty where nothing is known against it."""
        ...

    async def close(self) -> None:
        """Let go of open connections."""
        ...
