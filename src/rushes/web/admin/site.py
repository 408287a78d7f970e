"""The admin pages' site: its name, its way in, and all that is registered."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect


class StudioSite(admin.AdminSite):
    """Admin pages behind the server's own login, which counts tries."""

    site_header = "Rushes"
    site_title = "Rushes"
    index_title = "The studio's records"
    site_url = "/"
    enable_nav_sidebar = True

    def login(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Send people to the one login page; whoever is logged in already is no admin."""
        del extra_context
        if request.user.is_authenticated:
            from django.core.exceptions import PermissionDenied

            raise PermissionDenied
        there = request.GET.get("next") or request.get_full_path()
        return HttpResponseRedirect(f"/login?{urlencode({'next': there})}")


SITE = StudioSite(name="admin")


def register_all() -> None:
    """Have every kind of records on the site."""
    from rushes.web.admin import people, records, storage

    records.register(SITE)
    storage.register(SITE)
    people.register(SITE)


register_all()
