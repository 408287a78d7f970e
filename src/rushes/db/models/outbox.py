"""What trackers have yet to be told."""

from __future__ import annotations

from django.db import models

from rushes.db.models.sequence import text


class OutboxPost(models.Model):
    """One post; see `model.outbox`. `asset` is a digest of its tracker and its subject.

    Whoever is at it is the `holder` until `lease`; a lease that has ended counts for nothing.
    """

    tracker = text()
    key = text()
    asset = models.UUIDField()
    asset_path = text()
    asset_id = models.TextField(null=True)
    kind = models.CharField(max_length=16, default="qc-result", db_default="qc-result")
    time = models.DateTimeField()
    document = models.TextField()

    state = models.CharField(max_length=16)
    attempts = models.IntegerField(default=0)
    queued = models.DateTimeField()
    due = models.DateTimeField()
    tried = models.DateTimeField(null=True)
    told = models.TextField(default="")
    holder = models.UUIDField(null=True)
    lease = models.DateTimeField(null=True)

    actor = models.TextField()
    on_behalf_of = models.TextField(default="")
    tool = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tracker", "key"], name="rushes_outboxpost_key")
        ]
        indexes = [
            models.Index(fields=["asset", "time", "id"], name="rushes_outboxpost_asset"),
            models.Index(fields=["state", "id"], name="rushes_outboxpost_state"),
        ]

    def __str__(self) -> str:
        return f"{self.key} for {self.tracker} ({self.state})"
