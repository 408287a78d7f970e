"""The port of saves and publishes on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.db.acting import acting
from rushes.db.models import Artist, Publish, Reservation, Workfile
from rushes.db.numbering import Holder, held, locked_stream, reserve, streams_of
from rushes.db.paging import place_of, token_of
from rushes.db.session import Session
from rushes.db.studio_link import Link
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
from rushes.publish.checks import checked
from rushes.tracking.links import check_targets
from rushes.tracking.paths import check_path
from rushes.tracking.refusing import row as row_of
from rushes.tracking.reserving import reservation

_ROWS = 500


class DatabaseWork:
    """`ports.work.Work` on one PostgreSQL."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._link = Link(session)

    def allocate(self, requests: Sequence[NumberRequest], *, actor: Actor) -> Sequence[Reserved]:
        """Reserve numbers, each stream locked while it gives one."""
        with self._link.writing("reservation", actor) as driver:
            now = clock.now()
            streams = {key: locked_stream(driver, key) for key in streams_of(requests)}
            return [
                reserve(
                    driver,
                    streams[one.stream],
                    one,
                    Holder(actor.name, now, now + timedelta(seconds=one.hold_s)),
                )
                for one in requests
            ]

    def release(self, tokens: Sequence[str], *, actor: Actor) -> int:
        """Give reservations up."""
        wanted = [reservation(one) for one in tokens]
        with self._writing(actor) as database:
            rows = Reservation.objects.using(database).filter(token__in=wanted)
            count, _ = rows.delete()
        return count

    def record_workfiles(
        self, made: Sequence[NewWorkfile], *, actor: Actor
    ) -> Sequence[RecordedWorkfile]:
        """Record what was saved."""
        with self._writing(actor) as database:
            for at, new in enumerate(made):
                with row_of(at, of=len(made)):
                    check_path("path", new.path)
            rows = held(database, [one.token for one in made], now=clock.now())
            artist = _artist(database, actor)
            saved = [
                _saved(
                    Workfile(
                        **_numbered(row, WorkKind.WORKFILE),
                        artist=artist,
                        path=one.path or row.path,
                        comment=one.comment,
                        metadata=dict(one.metadata),
                    ),
                    database,
                )
                for one, row in zip(made, rows, strict=True)
            ]
            _drop(database, rows)
            return [_workfile(one, _credited(actor)) for one in saved]

    def record_publishes(
        self, made: Sequence[NewPublish], *, actor: Actor
    ) -> Sequence[RecordedPublish]:
        """Record what was published; the database settles which is the latest."""
        with self._writing(actor) as database:
            rows = held(database, [one.token for one in made], now=clock.now())
            good = _checked(database, made, rows)
            artist = _artist(database, actor)
            saved = [
                _saved(_new_publish(one, row, artist), database)
                for one, row in zip(good, rows, strict=True)
            ]
            _drop(database, rows)
            ids = [one.pk for one in saved]
            found = _publishes(database).in_bulk(ids)
            return [_publish(found[one]) for one in ids]

    def publishes(self, stream: StreamKey, *, page: str | None = None) -> Page[RecordedPublish]:
        """The publishes of a stream."""
        rows, more = self._numbered(_publishes, stream, page)
        return Page([_publish(one) for one in rows], more)

    def workfiles(self, stream: StreamKey, *, page: str | None = None) -> Page[RecordedWorkfile]:
        """The workfiles of a stream."""
        rows, more = self._numbered(_workfiles, stream, page)
        return Page([_workfile(one, one.artist.login if one.artist else "") for one in rows], more)

    def close(self) -> None:
        """Let go of this thread's connection."""
        self._session.close()

    def _numbered(
        self, table: Any, stream: StreamKey, page: str | None
    ) -> tuple[list[Any], str | None]:
        with self._session.asking() as connection:
            rows = table(connection.alias).filter(
                stream__kind=stream.kind.value,
                stream__task_id=stream.task,
                stream__software=stream.software,
                stream__part=stream.part,
                stream__asset_name=stream.asset,
            )
            if page is not None:
                version, iteration = place_of(page, kinds=[int, int])
                rows = rows.extra(where=["(version, iteration) < (%s, %s)"],
                                  params=[version, iteration])  # fmt: skip
            found = list(rows.order_by("-version", "-iteration")[: _ROWS + 1])
        more = None
        if len(found) > _ROWS:
            last = found[_ROWS - 1]
            more = token_of([last.version, last.iteration])
        return found[:_ROWS], more

    @contextmanager
    def _writing(self, actor: Actor) -> Iterator[str]:
        with self._session.asking() as connection:
            database = connection.alias
            with transaction.atomic(using=database):
                acting(connection, actor)
                yield database


def _publishes(database: str) -> Any:
    return Publish.objects.using(database).select_related("stream", "artist")


def _workfiles(database: str) -> Any:
    return Workfile.objects.using(database).select_related("stream", "artist")


def _checked(
    database: str, made: Sequence[NewPublish], rows: Sequence[Reservation]
) -> Sequence[NewPublish]:
    """The publishes as they are kept. Raises `field.invalid`, and `usage` for other kinds."""
    good: list[NewPublish] = []
    for at, (one, row) in enumerate(zip(made, rows, strict=True)):
        _check_kind(row, WorkKind.PUBLISH)
        with row_of(at, of=len(made)):
            good.append(checked(one, _key(row)))
    wanted = {link["publish"] for one in good for link in one.links}
    found = Publish.objects.using(database).filter(pk__in=wanted)
    projects = dict(found.values_list("pk", "project_id")) if wanted else {}
    for at, (one, row) in enumerate(zip(good, rows, strict=True)):
        with row_of(at, of=len(made)):
            check_targets(one.links, row.stream.task.project_id, projects)
    return good


def _artist(database: str, actor: Actor) -> Artist | None:
    return Artist.objects.using(database).filter(login=_credited(actor)).first()


def _credited(actor: Actor) -> str:
    """Whose work it is: theirs on whose behalf it is done."""
    return actor.on_behalf_of or actor.name


def _numbered(row: Reservation, kind: WorkKind) -> dict[str, Any]:
    """The columns that come with a reservation. Raises `usage` where it is for the other kind."""
    _check_kind(row, kind)
    stream = row.stream
    return {
        "project_id": stream.task.project_id,
        "task_id": stream.task_id,
        "stream": stream,
        "software": stream.software,
        "version": row.version,
        "iteration": row.iteration,
    }


def _check_kind(row: Reservation, kind: WorkKind) -> None:
    if row.stream.kind != kind.value:
        raise RushesError(
            Code.USAGE,
            f"The reservation {row.token} is for a {row.stream.kind}, not a {kind.value}.",
        )


def _new_publish(one: NewPublish, row: Reservation, artist: Artist | None) -> Publish:
    task = row.stream.task
    return Publish(
        **_numbered(row, WorkKind.PUBLISH),
        asset_id=task.asset_id,
        sequence_id=task.sequence_id,
        shot_id=task.shot_id,
        artist=artist,
        part=row.stream.part,
        path=one.path or row.path,
        status=one.status.value,
        item_usd_path=one.item_usd_path,
        asset_usd_path=one.asset_usd_path,
        preview_path=one.preview_path,
        asset_name=row.stream.asset_name or one.asset_name,
        label=one.label,
        comment=one.comment,
        metadata=dict(one.metadata),
        components=[dict(each) for each in one.components],
        links=[dict(each) for each in one.links],
    )


def _saved(row: Any, database: str) -> Any:
    row.save(using=database, force_insert=True)
    return row


def _drop(database: str, rows: Sequence[Reservation]) -> None:
    Reservation.objects.using(database).filter(pk__in=[one.pk for one in rows]).delete()


def _key(row: Workfile | Publish | Reservation) -> StreamKey:
    stream = row.stream
    return StreamKey(
        WorkKind(stream.kind), stream.task_id, stream.software, stream.part, stream.asset_name
    )


def _workfile(row: Workfile, artist: str) -> RecordedWorkfile:
    return RecordedWorkfile(
        row.pk, _key(row), Number(row.version, row.iteration), row.path, artist, row.created
    )


def _publish(row: Publish) -> RecordedPublish:
    return RecordedPublish(
        row.pk,
        _key(row),
        Number(row.version, row.iteration),
        row.path,
        PublishStatus(row.status),
        row.is_latest,
        row.artist.login if row.artist else "",
        row.created,
    )
