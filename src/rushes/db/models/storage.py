"""Storage roots: what every recorded path is relative to."""

from __future__ import annotations

from django.db import models


class StorageRoot(models.Model):
    """A folder, and where each operating system mounts it; empty where that is not known.

    `ordinal` is how many scans of it have finished, and so numbers its states.
    """

    name = models.CharField(max_length=100, unique=True)
    linux = models.TextField(default="", blank=True)
    macos = models.TextField(default="", blank=True)
    windows = models.TextField(default="", blank=True)
    ordinal = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
