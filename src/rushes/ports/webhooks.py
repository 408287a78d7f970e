"""The socket to webhooks: who is told of what, and how far they were told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from rushes.model.scan import Actor
from rushes.model.webhook import NewWebhook, Webhook
from rushes.ports.studio import Access


@dataclass(frozen=True)
class Subscription:
    """A webhook that is to be told, its secret, and what its owner may see."""

    id: int
    url: str
    secret: str
    types: tuple[str, ...]
    project: int | None
    access: Access
    resumed: int  # changes whenever it is to begin anew


@dataclass(frozen=True)
class Progress:
    """How far a webhook was told, its failures in a row and since when, and when to try again."""

    position: int
    failures: int = 0
    since: datetime | None = None
    due: datetime | None = None
    paused: bool = False


class Webhooks(Protocol):
    """Webhooks, for admins: a project's admins have those of their project.

    Every call raises `database.unavailable` when they cannot be reached, and those with an
    `access` `record.not_found` for what is not there or not theirs, `access.denied` for what their
    role does not let, and `field.invalid` for a value that makes no sense.
    """

    def webhooks(self, *, access: Access) -> Sequence[Webhook]:
        """Those that are theirs, the newest last."""
        ...

    def add(self, new: NewWebhook, *, access: Access, actor: Actor) -> tuple[Webhook, str]:
        """Make one, and its secret, which is told this once. It is told what comes from now on."""
        ...

    def change(
        self, number: int, fields: Mapping[str, Any], *, access: Access, actor: Actor
    ) -> Webhook:
        """Another `url`, other `types`, or whether it `is_active`; active again, it is resumed.

        It is told what its owner may see: `access.denied` where somebody else changes the first two
        who may not see everything.
        """
        ...

    def remove(self, number: int, *, access: Access, actor: Actor) -> Webhook:
        """End one; its secret is forgotten."""
        ...

    def subscription(self, number: int, *, access: Access) -> Subscription:
        """All that is needed to send it a letter."""
        ...

    def subscriptions(self) -> Sequence[Subscription]:
        """All that are to be told."""
        ...

    def progress(self, number: int) -> Progress:
        """How it stands."""
        ...

    def arrived(self, number: int, position: int) -> None:
        """It has all up to a position, whose letter arrived: there are no failures any more."""
        ...

    def moved(self, number: int, position: int) -> None:
        """It has all up to a position, of which nothing was for it."""
        ...

    def failed(self, number: int, progress: Progress, told: str) -> None:
        """A letter did not arrive, and in words why."""
        ...

    def close(self) -> None:
        """Let go of the connection; whatever is asked next makes a new one."""
        ...
