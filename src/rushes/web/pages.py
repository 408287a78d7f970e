"""Plain pages: the first one, the API's description, and what is shown when something is amiss."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from rushes.core import logs
from rushes.core.errors import Code, RushesError
from rushes.model.kinds import KINDS, PLURALS
from rushes.ports.studio import Op
from rushes.web.api.records import NUMBERED
from rushes.web.callers import person_caller
from rushes.web.overview import overview
from rushes.web.problems import RefusedError, fault, problem

_API = "/api/"
_SAVES = "scenes"  # told at the top, with those of publishes
_SUBJECTS = {
    "scans": "Scans and file sequences",
    "exr": "Headers of images",
    "qc": "Quality checks",
    "people": "People and tokens",
}


@never_cache
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The first page: projects, what happened last, missing frames and disk use."""
    person: Any = request.user
    if not person.is_authenticated:
        return HttpResponseRedirect("/login")
    try:
        shown = overview(person_caller(person))
    except RushesError as error:
        return _amiss(request, error.message, hint=error.hint, status=503)
    return render(request, "rushes/front.html", {"shown": shown, "person": person})


@require_safe
def api_docs(request: HttpRequest, *, api: NinjaAPI) -> HttpResponse:
    """What the API takes, kind by kind, and what else there is at which address."""
    told = {
        "kinds": [(kind, kind.name not in NUMBERED) for kind in KINDS.values()],
        "words": [one.value for one in Op if one is not Op.IS],
        "others": _other_requests(api),
    }
    return render(request, "rushes/api.html", told)


def _other_requests(api: NinjaAPI) -> list[tuple[str, list[tuple[str, str]]]]:
    """What is no record of a kind, by subject: each request, and what it does."""
    made: dict[str, list[tuple[str, str]]] = {}
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, one in methods.items():
            (subject,) = one["tags"]
            if subject not in PLURALS and subject != _SAVES:
                made.setdefault(subject, []).append((f"{method.upper()} {path}", one["summary"]))
    return [(_SUBJECTS.get(subject, subject.capitalize()), rows) for subject, rows in made.items()]


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the page's token."""
    logs.info(f"form refused: {request.path}: {reason}")
    return _amiss(
        request,
        "The form was not sent from this page, or is too old.",
        hint="Go back, load the page again and send it once more. Cookies must be allowed.",
        status=403,
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that makes no sense, for an unknown host above all."""
    logs.info(f"request refused: {type(exception).__name__}: {exception}")
    return _amiss(
        request,
        "The request makes no sense.",
        hint="If the server is reached by another name, start it with --public-url.",
        status=400,
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What somebody may not see."""
    del exception
    return _amiss(request, "That is not yours to see.", hint="Ask an admin.", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address with nothing at it."""
    del exception
    return _amiss(request, "There is nothing here.", hint="", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of our own; the log tells more."""
    import sys

    error = sys.exc_info()[1] or RuntimeError("an unknown fault")
    if isinstance(error, RushesError):
        return _amiss(request, error.message, hint=error.hint, status=503)
    made = fault(error)
    if request.path.startswith(_API):
        return made
    if made.status_code == 503:
        message = "The database does not answer."
        return _amiss(request, message, hint="Try again in a moment.", status=503)
    return _amiss(
        request, "A fault in Rushes itself.", hint="The server's log tells more.", status=500
    )


def _amiss(request: HttpRequest, message: str, *, hint: str, status: int) -> HttpResponse:
    if request.path.startswith(_API):
        code = _CODES.get(status, Code.USAGE)
        return problem(RefusedError(code, message, hint=hint, status=status))
    told = {"message": message, "hint": hint}
    # Without the request: what is amiss may be what the page would ask of it.
    return render(None, "rushes/amiss.html", told, status=status)


_CODES = {
    403: Code.ACCESS_DENIED,
    404: Code.NOTHING_FOUND,
    503: Code.SERVER_UNAVAILABLE,
}
