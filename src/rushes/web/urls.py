"""The addresses of the server."""

from __future__ import annotations

from django.urls import include, path

from rushes.web import health, logins, pages
from rushes.web.admin.site import SITE
from rushes.web.api.routes import make_api
from rushes.web.compat.routes import patterns

_API = make_api()
urlpatterns = [
    path("", pages.front, name="front"),
    path("login", logins.log_in, name="login"),
    path("logout", logins.log_out, name="logout"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("admin/", SITE.urls),
    path("api/v1/docs", pages.api_docs, {"api": _API}, name="api_docs"),
    path("api/v1/", _API.urls),
    path("api/", include(patterns())),
]
handler400 = pages.bad_request
handler403 = pages.forbidden
handler404 = pages.not_found
handler500 = pages.failed
