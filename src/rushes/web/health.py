"""Whether the server lives, whether it can work, and how much it has done."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from rushes.core.errors import RushesError
from rushes.web.asking_address import asking_address
from rushes.web.backlog import backlog, gauges
from rushes.web.callers import caller_of
from rushes.web.house import house
from rushes.web.metrics import COUNTS, summed, told
from rushes.web.problems import envelope, problem

_LATE_S = 10.0
_PLAIN = "text/plain; charset=utf-8"
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type=_PLAIN)


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """The database answers, too. That events are told late is said, and keeps nobody from work."""
    if database_up():
        found = backlog(house().counts)
        late = found is not None and found.seconds > _LATE_S
        said = f"events have waited {found.seconds:.0f} s to be told\n" if found and late else ""
        return HttpResponse(f"ready\n{said}", content_type=_PLAIN)
    return envelope(
        "database.unavailable",
        "The database does not answer.",
        hint="The server goes on by itself once it does. See `rushes doctor`.",
        status=503,
    )


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts for Prometheus: of all workers, at most a second old. For this machine itself, and for
    whoever is logged in or has a token: they tell what people work on, and how much.
    """
    if not _here(request):
        try:
            caller_of(request)
        except RushesError as error:
            return problem(error)
    folder = house().counts
    COUNTS.write(folder)
    up = database_up()
    body = told(summed(folder), database_up=up) + gauges(backlog(folder) if up else None)
    return HttpResponse(body, content_type=_PROMETHEUS)


def _here(request: HttpRequest) -> bool:
    """Whether a program of this machine asks, and for itself: a proxy asks for others."""
    trusted: tuple[str, ...] = getattr(settings, "RUSHES_TRUSTED_PROXIES", ())
    forwarded = "HTTP_FORWARDED" in request.META or "HTTP_X_FORWARDED_FOR" in request.META
    if forwarded and not trusted:
        return False
    with suppress(ValueError):
        return ip_address(asking_address(request.META, trusted=trusted)).is_loopback
    return False


def database_up() -> bool:
    """Whether the database answers; a connection that was lost is made anew."""
    for _ in range(2):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                return True
        except Error:
            connection.close()
    return False
