"""What every request passes through: limits first, then the answer's shape, headers and count."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from rushes.core.errors import Code
from rushes.web.configure import LARGEST_BODY
from rushes.web.live.address import live_origin
from rushes.web.metrics import COUNTS
from rushes.web.problems import JSON, RefusedError, problem

Answering = Callable[[HttpRequest], HttpResponseBase]

_API = "/api/"
_VERSION = "1"  # of the API, so that a client of another one can tell
_WATCHED = frozenset({"/healthz", "/readyz", "/metrics"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
# Pages show nothing from elsewhere but events as they happen, run no script but the admin's own,
# and sit in no frame.
_PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'{live}; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class Guard:
    """The outermost middleware."""

    def __init__(self, get_response: Answering) -> None:
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer one request, and count it."""
        began = time.perf_counter()
        method = request.method if request.method in _METHODS else "other"
        bare = method == "HEAD" and request.path.startswith(_API)
        if bare:
            request.method = "GET"  # the same answer, without its body
        answer = _unknown_host(request) or _refused(request) or self._answer(request)
        is_api = request.path.startswith(_API)
        if is_api and answer.status_code >= 400:
            answer = _enveloped(request, answer)
        _add_headers(request, answer, is_api=is_api)
        if bare:
            _without_body(answer)
        match = request.resolver_match
        route = match.route if match is not None else "unknown"
        COUNTS.add(route, str(method), answer.status_code, time.perf_counter() - began)
        return answer


def _without_body(answer: HttpResponseBase) -> None:
    """Leave the body out, and tell how long it would have been, where that is known."""
    if isinstance(answer, HttpResponse):
        length = len(answer.content)
        answer.content = b""
        answer.headers["Content-Length"] = str(length)
    elif isinstance(answer, StreamingHttpResponse):
        answer.close()
        answer.streaming_content = iter(())


def _unknown_host(request: HttpRequest) -> HttpResponse | None:
    """Refuse what was meant for another name, except for those who watch over us by address."""
    if request.path in _WATCHED:
        return None
    try:
        request.get_host()
    except DisallowedHost:
        return problem(
            RefusedError(
                Code.USAGE,
                "The server is not reached by this name.",
                hint="If it is to be, start it with --public-url.",
                status=400,
            )
        )
    return None


def _refused(request: HttpRequest) -> HttpResponse | None:
    """Refuse a body by the length it announces, or does not, before any of it is read."""
    given = request.META.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in request.META and "CONTENT_LENGTH" not in request.META:
        return problem(
            RefusedError(
                Code.USAGE,
                "The body does not say how long it is.",
                hint="Send a Content-Length, and the body in one piece.",
                status=411,
            )
        )
    if not given.isdecimal() or int(given) <= LARGEST_BODY:
        return None
    return problem(
        RefusedError(
            Code.USAGE,
            f"The body is larger than {LARGEST_BODY // 1024**2} MB.",
            hint="Send fewer records at a time.",
            status=413,
        )
    )


def _enveloped(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """An error that Django told in its own words, in ours."""
    if answer.headers.get("Content-Type", "").startswith(JSON):
        return answer
    status = answer.status_code
    if status == 405:
        allowed = answer.headers.get("Allow", "")
        made = problem(
            RefusedError(
                Code.USAGE,
                f"{request.method} is not for {request.path}.",
                hint=f"There are {allowed}." if allowed else "",
                status=405,
            )
        )
        made["Allow"] = allowed
        return made
    if status == 404:
        return problem(
            RefusedError(
                Code.NOTHING_FOUND,
                f"There is nothing at {request.path}.",
                hint="All there is stands in /api/v1/docs.",
            )
        )
    return problem(RefusedError(Code.USAGE, "The request makes no sense.", status=status))


def _add_headers(request: HttpRequest, answer: HttpResponseBase, *, is_api: bool) -> None:
    headers = answer.headers
    headers["X-Content-Type-Options"] = "nosniff"
    if is_api:
        headers["Rushes-Api"] = _VERSION
        headers.setdefault("Cache-Control", "private, no-cache")
    else:
        origin = live_origin(request)
        live = f" {origin}" if origin else ""
        headers.setdefault("Content-Security-Policy", _PAGES.format(live=live))
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "DENY")
