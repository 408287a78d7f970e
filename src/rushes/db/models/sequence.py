"""File sequences: as they are, as they were, and as a running scan has met them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Left

from rushes.db.models.storage import StorageRoot


def text(**options: Any) -> models.TextField[str, str]:
    """A column of escaped names, in the order of their bytes whatever the server's locale."""
    return models.TextField(db_collation="C", **options)


class SequenceColumns(models.Model):
    """What is recorded of one file sequence or single file; see `model.files`.

    `key` is a digest of the columns down to `subframe_digits`, which name the sequence: paths
    are longer than what an index can hold. Frame sets are text (`1001-1050x2,1060`).
    """

    key = models.UUIDField()
    folder = text()
    head = text()
    tail = text()
    padding = models.IntegerField()
    kind = text()
    subframe_digits = models.IntegerField()
    frames = text()
    first_frame = models.BigIntegerField(null=True)
    last_frame = models.BigIntegerField(null=True)
    files = models.BigIntegerField()
    size = models.BigIntegerField()
    smallest = models.BigIntegerField()
    largest = models.BigIntegerField()
    oldest_ns = models.BigIntegerField()
    newest_ns = models.BigIntegerField()
    fingerprint = text()
    allocated = models.BigIntegerField()
    empty = text()
    short = text()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.folder}/{self.head}…{self.tail}"


class SequenceRow(SequenceColumns):
    """A file sequence as last recorded, and as it has been since state `since` of its root.

    No foreign key is checked row by row: the merge that writes these holds the root's own row.
    """

    root = models.ForeignKey(
        StorageRoot, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    since = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["root", "key"], name="rushes_sequence_key")]
        indexes = [models.Index("root", Left("folder", 255), name="rushes_sequence_folder")]


class SequencePast(SequenceColumns):
    """A file sequence as it was from state `since` up to, not including, state `until`."""

    root = models.ForeignKey(
        StorageRoot, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    since = models.BigIntegerField()
    until = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["root", "until"], name="rushes_sequence_until"),
            models.Index(fields=["root", "since"], name="rushes_sequence_since"),
        ]


class StagedSequence(SequenceColumns):
    """A file sequence as a running scan has met it. Unlogged."""

    scan = models.BigIntegerField(db_index=True)
