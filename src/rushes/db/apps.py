"""The one Django app's name and label."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from rushes.db.driving import settled


class DatabaseConfig(AppConfig):
    """Tables begin with `rushes_`, so that they stand apart in a studio's own database."""

    name = "rushes.db"
    label = "rushes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have each new connection of Django's be like those without Django."""
        connection_created.connect(_made)


def _made(*, connection: Any, **_: Any) -> None:
    settled(connection.connection)
