"""A number that is ours until it is recorded, or given back."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Generic, TypeVar

from rushes.client.record import Record
from rushes.client.studio import HttpStudio
from rushes.client.table import Table
from rushes.client.work import HttpWork
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.model.scan import Actor
from rushes.model.work import (
    Bump,
    NewPublish,
    NewWorkfile,
    NumberRequest,
    PublishStatus,
    RecordedPublish,
    RecordedWorkfile,
    Reserved,
    StreamKey,
    WorkKind,
)

Made = TypeVar("Made", RecordedPublish, RecordedWorkfile)
Own = TypeVar("Own", bound="Reservation[Any]")
_ACTOR = Actor("")  # the server knows whose the token is
_HOUR_S = 3600.0


_PATTERN = re.compile(r"[%#<$]")  # of frames or tiles, whose files are called otherwise


class Reservation(Generic[Made]):
    """A number that nobody else gets, and the path with it.

    As a context manager it gives the number back where its block fails and nothing lies at the
    path. Where something does, the number stays a gap once its time has run out, so that nobody
    writes over half a file.
    """

    def __init__(self, work: HttpWork, reserved: Reserved) -> None:
        self._work = work
        self._reserved = reserved
        self.recorded: Made | None = None

    @property
    def token(self) -> str:
        """What it is recorded by."""
        return self._reserved.token

    @property
    def version(self) -> int:
        """The version."""
        return self._reserved.number.version

    @property
    def iteration(self) -> int:
        """The iteration in the version."""
        return self._reserved.number.iteration

    @property
    def path(self) -> str:
        """Where it is to be written; empty where no path was given."""
        return self._reserved.path

    def release(self) -> None:
        """Give the number back: nothing was written under it."""
        self._work.release([self.token], actor=_ACTOR)

    def _check_there(self, path: str) -> None:
        """Raise `path.not_found` where this machine would have what is recorded, and has not.

        Of a sequence, which has a pattern for a name, the folder must be there. Addresses and
        relative paths are nobody's to look for.
        """
        folder, name = os.path.split(path or self.path)
        wanted = folder if _PATTERN.search(name) else os.path.join(folder, name)
        if not os.path.isabs(wanted) or "://" in wanted or os.path.lexists(wanted):
            return
        raise RushesError(
            Code.PATH_NOT_FOUND,
            f"Nothing lies at {escape(wanted)}, so nothing is recorded of it.",
            hint="Write the file first; elsewhere=True records what only other machines see.",
        )

    def __enter__(self: Own) -> Own:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None or self.recorded is not None:
            return
        if self.path and os.path.lexists(self.path):
            return
        # What broke the block is told, not that the server could not be reached besides.
        with suppress(RushesError):
            self.release()

    def __repr__(self) -> str:
        stream = self._reserved.stream
        return f"<{stream.kind.value} {self._reserved.number} of task {stream.task}>"


class PublishReservation(Reservation[RecordedPublish]):
    """The number of a publish."""

    def record(
        self,
        *,
        path: str = "",
        status: str = "published",
        comment: str = "",
        label: str = "",
        metadata: Mapping[str, Any] | None = None,
        components: Sequence[Mapping[str, Any]] = (),
        links: Sequence[Mapping[str, Any]] = (),
        elsewhere: bool = False,
        **paths: str,
    ) -> RecordedPublish:
        """Record what was published; `path` is the reserved one where nothing is given.

        `paths` are `item_usd_path`, `asset_usd_path` and `preview_path`. Raises `path.not_found`
        where nothing lies at the path, unless it lies `elsewhere`: where other machines see it.
        """
        if not elsewhere:
            self._check_there(path)
        new = NewPublish(
            self.token,
            path,
            PublishStatus(status),
            comment=comment,
            label=label,
            metadata=dict(metadata or {}),
            components=tuple(components),
            links=tuple(links),
            **paths,
        )
        (self.recorded,) = self._work.record_publishes([new], actor=_ACTOR)
        return self.recorded


class SceneReservation(Reservation[RecordedWorkfile]):
    """The number of a scene."""

    def record(
        self,
        *,
        path: str = "",
        comment: str = "",
        metadata: Mapping[str, Any] | None = None,
        elsewhere: bool = False,
    ) -> RecordedWorkfile:
        """Record what was saved; `path` is the reserved one where nothing is given.

        Raises `path.not_found` where nothing lies there, unless it lies `elsewhere`.
        """
        if not elsewhere:
            self._check_there(path)
        new = NewWorkfile(self.token, path, comment, dict(metadata or {}))
        (self.recorded,) = self._work.record_workfiles([new], actor=_ACTOR)
        return self.recorded


class Publishes(Table):
    """Publishes: found as all records are, made under numbers that are reserved first."""

    def __init__(self, studio: HttpStudio, work: HttpWork) -> None:
        super().__init__(studio, "publish")
        self._work = work

    def next(
        self,
        *,
        task: int | Record,
        software: str,
        part: str = "",
        asset: str = "",
        path: str = "",
        bump: str = "version",
        hold_s: float = _HOUR_S,
    ) -> PublishReservation:
        """Reserve the next number of a part, for `hold_s` seconds.

        `path` is a pattern, as in `/nv/bear_v{version:03d}.usd`; `bump` is `version` or
        `iteration`.
        """
        stream = StreamKey(WorkKind.PUBLISH, _task(task), software, part, asset)
        (made,) = self._work.allocate(
            [NumberRequest(stream, Bump(bump), path, hold_s)], actor=_ACTOR
        )
        return PublishReservation(self._work, made)

    def record(self, token: str, **given: Any) -> RecordedPublish:
        """Record what was published under a token that was reserved elsewhere."""
        new = NewPublish(
            token, **{**given, "status": PublishStatus(given.get("status", "published"))}
        )
        (made,) = self._work.record_publishes([new], actor=_ACTOR)
        return made


class Scenes(Table):
    """Saved scenes: found as all records are, made under numbers that are reserved first."""

    def __init__(self, studio: HttpStudio, work: HttpWork) -> None:
        super().__init__(studio, "workfile")
        self._work = work

    def next(
        self,
        *,
        task: int | Record,
        software: str,
        path: str = "",
        bump: str = "iteration",
        hold_s: float = _HOUR_S,
    ) -> SceneReservation:
        """Reserve the next number of a task's scenes in one software, for `hold_s` seconds."""
        stream = StreamKey(WorkKind.WORKFILE, _task(task), software)
        (made,) = self._work.allocate(
            [NumberRequest(stream, Bump(bump), path, hold_s)], actor=_ACTOR
        )
        return SceneReservation(self._work, made)

    def record(self, token: str, *, path: str = "", **given: Any) -> RecordedWorkfile:
        """Record what was saved under a token that was reserved elsewhere."""
        (made,) = self._work.record_workfiles([NewWorkfile(token, path, **given)], actor=_ACTOR)
        return made


def _task(task: int | Record) -> int:
    return task.id if isinstance(task, Record) else task
