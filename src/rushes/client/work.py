"""The port of saves and publishes over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from rushes.client.sending import acting, number_of, sendable
from rushes.client.spelling.findings import finding_of
from rushes.client.spelling.texts import moment_of
from rushes.client.transport import Transport
from rushes.model.scan import Actor
from rushes.model.work import (
    NewPublish,
    NewWorkfile,
    Number,
    NumberRequest,
    PublishStatus,
    RecordedPublish,
    RecordedWorkfile,
    Reserved,
    StreamKey,
    WorkKind,
)
from rushes.ports.records import Page
from rushes.tracking.links import checked_links
from rushes.tracking.reserving import reservation, written_at

Row = Mapping[str, Any]
Made = TypeVar("Made")
_AT = {WorkKind.WORKFILE: "scenes", WorkKind.PUBLISH: "publishes"}
_PUBLISHED = (
    *("path", "item_usd_path", "asset_usd_path", "preview_path"),
    *("asset_name", "label", "comment"),
)


class HttpWork:
    """`ports.work.Work` on a Rushes server.

    Whose work it is, the server knows by the token; see `HttpStudio` for what an `actor` adds to
    that. Whether something lies at the path of a number that was given up is looked for on the
    server's own file system.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def allocate(self, requests: Sequence[NumberRequest], *, actor: Actor) -> Sequence[Reserved]:
        """Reserve numbers.

        Those of workfiles and those of publishes are two requests: where the second is refused, the
        first is taken back.
        """
        bodies = [_wanted(one) for one in requests]
        made: dict[int, Reserved] = {}
        try:
            for kind in WorkKind:
                places = [at for at, one in enumerate(requests) if one.stream.kind is kind]
                rows = self._sent(f"/{_AT[kind]}/next", [bodies[at] for at in places], actor)
                made.update(zip(places, (_reserved(kind, row) for row in rows), strict=True))
        except Exception:
            if made:
                self.release([one.token for one in made.values()], actor=actor)
            raise
        return [made[at] for at in range(len(requests))]

    def release(self, tokens: Sequence[str], *, actor: Actor) -> int:
        """Give reservations up."""
        wanted = [reservation(one) for one in tokens]
        if not wanted:
            return 0
        told = self._transport.send("POST", "/reservations/release", wanted, headers=acting(actor))
        return int(told["released"])

    def record_workfiles(
        self, made: Sequence[NewWorkfile], *, actor: Actor
    ) -> Sequence[RecordedWorkfile]:
        """Record what was saved."""
        rows = [
            sendable("workfile", {
                "token": reservation(one.token), "path": one.path,
                "comment": one.comment, "metadata": dict(one.metadata),
            })
            for one in made
        ]  # fmt: skip
        return [_workfile(row) for row in self._sent("/scenes/record", rows, actor)]

    def record_publishes(
        self, made: Sequence[NewPublish], *, actor: Actor
    ) -> Sequence[RecordedPublish]:
        """Record what was published; the server has its USD layers follow, and tells of that."""
        rows = [_new_publish(one) for one in made]
        if not rows:
            return []
        told = self._transport.send("POST", "/publishes/record", rows, headers=acting(actor))
        *others, last = (_publish(row) for row in told["data"])
        warnings = tuple(finding_of(one) for one in told.get("warnings", ()))
        return [*others, replace(last, warnings=warnings)]

    def publishes(self, stream: StreamKey, *, page: str | None = None) -> Page[RecordedPublish]:
        """The publishes of a stream."""
        return self._recorded(stream, page, _publish)

    def workfiles(self, stream: StreamKey, *, page: str | None = None) -> Page[RecordedWorkfile]:
        """The workfiles of a stream."""
        return self._recorded(stream, page, _workfile)

    def close(self) -> None:
        """Close the connections; whatever is asked next makes new ones."""
        self._transport.close()

    def _sent(self, path: str, rows: Sequence[Row], actor: Actor) -> list[Row]:
        if not rows:
            return []
        told = self._transport.send("POST", path, list(rows), headers=acting(actor))
        return list(told["data"])

    def _recorded(
        self, stream: StreamKey, page: str | None, read: Callable[[Row], Made]
    ) -> Page[Made]:
        asked = [
            ("task", str(number_of("task", stream.task))),
            ("software", stream.software),
            ("part", stream.part),
            ("asset_name", stream.asset),
        ]
        if page is not None:
            asked.append(("cursor", page))
        told = self._transport.get(f"/{_AT[stream.kind]}/recorded", asked)
        return Page([read(row) for row in told["data"]], told["next"])


def _wanted(one: NumberRequest) -> dict[str, Any]:
    """A request as it is sent. Raises `usage` or `field.invalid` for a path that takes
    no number.
    """
    written_at(one.path, Number(1, 1), exact=one.number is not None)
    row: dict[str, Any] = {
        "task": number_of("task", one.stream.task),
        "software": one.stream.software,
        "part": one.stream.part,
        "asset_name": one.stream.asset,
        "bump": one.bump.value,
        "path": one.path,
        "hold_s": float(one.hold_s),
        "key": one.key,
    }
    for name, number in (("number", one.number), ("above", one.above)):
        if number is not None:
            row[name] = {"version": number.version, "iteration": number.iteration}
    return sendable("number", row)


def _new_publish(one: NewPublish) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(one, name) for name in _PUBLISHED}
    row |= {
        "token": reservation(one.token),
        "status": one.status.value,
        "metadata": dict(one.metadata),
        "components": [dict(each) for each in one.components],
        "links": checked_links(one.links),
    }
    return sendable("publish", row)


def _stream(kind: WorkKind, row: Row) -> StreamKey:
    return StreamKey(kind, row["task"], row["software"], row["part"], row.get("asset_name", ""))


def _reserved(kind: WorkKind, row: Row) -> Reserved:
    number = Number(row["version"], row["iteration"])
    return Reserved(
        row["token"], _stream(kind, row), number, row["path"], moment_of(row["expires"])
    )


def _workfile(row: Row) -> RecordedWorkfile:
    return RecordedWorkfile(
        row["id"],
        _stream(WorkKind.WORKFILE, row),
        Number(row["version"], row["iteration"]),
        row["path"],
        row["artist"],
        moment_of(row["created"]),
    )


def _publish(row: Row) -> RecordedPublish:
    return RecordedPublish(
        row["id"],
        _stream(WorkKind.PUBLISH, row),
        Number(row["version"], row["iteration"]),
        row["path"],
        PublishStatus(row["status"]),
        row["is_latest"],
        row["artist"],
        moment_of(row["created"]),
    )
