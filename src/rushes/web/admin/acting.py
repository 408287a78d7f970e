"""Admin pages that write as the person who uses them, and archive where others would delete."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import connections, models, transaction
from django.http import HttpRequest
from django.utils.timezone import now

from rushes.db.acting import acting
from rushes.model.scan import Actor

_DATABASE = "default"
_TOLD: tuple[str, ...] = ("revision", "created", "updated", "archived")


def act(request: HttpRequest) -> None:
    """Tell the database who writes in the open transaction."""
    person: Any = request.user
    acting(connections[_DATABASE], Actor(person.login, tool="admin"))


class Acting(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages of one table; every write names the person."""

    list_per_page = 50
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write one record."""
        act(request)
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete one record."""
        act(request)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Delete the chosen records."""
        with transaction.atomic(using=_DATABASE):
            act(request)
            super().delete_queryset(request, queryset)


class Archiving(Acting):
    """Pages of records that are archived and never deleted."""

    readonly_fields = _TOLD
    actions = ("archive", "restore")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: what was is kept."""
        del request, obj
        return False

    @admin.action(description="Archive the chosen records")
    def archive(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Archive what is not archived yet."""
        self._mark(request, queryset.filter(archived=None), archived=now())

    @admin.action(description="Take the chosen records back")
    def restore(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Take back what is archived."""
        self._mark(request, queryset.exclude(archived=None), archived=None)

    def _mark(self, request: HttpRequest, rows: models.QuerySet[Any], *, archived: Any) -> None:
        with transaction.atomic(using=_DATABASE):
            act(request)
            count = rows.update(archived=archived)
        done = "taken back" if archived is None else "archived"
        self.message_user(request, f"{count} {done}.", messages.SUCCESS)


class ReadOnly(Acting):
    """Pages of what only the house itself writes."""

    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        del request, obj
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        del request, obj
        return False
