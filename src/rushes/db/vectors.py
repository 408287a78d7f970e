"""Vectors of structures, where the server has the extension `vector` (pgvector).

The table is made when the first image is recorded, not by a migration: a studio's own server may
not have the extension yet, and gets vectors as soon as it does. Numbers of 16 bits are as good for
telling what is alike, and a row of them lies in the table itself, where it is found sooner.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import Error, transaction

from rushes.core.errors import Code, RushesError
from rushes.inspection.similarity import channel_fingerprint, embedding
from rushes.model.image import Image

_TABLE = """
CREATE TABLE IF NOT EXISTS rushes_imagevector (
    base_id bigint PRIMARY KEY REFERENCES rushes_imagebase ON DELETE CASCADE,
    embedding halfvec(384) NOT NULL,
    fingerprint halfvec(128) NOT NULL
)
"""
_INDEX = """
CREATE INDEX IF NOT EXISTS rushes_imagevector_near ON rushes_imagevector
USING hnsw (embedding halfvec_cosine_ops) WITH (m = 16, ef_construction = 64)
"""


def ready(cursor: Any) -> bool:
    """Whether there are vectors; made where the server can have them."""
    if _there(cursor):
        return True
    cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")
    if not cursor.fetchone()[0]:
        return False
    try:
        with transaction.atomic(using=cursor.db.alias):
            cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
            cursor.execute(_TABLE)
            cursor.execute(_INDEX)
    except Error:
        return False
    _fill(cursor)
    return True


def wanted(cursor: Any) -> None:
    """Raise `dependency.missing` where there are no vectors."""
    if not ready(cursor):
        raise RushesError(
            Code.DEPENDENCY_MISSING,
            "The database has no vectors: its server lacks the extension pgvector.",
            hint="Install pgvector on the server and let the user run CREATE EXTENSION vector;"
            " the database that comes with Rushes has it.",
        )


def add_vectors(cursor: Any, bases: Sequence[tuple[int, Image]]) -> None:
    """Store the vectors of new structures, where there are vectors; see `ready`."""
    if not _there(cursor):
        return
    with cursor.copy(
        "COPY rushes_imagevector (base_id, embedding, fingerprint) FROM STDIN"
    ) as copy:
        for number, image in bases:
            copy.write_row((number, literal(embedding(image)), literal(fingerprint(image))))


def fingerprint(image: Image) -> tuple[float, ...]:
    """The fingerprint of all channels of a file."""
    return tuple(channel_fingerprint([one for part in image.parts for one in part.channels]))


def literal(vector: Sequence[float]) -> str:
    """A vector as the server reads it."""
    return f"[{','.join([f'{one:.7g}' for one in vector])}]"


def _there(cursor: Any) -> bool:
    cursor.execute("SELECT to_regclass('rushes_imagevector') IS NOT NULL")
    return bool(cursor.fetchone()[0])


def _fill(cursor: Any) -> None:
    """Vectors of structures that were stored while there were none."""
    from rushes.inspection.header import facts, wire

    cursor.execute(
        "SELECT base_id, data FROM rushes_imageheader h WHERE NOT EXISTS"
        " (SELECT FROM rushes_imagevector v WHERE v.base_id = h.base_id)"
    )
    missing = [(number, bytes(data)) for number, data in cursor.fetchall()]
    if missing:
        images = [(number, facts.image(wire.parse(data), data)) for number, data in missing]
        add_vectors(cursor, images)
