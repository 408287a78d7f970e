"""Admin pages of the studio's records."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest

from rushes.db import models
from rushes.db.studio_tags import renaming
from rushes.model.kinds import KINDS
from rushes.tracking.drafts import Planned
from rushes.tracking.refusing import spoken
from rushes.web.admin.acting import Acting, Archiving, ReadOnly, act

_TARGETS = ("asset", "sequence", "shot")


class ProjectAdmin(Archiving):
    """Projects."""

    list_display = ("code", "name", "status", "fps", "width", "height", "archived")
    list_filter = ("status", ("archived", admin.EmptyFieldListFilter))
    search_fields = ("code", "name")


class EpisodeAdmin(Archiving):
    """Episodes."""

    list_display = ("code", "name", "project", "archived")
    list_filter = ("project",)
    list_select_related = ("project",)
    search_fields = ("code", "name")


class SequenceAdmin(Archiving):
    """Sequences."""

    list_display = ("code", "name", "project", "episode", "archived")
    list_filter = ("project", ("archived", admin.EmptyFieldListFilter))
    list_select_related = ("project", "episode")
    search_fields = ("code", "name")
    autocomplete_fields = ("project", "episode")


class ShotAdmin(Archiving):
    """Shots."""

    list_display = ("code", "sequence", "project", "status", "frame_in", "frame_out", "archived")
    list_filter = ("project", "status", ("archived", admin.EmptyFieldListFilter))
    list_select_related = ("project", "sequence")
    search_fields = ("code", "description")
    autocomplete_fields = ("project", "sequence")


class AssetAdmin(Archiving):
    """Assets."""

    list_display = ("code", "type", "project", "status", "archived")
    list_filter = ("project", "type", "status", ("archived", admin.EmptyFieldListFilter))
    list_select_related = ("project",)
    search_fields = ("code", "description")
    autocomplete_fields = ("project",)


class UsageAdmin(Acting):
    """Assets used in shots."""

    list_display = ("shot", "asset", "count", "project")
    list_filter = ("project",)
    list_select_related = ("shot", "asset", "project")
    search_fields = ("shot__code", "asset__code")
    autocomplete_fields = ("shot", "asset")


class TaskTypeAdmin(Acting):
    """Kinds of work."""

    list_display = ("code", "name", "project", "position")
    list_filter = ("project",)
    list_select_related = ("project",)
    search_fields = ("code", "name")


class AssignmentRows(admin.TabularInline):  # type: ignore[type-arg]
    """Who does a task."""

    model = models.Assignment
    autocomplete_fields = ("artist",)
    extra = 0


class TaskAdmin(Archiving):
    """Tasks."""

    list_display = ("name", "type", *_TARGETS, "project", "status", "priority", "due")
    list_filter = ("project", "status", "type", ("archived", admin.EmptyFieldListFilter))
    list_select_related = ("project", "type", *_TARGETS)
    search_fields = ("name", "shot__code", "asset__code", "sequence__code")
    autocomplete_fields = ("project", "type", *_TARGETS)
    inlines = (AssignmentRows,)


class StreamAdmin(ReadOnly):
    """Numbers that belong together."""

    list_display = ("id", "kind", "task", "software", "part")
    list_filter = ("kind", "software")
    list_select_related = ("task",)
    search_fields = ("task__name", "part")


class ReservationAdmin(ReadOnly):
    """Numbers that were given and not recorded; their tokens are nobody's business."""

    list_display = ("stream", "version", "iteration", "artist", "created", "expires", "path")
    list_select_related = ("stream",)
    search_fields = ("artist", "path")
    exclude = ("token", "key")


class WorkfileAdmin(Archiving):
    """Saved scenes: under numbers that do not change."""

    list_display = ("path", "task", "version", "iteration", "artist", "created")
    list_filter = ("project", "software")
    list_select_related = ("task", "artist")
    search_fields = ("path", "comment")
    readonly_fields = (*Archiving.readonly_fields, "stream")

    has_add_permission = ReadOnly.has_add_permission


class PublishAdmin(Archiving):
    """Publishes: which is the latest is up to their numbers."""

    list_display = (
        *("path", "task", "part", "version", "iteration", "status", "is_latest", "artist"),
        "created",
    )
    list_filter = ("project", "status", "is_latest", "software")
    list_select_related = ("task", "artist")
    search_fields = ("path", "part", "asset_name", "label")
    readonly_fields = (*Archiving.readonly_fields, "stream")

    has_add_permission = ReadOnly.has_add_permission


class VersionAdmin(Archiving):
    """Versions."""

    list_display = ("name", "number", "task", "project", "status", "artist", "created")
    list_filter = ("project", "status")
    list_select_related = ("task", "project", "artist")
    search_fields = ("name", "description")
    autocomplete_fields = ("project", "task", "publish", "artist")


class PlaylistRowForm(forms.ModelForm):  # type: ignore[type-arg]
    """A version in a playlist of the same project."""

    def clean_version(self) -> Any:
        """Refuse one of another project."""
        version, row = self.cleaned_data["version"], self.instance
        if row.playlist_id and version.project_id != row.playlist.project_id:
            raise forms.ValidationError("It belongs to another project.")
        return version


class PlaylistRows(admin.TabularInline):  # type: ignore[type-arg]
    """Versions of a playlist."""

    model = models.PlaylistItem
    form = PlaylistRowForm
    autocomplete_fields = ("version",)
    extra = 0


class ViewerRows(admin.TabularInline):  # type: ignore[type-arg]
    """Whom a playlist is shared with."""

    model = models.PlaylistViewer
    autocomplete_fields = ("artist",)
    extra = 0


class PlaylistAdmin(Archiving):
    """Playlists."""

    list_display = ("name", "project", "created", "archived")
    list_filter = ("project",)
    list_select_related = ("project",)
    search_fields = ("name", "description")
    autocomplete_fields = ("project",)
    inlines = (PlaylistRows, ViewerRows)


class NoteAdmin(Archiving):
    """Notes."""

    list_display = ("__str__", "kind", "target", "artist", "project", "created")
    list_filter = ("project", "kind")
    list_select_related = ("artist", "project")
    search_fields = ("text",)

    has_add_permission = ReadOnly.has_add_permission


class TagAdmin(Acting):
    """Words that shots and assets are marked with."""

    list_display = ("name", "colour", "project", "description")
    list_filter = ("project",)
    list_select_related = ("project",)
    search_fields = ("name", "description")
    autocomplete_fields = ("project",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write one, and rename it on all that is marked with it."""
        plans = [Planned(obj.pk, {}, {"name": obj.name})] if change else []
        act(request)
        with renaming(connection.connection, KINDS["tag"], plans):
            super().save_model(request, obj, form, change)


class ActionFilter(admin.SimpleListFilter):
    """What was done; the words are known, and not looked for in all events."""

    title = "action"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All of them."""
        del request, model_admin
        return [(one, one) for one in ("create", "update", "delete")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those that are asked for."""
        del request
        wanted = self.value()
        return queryset if wanted is None else queryset.filter(**{self.parameter_name: wanted})


class KindFilter(ActionFilter):
    """What it was done to."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All kinds."""
        del request, model_admin
        return [(one.replace("_", ""), spoken(one)) for one in KINDS]


class EventAdmin(ReadOnly):
    """What was written, by whom: to be read, and nothing else."""

    list_display = (
        *("when", "actor", "on_behalf_of", "tool", "action", "kind", "target", "project"),
    )
    list_filter = (ActionFilter, KindFilter)
    search_fields = ("actor", "=target")
    exclude = ("seal",)
    ordering = ("-id",)

    @admin.display(ordering="id")
    def when(self, row: models.Event) -> str:
        """The moment, to the second."""
        return f"{row.at:%Y-%m-%d %H:%M:%S}"


class WebhookAdmin(Archiving):
    """Addresses that are told of events; their secrets are nobody's business."""

    list_display = ("url", "project", "owner", "is_active", "archived")
    list_filter = ("project",)
    list_select_related = ("project", "owner")
    search_fields = ("url",)
    readonly_fields = (*Archiving.readonly_fields, "owner")
    exclude = ("secret",)

    has_add_permission = ReadOnly.has_add_permission


_PAGES = (
    (models.Project, ProjectAdmin),
    (models.Episode, EpisodeAdmin),
    (models.Sequence, SequenceAdmin),
    (models.Shot, ShotAdmin),
    (models.Asset, AssetAdmin),
    (models.Usage, UsageAdmin),
    (models.TaskType, TaskTypeAdmin),
    (models.Task, TaskAdmin),
    (models.Stream, StreamAdmin),
    (models.Reservation, ReservationAdmin),
    (models.Workfile, WorkfileAdmin),
    (models.Publish, PublishAdmin),
    (models.Version, VersionAdmin),
    (models.Playlist, PlaylistAdmin),
    (models.Note, NoteAdmin),
    (models.Tag, TagAdmin),
    (models.Event, EventAdmin),
    (models.Webhook, WebhookAdmin),
)


def register(site: admin.AdminSite) -> None:
    """Have all of these on the site."""
    for model, page in _PAGES:
        site.register(model, page)
