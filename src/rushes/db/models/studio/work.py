"""What tasks come to: saved workfiles, publishes, and versions to be reviewed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from rushes.db.models.studio.asset import Asset
from rushes.db.models.studio.entity import Entity
from rushes.db.models.studio.people import Artist
from rushes.db.models.studio.project import Project, Sequence, Shot
from rushes.db.models.studio.task import Task

_EXACTLY_ONE = (
    Q(asset__isnull=False, sequence__isnull=True, shot__isnull=True)
    | Q(asset__isnull=True, sequence__isnull=False, shot__isnull=True)
    | Q(asset__isnull=True, sequence__isnull=True, shot__isnull=False)
)


class Stream(models.Model):
    """Numbers that belong together, handed out one after the other.

    Workfiles of a task and software are one, publishes of a task, software, asset and part another.
    Who hands out a number or records one holds the row's lock.
    """

    kind = models.CharField(max_length=10)  # workfile or publish
    task = models.ForeignKey(Task, models.PROTECT, related_name="streams")
    software = models.CharField(max_length=60)
    part = models.CharField(max_length=255, default="", db_default="")
    asset_name = models.CharField(max_length=255, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "task", "software", "part", "asset_name"],
                name="rushes_stream_names",
            )
        ]

    def __str__(self) -> str:
        named = f"{self.kind} of {self.task_id} {self.software} {self.asset_name} {self.part}"
        return " ".join(named.split())


class Reservation(models.Model):
    """A number that somebody was given and has not recorded yet.

    It holds until `expires`. What is given up or recorded is no reservation any more; what expired
    stays, so that the gap it may leave can be explained. `key` is what its holder proves with that
    they are; empty where nobody can.
    """

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="reservations")
    token = models.UUIDField(unique=True)
    version = models.IntegerField()
    iteration = models.IntegerField()
    path = models.TextField(default="", db_default="")
    artist = models.CharField(max_length=120)
    key = models.CharField(max_length=255, default="", db_default="")
    created = models.DateTimeField(db_default=Now())
    expires = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stream", "version", "iteration"], name="rushes_reservation_number"
            )
        ]

    def __str__(self) -> str:
        return f"v{self.version:03d}_i{self.iteration:03d} of {self.stream_id}"


class Workfile(Entity):
    """A saved scene."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="workfiles")
    task = models.ForeignKey(Task, models.PROTECT, related_name="workfiles")
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="workfiles")
    artist = models.ForeignKey(Artist, models.PROTECT, null=True, blank=True)
    software = models.CharField(max_length=60)
    version = models.IntegerField()
    iteration = models.IntegerField()
    path = models.TextField()
    comment = models.TextField(blank=True, default="", db_default="")
    metadata = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stream", "version", "iteration"], name="rushes_workfile_number"
            )
        ]
        indexes = [models.Index(fields=["project", "id"], name="rushes_workfile_project")]

    def __str__(self) -> str:
        return f"v{self.version:03d}_i{self.iteration:03d}"


class Publish(Entity):
    """What others may use. Of each stream the highest that has not failed `is_latest`, no other.

    `part` is empty where there are no parts. Paths are as they were given.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="publishes")
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, blank=True)
    sequence = models.ForeignKey(Sequence, models.PROTECT, null=True, blank=True)
    shot = models.ForeignKey(Shot, models.PROTECT, null=True, blank=True)
    task = models.ForeignKey(Task, models.PROTECT, related_name="publishes")
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="publishes")
    artist = models.ForeignKey(Artist, models.PROTECT, null=True, blank=True)
    software = models.CharField(max_length=60)
    part = models.CharField(max_length=255, default="", db_default="", blank=True)
    asset_name = models.CharField(max_length=255, default="", db_default="", blank=True)
    label = models.CharField(max_length=255, default="", db_default="", blank=True)
    version = models.IntegerField()
    iteration = models.IntegerField()
    status = models.CharField(max_length=20, default="published", db_default="published")
    is_latest = models.BooleanField(default=False, db_default=False)
    path = models.TextField(blank=True, default="", db_default="")
    item_usd_path = models.TextField(blank=True, default="", db_default="")
    asset_usd_path = models.TextField(blank=True, default="", db_default="")
    preview_path = models.TextField(blank=True, default="", db_default="")
    comment = models.TextField(blank=True, default="", db_default="")
    metadata = models.JSONField(default=dict, db_default={}, blank=True)
    components = models.JSONField(default=list, db_default=[], blank=True)
    links = models.JSONField(default=list, db_default=[], blank=True)

    class Meta:
        verbose_name_plural = "publishes"
        constraints = [
            models.CheckConstraint(condition=_EXACTLY_ONE, name="rushes_publish_one_target"),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        *("draft", "pending", "approved", "published", "deprecated", "failed"),
                    ]
                ),
                name="rushes_publish_status",
            ),
            models.UniqueConstraint(
                fields=["stream", "version", "iteration"], name="rushes_publish_number"
            ),
            models.UniqueConstraint(
                fields=["stream"], condition=Q(is_latest=True), name="rushes_publish_latest"
            ),
        ]
        indexes = [
            models.Index(fields=["project", "id"], name="rushes_publish_project"),
            models.Index(fields=["asset_name", "part"], name="rushes_publish_part"),
        ]

    def __str__(self) -> str:
        return f"v{self.version:03d}_i{self.iteration:03d}"


class Version(Entity):
    """What is reviewed: a file sequence or a movie, and the publish that it came from."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="versions")
    task = models.ForeignKey(Task, models.PROTECT, related_name="versions")
    publish = models.ForeignKey(Publish, models.SET_NULL, null=True, blank=True)
    artist = models.ForeignKey(Artist, models.PROTECT, null=True, blank=True)
    number = models.IntegerField()
    name = models.CharField(max_length=255)
    status = models.CharField(max_length=40, default="pending", db_default="pending")
    frames_path = models.TextField(blank=True, default="", db_default="")
    movie_path = models.TextField(blank=True, default="", db_default="")
    frame_in = models.IntegerField(null=True, blank=True)
    frame_out = models.IntegerField(null=True, blank=True)
    description = models.TextField(blank=True, default="", db_default="")
    comment = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="rushes_version_number")
        ]
        indexes = [models.Index(fields=["project", "id"], name="rushes_version_project")]

    def __str__(self) -> str:
        return self.name
