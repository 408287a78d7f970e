"""Projects, and what editorial cuts them into: episodes, sequences, shots."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from rushes.db.models.studio.entity import Entity, Picture, code


class Project(Entity):
    """A show. `roots` are its folder by operating system, `templates` names by purpose, `workflow`
    which status may follow which by kind, `custom_schema` what `custom` of its records may hold.
    """

    code = code(unique=True)
    name = models.CharField(max_length=255, blank=True, default="", db_default="")
    status = models.CharField(max_length=40, default="active", db_default="active")
    fps = models.CharField(max_length=20, default="24", db_default="24")
    width = models.IntegerField(default=2048, db_default=2048)
    height = models.IntegerField(default=858, db_default=858)
    colour_space = models.CharField(max_length=120, default="ACEScg", db_default="ACEScg")
    frame_start = models.IntegerField(default=1001, db_default=1001)
    frame_end = models.IntegerField(default=1100, db_default=1100)
    handles = models.IntegerField(default=8, db_default=8)
    roots = models.JSONField(default=dict, db_default={}, blank=True)
    templates = models.JSONField(default=dict, db_default={}, blank=True)
    shot_grammar = models.CharField(max_length=120, default="", db_default="", blank=True)
    workflow = models.JSONField(default=dict, db_default={}, blank=True)
    custom_schema = models.JSONField(default=dict, db_default={}, blank=True)

    def __str__(self) -> str:
        return self.code


class Episode(Entity):
    """An episode of a series."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="episodes")
    code = code()
    name = models.CharField(max_length=255, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="rushes_episode_code")
        ]

    def __str__(self) -> str:
        return self.code


class Sequence(Entity, Picture):
    """A run of shots."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="sequences")
    episode = models.ForeignKey(Episode, models.PROTECT, null=True, blank=True)
    code = code()
    name = models.CharField(max_length=255, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "episode", "code"],
                nulls_distinct=False,
                name="rushes_sequence_code",
            )
        ]

    def __str__(self) -> str:
        return self.code


class Shot(Entity, Picture):
    """A shot: `frame_in` and `frame_out` with handles, `cut_in` and `cut_out` as it is cut, all
    included.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="shots")
    sequence = models.ForeignKey(Sequence, models.PROTECT, related_name="shots")
    code = code()
    description = models.TextField(blank=True, default="", db_default="")
    status = models.CharField(max_length=40, default="not_started", db_default="not_started")
    frame_in = models.IntegerField(null=True, blank=True)
    frame_out = models.IntegerField(null=True, blank=True)
    cut_in = models.IntegerField(null=True, blank=True)
    cut_out = models.IntegerField(null=True, blank=True)
    handles = models.IntegerField(null=True, blank=True)
    tags = models.JSONField(default=list, db_default=[], blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sequence", "code"], name="rushes_shot_code"),
            models.CheckConstraint(
                condition=Q(frame_out__gte=F("frame_in")), name="rushes_shot_frames"
            ),
            models.CheckConstraint(condition=Q(cut_out__gte=F("cut_in")), name="rushes_shot_cut"),
        ]
        indexes = [models.Index(fields=["project", "id"], name="rushes_shot_project")]

    def __str__(self) -> str:
        return self.code
