"""Answers that are given again when a request is sent again."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Answer(models.Model):
    """What came of a request that carried a key of its own.

    `key` is a digest of who sent it, where to, and its key; `asked` is one of its body.
    """

    key = models.BinaryField(unique=True)
    asked = models.BinaryField()
    status = models.IntegerField(default=0)
    head = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return f"answer {self.pk} ({self.status})"
