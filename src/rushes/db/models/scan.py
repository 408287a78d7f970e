"""Scans, and the mark of those that are still staging."""

from __future__ import annotations

from django.db import models

from rushes.db.models.storage import StorageRoot


class Scan(models.Model):
    """One scan of a storage root or of a part of it.

    `ordinal` is the number of the root's state that this scan made; none until it has finished.
    Sizes are bytes.
    """

    root = models.ForeignKey(StorageRoot, on_delete=models.PROTECT, related_name="scans")
    below = models.TextField(default=".")
    state = models.CharField(max_length=16, db_index=True)
    ordinal = models.BigIntegerField(null=True, blank=True)
    started = models.DateTimeField()
    finished = models.DateTimeField(null=True, blank=True)

    actor = models.TextField()
    on_behalf_of = models.TextField(default="", blank=True)
    tool = models.TextField(default="", blank=True)

    folders = models.BigIntegerField(default=0)
    files = models.BigIntegerField(default=0)
    sequences = models.BigIntegerField(default=0)
    single_files = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    allocated = models.BigIntegerField(default=0)
    hidden = models.BigIntegerField(default=0)
    temporary = models.BigIntegerField(default=0)
    special = models.BigIntegerField(default=0)
    unread_folders = models.BigIntegerField(default=0)
    errors = models.BigIntegerField(default=0)
    warnings = models.BigIntegerField(default=0)

    added = models.BigIntegerField(default=0)
    removed = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["root", "ordinal"], name="rushes_scan_ordinal"),
        ]
        indexes = [models.Index(fields=["root", "started", "id"], name="rushes_scan_started")]

    def __str__(self) -> str:
        return f"scan {self.pk} of {self.root} ({self.state})"


class Staging(models.Model):
    """A running scan whose staged rows are whole.

    Staging tables are unlogged: a server that crashed comes back with them empty. This table is
    one of them, so a scan that is not in it any more has lost what it had staged.

    `until` is when a scan that belongs to no session of the database counts as killed, unless
    it is heard of before; None where it belongs to one.
    """

    scan = models.OneToOneField(
        Scan, on_delete=models.CASCADE, primary_key=True, db_constraint=False
    )
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"staging of scan {self.pk}"
