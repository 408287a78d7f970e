"""Admin pages that write as the person who uses them, and archive where others would delete."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import connections, models, transaction
from django.forms import ModelForm, Textarea
from django.http import HttpRequest
from django.utils.timezone import now

from rushes.db.acting import acting
from rushes.model.scan import Actor
from rushes.web.admin.forms import RecordForm, kind_of, owner_of

_DATABASE = "default"
_SECRET = frozenset(("digest", "password", "secret"))
_TOLD: tuple[str, ...] = ("revision", "created", "updated", "archived")
_LINES = Textarea(attrs={"rows": 3, "cols": 80})
_SMALL = {models.TextField: {"widget": _LINES}, models.JSONField: {"widget": _LINES}}


def act(request: HttpRequest) -> None:
    """Tell the database who writes in the open transaction."""
    person: Any = request.user
    acting(connections[_DATABASE], Actor(person.login, tool="admin"))


class Acting(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages of one table; every write names the person."""

    form: type[ModelForm[Any]] = RecordForm
    list_per_page = 50
    show_full_result_count = False
    formfield_overrides = _SMALL

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What is told, and of records that are there what is given once, stays as it is."""
        named = tuple(super().get_readonly_fields(request, obj))
        kind = kind_of(self.model)
        if kind is None:
            return named
        columns = {one.name for one in self.opts.fields if not one.primary_key}
        kept = (one for one in kind.fields if one.told or (one.fixed and obj is not None))
        return tuple(dict.fromkeys((*named, *(one.name for one in kept if one.name in columns))))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What people write first, in the kind's order, then custom fields, then what is told."""
        told, kind = self.get_readonly_fields(request, obj), kind_of(self.model)
        names = [str(one) for one in super().get_fields(request, obj)]
        if kind is not None:
            order = {name: at for at, name in enumerate(kind.by_name)}
            names.sort(key=lambda one: order.get(one, len(order)))
        return sorted(names, key=lambda one: 2 if one in told else one == "custom")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whether a list may be narrowed by this: not by secrets, which could be guessed at so."""
        if _SECRET & set(lookup.split("__")):
            return False
        return super().lookup_allowed(lookup, value, request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write one record; a new one belongs to the project of what it is on."""
        kind = kind_of(self.model)
        owner = owner_of(kind, obj) if kind is not None and not change else None
        if owner is not None:
            obj.project_id = owner.project_id
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
