"""Movements and their files as rows of the database, and rows as movements."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from rushes.core.digest import digester
from rushes.model.movement import (
    DeliveredFile,
    Headway,
    Movement,
    MovementKind,
    MovementState,
    SentFile,
)
from rushes.tracking.movement_rules import DIGEST, is_lost, path_bytes, path_text

COLUMNS = (
    'm.id, m.kind, m.key::text, m.project_id, m.name, m.context, m."order"::text, m.state,'
    " m.done, m.total, m.note, m.counts::text, m.told, m.report::text, m.artist, m.machine,"
    " m.created, m.started, m.seen, m.ended, m.wanted"
)
FILE = (
    "f.path, f.size, f.blake3, f.digests::text, f.source, f.publish, f.version, f.frame, f.earlier"
)
SENT = f"f.movement_id, m.name, m.context, m.ended, {FILE}"
COPY = (
    "COPY rushes_movementfile (movement_id, project_id, context, position, key, path, size,"
    " blake3, digests, source, publish, version, frame, earlier, latest) FROM STDIN"
)


def movement_of(row: Sequence[Any]) -> Movement:
    """A movement from `COLUMNS`."""
    number, kind, key, project, name, context, order, state, *rest = row
    done, total, note, counts, told, report, artist, machine, *moments, wanted = rest
    created, started, seen, ended = moments
    stands = MovementState(state)
    return Movement(
        id=number,
        kind=MovementKind(kind),
        key=key,
        project=project,
        name=name,
        context=context,
        order=json.loads(order),
        state=stands,
        headway=Headway(done, total, note),
        counts=json.loads(counts),
        told=told,
        report=json.loads(report),
        artist=artist,
        machine=machine,
        created=created,
        started=started,
        seen=seen,
        ended=ended,
        wanted=wanted,
        lost=is_lost(stands, seen),
    )


def file_row(
    held: Movement, position: int, file: DeliveredFile, *, latest: bool
) -> tuple[Any, ...]:
    """The values that `COPY` takes."""
    others = {name: text for name, text in file.digests.items() if name != DIGEST}
    return (
        *(held.id, held.project, held.context, position),
        *(path_key(file.path), path_bytes(file.path), file.size),
        *(bytes.fromhex(file.digests[DIGEST]), json.dumps(others), file.source),
        *(file.publish, file.version, file.frame, file.earlier, latest),
    )


def file_of(row: Sequence[Any]) -> DeliveredFile:
    """A file from `FILE`."""
    path, size, blake3, digests, *rest = row
    told = {DIGEST: bytes(blake3).hex(), **json.loads(digests)}
    return DeliveredFile(path_text(bytes(path)), size, told, *rest)


def sent_of(row: Sequence[Any]) -> SentFile:
    """A file that was sent, from `SENT`."""
    movement, name, context, sent, *file = row
    moment: datetime = sent
    return SentFile(movement, name, context, moment, file_of(file))


def path_key(path: str) -> UUID:
    """What a path is found by, however long it is."""
    digest = digester()
    digest.update(path_bytes(path))
    return UUID(bytes=digest.digest())
