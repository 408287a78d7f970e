"""The one Django app's name and label."""

from __future__ import annotations

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """Tables begin with `rushes_`, so that they stand apart in a studio's own database."""

    name = "rushes.db"
    label = "rushes"
    default_auto_field = "django.db.models.BigAutoField"
