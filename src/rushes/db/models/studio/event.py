"""What was written, by whom, and who is to be told of it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from rushes.db.models.studio.entity import Entity
from rushes.db.models.studio.people import Artist
from rushes.db.models.studio.project import Project


class Event(models.Model):
    """One write of one record: written by the database itself, in the same transaction.

    `before` and `after` hold what differs. `position` and `seal` are given afterwards, batch by
    batch, once what was written is committed: positions tell the order in which others may read
    events, and each seal is a hash over the event and the seal before it.
    """

    at = models.DateTimeField(db_default=Now())
    actor = models.TextField()
    on_behalf_of = models.TextField(default="", db_default="")
    tool = models.TextField(default="", db_default="")
    action = models.CharField(max_length=10)  # create, update, delete
    kind = models.CharField(max_length=40)
    target = models.BigIntegerField()
    project = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    position = models.BigIntegerField(null=True, unique=True)
    seal = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "target", "id"], name="rushes_event_target"),
            models.Index(
                fields=["id"],
                condition=models.Q(position__isnull=True),
                name="rushes_event_unsealed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.kind} {self.target}"


class Webhook(Entity):
    """An address that is told of events, each message signed with `secret`.

    It is told what its `owner` may see; of `kinds` (`task`, `task.update`), or of all there are.
    """

    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True)
    owner = models.ForeignKey(Artist, models.PROTECT, related_name="webhooks")
    url = models.TextField()
    secret = models.TextField()
    kinds = models.JSONField(default=list, db_default=[], blank=True)
    is_active = models.BooleanField(default=True, db_default=True)

    def __str__(self) -> str:
        return self.url


class WebhookProgress(models.Model):
    """How far a webhook was told, and what went wrong last. No event comes of a write of it.

    It has all up to `position`. After `failures` in a row the next try is `due`; `paused` is when
    it was given up.
    """

    webhook = models.OneToOneField(
        Webhook, models.CASCADE, primary_key=True, related_name="progress"
    )
    position = models.BigIntegerField(default=0, db_default=0)
    delivered = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0, db_default=0)
    failing_since = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    paused = models.DateTimeField(null=True)
    told = models.TextField(default="", db_default="")

    def __str__(self) -> str:
        return f"{self.webhook_id} at {self.position}"
