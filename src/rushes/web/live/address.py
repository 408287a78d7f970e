"""Where browsers and programs find the live process."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from rushes.core.errors import Code, RushesError


def live_url(request: HttpRequest) -> str:
    """Its address for whoever asks this; empty where there is none.

    It is on the machine that was asked for, on its own port, unless a proxy makes it another.
    """
    given = str(getattr(settings, "RUSHES_LIVE_URL", ""))
    port = int(getattr(settings, "RUSHES_LIVE_PORT", 0))
    if given or not port:
        return given.rstrip("/")
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""
    name = urlsplit(f"//{host}").hostname or ""
    return f"{request.scheme}://{f'[{name}]' if ':' in name else name}:{port}"


def live_origin(request: HttpRequest) -> str:
    """The same without its path, as content security policies name it."""
    found = urlsplit(live_url(request))
    return f"{found.scheme}://{found.netloc}" if found.netloc else ""


def needed(request: HttpRequest) -> str:
    """Its address. Raises `nothing.found` where it has none."""
    found = live_url(request)
    if not found:
        raise RushesError(
            Code.NOTHING_FOUND,
            "This server has no live process.",
            hint="Ask for the same without /stream instead, again and again.",
        )
    return found
