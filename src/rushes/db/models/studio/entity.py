"""What every record of the studio has: a number, a revision, times, and custom fields."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now


def code(**options: Any) -> models.CharField[str, str]:
    """A short name that people and paths call a thing by; in the order of its bytes."""
    return models.CharField(max_length=120, db_collation="C", **options)


class Entity(models.Model):
    """Columns of every record. `revision` counts writes, so that a lost update is noticed.

    What is archived stays, and is left out of lists unless it is asked for. `custom` holds fields
    that the project's schema describes.
    """

    revision = models.IntegerField(default=1, db_default=1)
    created = models.DateTimeField(db_default=Now())
    updated = models.DateTimeField(db_default=Now())
    archived = models.DateTimeField(null=True, blank=True)
    custom = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        abstract = True


class Picture(models.Model):
    """How pictures are meant to be; what is null is inherited from above."""

    fps = models.CharField(max_length=20, null=True, blank=True)  # as in 24 or 24000/1001
    width = models.IntegerField(null=True, blank=True)
    height = models.IntegerField(null=True, blank=True)
    colour_space = models.CharField(max_length=120, null=True, blank=True)

    class Meta:
        abstract = True
