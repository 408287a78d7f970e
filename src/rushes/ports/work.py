"""The socket to numbers of saves and publishes: allocate, write, record.

A number is reserved before anything is written under it, and counts once it is recorded. So two
that save at once never meet, and what breaks off in between leaves a gap that can be explained.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rushes.model.scan import Actor
from rushes.model.work import (
    NewPublish,
    NewWorkfile,
    NumberRequest,
    RecordedPublish,
    RecordedWorkfile,
    Reserved,
    StreamKey,
)
from rushes.ports.records import Page


class Work(Protocol):
    """Numbers, workfiles and publishes of tasks.

    Every call raises `database.unavailable` when the records cannot be reached, and
    `record.not_found` for a task that is not there.
    """

    def allocate(self, requests: Sequence[NumberRequest], *, actor: Actor) -> Sequence[Reserved]:
        """Reserve the next number of each stream: consecutive ones, whoever asks at once.

        A number that expired unrecorded is given again, unless a later one was recorded or is
        held, or something lies at its path by now: then it stays a gap.

        Where a request names its `number`, it is that one or none: `record.conflict` where it is
        recorded, somebody holds it, or something lies at its path. Who holds it and asks for it
        again, with the `key` and the path that it was reserved with, is given the same reservation.

        Numbers end at `model.work.MOST`; `field.invalid` is what lies beyond it.
        """
        ...

    def release(self, tokens: Sequence[str], *, actor: Actor) -> int:
        """Give reservations up that nothing was written under; how many there were."""
        ...

    def record_workfiles(
        self, made: Sequence[NewWorkfile], *, actor: Actor
    ) -> Sequence[RecordedWorkfile]:
        """Record what was saved, all of it or nothing.

        Raises `reservation.expired` where a token is not held any more.
        """
        ...

    def record_publishes(
        self, made: Sequence[NewPublish], *, actor: Actor
    ) -> Sequence[RecordedPublish]:
        """Record what was published, all of it or nothing; raises as `record_workfiles`.

        Whoever has USD layers follow what is recorded tells what is wrong with them as `warnings`.
        Raises `field.invalid` where an asset's name is not the one that the number is for.
        """
        ...

    def publishes(self, stream: StreamKey, *, page: str | None = None) -> Page[RecordedPublish]:
        """The publishes of a stream, the highest number first."""
        ...

    def workfiles(self, stream: StreamKey, *, page: str | None = None) -> Page[RecordedWorkfile]:
        """The workfiles of a stream, the highest number first."""
        ...

    def close(self) -> None:
        """Let go of the connection; whatever is asked next makes a new one."""
        ...
