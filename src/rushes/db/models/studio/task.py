"""Work to be done, by whom, and how it stands."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from rushes.db.models.studio.asset import Asset
from rushes.db.models.studio.entity import Entity, code
from rushes.db.models.studio.people import Artist
from rushes.db.models.studio.project import Project, Sequence, Shot


class TaskType(models.Model):
    """A kind of work: anim, comp, lighting. Those without a project are the studio's."""

    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True)
    code = code()
    name = models.CharField(max_length=120, blank=True, default="", db_default="")
    position = models.IntegerField(default=0, db_default=0)
    revision = models.IntegerField(default=1, db_default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "code"], nulls_distinct=False, name="rushes_tasktype_code"
            )
        ]

    def __str__(self) -> str:
        return self.code


class Task(Entity):
    """Work of one kind on an asset, a sequence or a shot, and on one of them only."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="tasks")
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, blank=True, related_name="tasks")
    sequence = models.ForeignKey(
        Sequence, models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    shot = models.ForeignKey(Shot, models.PROTECT, null=True, blank=True, related_name="tasks")
    type = models.ForeignKey(TaskType, models.PROTECT, related_name="tasks")
    name = code()
    status = models.CharField(max_length=40, default="not_started", db_default="not_started")
    priority = models.IntegerField(default=20, db_default=20)
    bid_hours = models.FloatField(null=True, blank=True)
    actual_hours = models.FloatField(null=True, blank=True)
    starts = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    description = models.TextField(blank=True, default="", db_default="")
    assignees = models.ManyToManyField(Artist, through="Assignment", related_name="tasks")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asset__isnull=False, sequence__isnull=True, shot__isnull=True)
                | Q(asset__isnull=True, sequence__isnull=False, shot__isnull=True)
                | Q(asset__isnull=True, sequence__isnull=True, shot__isnull=False),
                name="rushes_task_one_target",
            ),
            models.UniqueConstraint(
                fields=["asset", "sequence", "shot", "type", "name"],
                nulls_distinct=False,
                name="rushes_task_name",
            ),
        ]
        indexes = [models.Index(fields=["project", "id"], name="rushes_task_project")]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """That somebody is to do a task."""

    task = models.ForeignKey(Task, models.CASCADE)
    artist = models.ForeignKey(Artist, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "artist"], name="rushes_assignment_pair")
        ]

    def __str__(self) -> str:
        return f"{self.artist} on {self.task}"
