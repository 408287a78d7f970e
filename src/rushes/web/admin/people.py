"""Admin pages of people, their roles and their programs' tokens."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest

from rushes.db import models
from rushes.web.admin.acting import Acting, Archiving, ReadOnly, act
from rushes.web.admin.forms import RecordForm


class NewArtistForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """A new person."""

    class Meta:
        """Their login; the password is asked for by itself."""

        model = models.Artist
        fields = ("login",)
        field_classes: dict[str, Any] = {}


class ArtistForm(UserChangeForm):  # type: ignore[type-arg]
    """A person."""

    class Meta:
        """All of them; the password is shown as its algorithm."""

        model = models.Artist
        fields = "__all__"
        field_classes: dict[str, Any] = {}


class MembershipRows(admin.TabularInline):  # type: ignore[type-arg]
    """A person's roles."""

    model = models.Membership
    form = RecordForm
    autocomplete_fields = ("project",)
    extra = 0


class ArtistAdmin(UserAdmin, Archiving):  # type: ignore[type-arg]
    """People: archived, and never deleted."""

    form = ArtistForm
    add_form = NewArtistForm
    list_display = ("login", "name", "department", "is_admin", "is_active", "archived")
    list_filter = ("is_admin", "is_active", "department")
    search_fields = ("login", "name", "email")
    ordering = ("login",)
    filter_horizontal = ()
    readonly_fields = (*Archiving.readonly_fields, "last_login")
    fieldsets = (
        (None, {"fields": ("login", "password")}),
        ("Who they are", {"fields": ("name", "email", "department")}),
        ("What they may do", {"fields": ("is_active", "is_admin")}),
        ("Record", {"fields": (*Archiving.readonly_fields, "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("login", "usable_password", "password1", "password2"),
            },
        ),
    )
    inlines = (MembershipRows,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody locks themselves out."""
        own = ("is_active", "is_admin") if obj is not None and obj.pk == request.user.pk else ()
        return (*self.readonly_fields, *own)

    def archive(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Archive the chosen, but not who does it."""
        super().archive(request, queryset.exclude(pk=request.user.pk))

    archive.short_description = "Archive the chosen records"  # type: ignore[attr-defined]

    def user_change_password(self, request: HttpRequest, *given: Any, **named: Any) -> Any:
        """Set a password; the database is told who did."""
        from django.db import transaction

        with transaction.atomic():
            act(request)
            return super().user_change_password(request, *given, **named)


class MembershipAdmin(Acting):
    """Roles in projects."""

    list_display = ("artist", "project", "role")
    list_filter = ("project", "role")
    list_select_related = ("artist", "project")
    search_fields = ("artist__login", "project__code")
    autocomplete_fields = ("artist", "project")


class TokenAdmin(ReadOnly):
    """Tokens: made and revoked by `rushes token`; their digests are not shown."""

    list_display = ("name", "hint", "artist", "project", "expires", "last_used", "revoked")
    list_filter = ("project",)
    list_select_related = ("artist", "project")
    search_fields = ("name", "artist__login", "hint")
    exclude = ("digest",)


def register(site: admin.AdminSite) -> None:
    """Have these on the site."""
    site.register(models.Artist, ArtistAdmin)
    site.register(models.Membership, MembershipAdmin)
    site.register(models.ApiToken, TokenAdmin)
