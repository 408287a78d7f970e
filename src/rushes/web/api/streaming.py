"""Where streams are: the live process holds them, and a ticket opens one."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from rushes.ports.people import Caller
from rushes.web.live.address import needed
from rushes.web.live.ticket import issue


def led_to_stream(
    request: HttpRequest, who: Caller, name: str, given: Mapping[str, str]
) -> HttpResponse:
    """The way to the stream of that name, with a ticket. Raises `nothing.found` where there is
    no live process.
    """
    there = needed(request)
    ticket = issue(who, key=str(settings.SECRET_KEY))
    answer = HttpResponse(status=307)
    answer.headers["Location"] = f"{there}/{name}?{urlencode({**given, 'ticket': ticket})}"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
