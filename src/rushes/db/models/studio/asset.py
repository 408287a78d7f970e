"""What shots are made of."""

from __future__ import annotations

from django.db import models

from rushes.db.models.studio.entity import Entity, code
from rushes.db.models.studio.project import Project, Shot


class Asset(Entity):
    """A character, a prop, a set: whatever is built once and used in shots."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="assets")
    code = code()
    type = models.CharField(max_length=60, default="prop", db_default="prop")
    status = models.CharField(max_length=40, default="design", db_default="design")
    description = models.TextField(blank=True, default="", db_default="")
    tags = models.JSONField(default=list, db_default=[], blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="rushes_asset_code")
        ]

    def __str__(self) -> str:
        return self.code


class Usage(models.Model):
    """That a shot uses an asset of the same project, and how many of it."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="usages")
    shot = models.ForeignKey(Shot, models.CASCADE, related_name="usages")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="usages")
    count = models.IntegerField(default=1, db_default=1)
    revision = models.IntegerField(default=1, db_default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shot", "asset"], name="rushes_usage_asset")]

    def __str__(self) -> str:
        return f"{self.asset} in {self.shot}"
