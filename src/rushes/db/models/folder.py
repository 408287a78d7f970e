"""What lies in each folder itself: as it is, as it was, and as a running scan has met it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Left

from rushes.db.models.sequence import text
from rushes.db.models.storage import StorageRoot


class FolderColumns(models.Model):
    """The use of one folder, its subfolders not counted; see `model.files.FolderUse`."""

    key = models.UUIDField()
    folder = text()
    files = models.BigIntegerField()
    size = models.BigIntegerField()
    allocated = models.BigIntegerField()
    largest = models.BigIntegerField()
    largest_name = text()
    oldest_ns = models.BigIntegerField()
    newest_ns = models.BigIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.folder


class FolderUseRow(FolderColumns):
    """A folder as last recorded, and as it has been since state `since` of its root."""

    root = models.ForeignKey(
        StorageRoot, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    since = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["root", "key"], name="rushes_folder_key")]
        indexes = [models.Index("root", Left("folder", 255), name="rushes_folder_folder")]


class FolderUsePast(FolderColumns):
    """A folder as it was from state `since` up to, not including, state `until`."""

    root = models.ForeignKey(
        StorageRoot, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    since = models.BigIntegerField()
    until = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["root", "until"], name="rushes_folder_until")]


class StagedFolder(FolderColumns):
    """A folder as a running scan has met it; `unread` where it could not be listed. Unlogged."""

    scan = models.BigIntegerField(db_index=True)
    unread = models.BooleanField()
