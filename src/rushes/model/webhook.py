"""Addresses that are told of events, and what they are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rushes.core import clock


@dataclass(frozen=True)
class Webhook:
    """An address that is told of events, without its secret.

    It is told of `types` (`task`, `task.update`; none is all) in one `project`, or in all where
    that is None, as far as its `owner` may see them. It has all up to `position`. `failures` are
    those in a row, and `told` is what the last of them came to; after a day of them it is `paused`.
    """

    id: int
    url: str
    project: int | None
    owner: str
    types: tuple[str, ...]
    is_active: bool
    position: int
    failures: int = 0
    failing_since: datetime | None = None
    due: datetime | None = None
    paused: datetime | None = None
    delivered: datetime | None = None
    told: str = ""

    def row(self) -> dict[str, Any]:
        """The webhook as it is told to programs."""
        made = {name: getattr(self, name) for name in self.__dataclass_fields__}
        moments = {
            name: clock.iso(value) for name, value in made.items() if isinstance(value, datetime)
        }
        return {**made, **moments, "types": list(self.types)}


@dataclass(frozen=True)
class NewWebhook:
    """A webhook to be made. `owner` is the number of the person whose it is."""

    url: str
    owner: int
    project: int | None = None
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """A message for an address. Sent again it has the same `id`, and another signature."""

    url: str
    secret: str
    id: str
    body: bytes


@dataclass(frozen=True)
class Receipt:
    """What became of a letter: the status of the answer, 0 where there was none, and in words."""

    status: int
    told: str

    @property
    def arrived(self) -> bool:
        """Whether the receiver took it."""
        return 200 <= self.status < 300

    @property
    def is_last(self) -> bool:
        """Whether the receiver says that it never wants another."""
        return self.status == 410
