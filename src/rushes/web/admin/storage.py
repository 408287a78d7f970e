"""Admin pages of what is recorded of storage, and of what comes in and goes out: to be read."""

from __future__ import annotations

from django.contrib import admin

from rushes.db import models
from rushes.web.admin.acting import ReadOnly
from rushes.web.admin.scans import ScanAdmin


class StorageRootAdmin(ReadOnly):
    """Storage roots, and where they are mounted."""

    list_display = ("name", "linux", "macos", "windows")
    search_fields = ("name", "linux", "macos", "windows")


class SignOffAdmin(ReadOnly):
    """Records of quality checks, as they are mirrored here; the sidecars are the truth."""

    list_display = ("qc_id", "asset", "result", "operator", "time", "position", "legacy", "lost")
    list_filter = ("result", "legacy", ("lost", admin.EmptyFieldListFilter))
    list_select_related = ("asset", "asset__root")
    search_fields = ("=qc_id", "operator", "asset__name")
    ordering = ("-id",)


class OutboxPostAdmin(ReadOnly):
    """What trackers are to be told."""

    list_display = ("id", "tracker", "kind", "key", "asset_path", "state", "attempts", "due")
    list_filter = ("state", "kind")
    search_fields = ("key", "asset_path", "told")
    exclude = ("holder",)
    ordering = ("-id",)


class MovementAdmin(ReadOnly):
    """Ingests and deliveries."""

    list_display = ("name", "kind", "project", "context", "state", "artist", "created", "ended")
    list_filter = ("kind", "state", "project")
    list_select_related = ("project",)
    search_fields = ("name", "context", "artist", "told")
    ordering = ("-id",)


_PAGES = (
    (models.StorageRoot, StorageRootAdmin),
    (models.Scan, ScanAdmin),
    (models.SignOff, SignOffAdmin),
    (models.OutboxPost, OutboxPostAdmin),
    (models.Movement, MovementAdmin),
)


def register(site: admin.AdminSite) -> None:
    """Have all of these on the site."""
    for model, page in _PAGES:
        site.register(model, page)
