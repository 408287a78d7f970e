"""Answers as older clients expect them: `{"ok": true, "data": …}`, or what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from rushes.core.errors import Code, RushesError
from rushes.ports.people import Caller
from rushes.web.api.answers import as_json
from rushes.web.callers import caller_of
from rushes.web.compat.given import Given
from rushes.web.problems import RefusedError, fault, problem

Verb = Callable[..., HttpResponse]


def ok(data: Any, *, given: Given | None = None, status: int = 200, **more: Any) -> HttpResponse:
    """What was asked for. Names in `given` that nothing was made of are told."""
    told: dict[str, Any] = {"ok": True, "data": data, **more}
    if given is not None and (left := given.left()):
        told["ignored"] = left
    return as_json(told, status=status)


def view(**verbs: Verb) -> Verb:
    """A view that answers each method by its verb, and errors in the older envelope."""

    @csrf_exempt  # `caller_of` checks what comes without a token
    def answer(request: HttpRequest, **at: Any) -> HttpResponse:
        verb = verbs.get("GET" if request.method == "HEAD" else str(request.method))
        try:
            if verb is None:
                raise _no_method(request, verbs)
            return verb(request, **at)
        except RushesError as error:
            told = _in_older_words(problem(error))
        except Exception as error:  # noqa: BLE001 (a face's edge)
            told = _in_older_words(fault(error))
        if verb is None:
            told.headers["Allow"] = ", ".join(verbs)
        return told

    return answer


def caller(request: HttpRequest) -> Caller:
    """Who asks; their token may come in the older header, too."""
    older = request.META.get("HTTP_X_PM_TOKEN")
    if older and not request.META.get("HTTP_AUTHORIZATION"):
        request.META["HTTP_AUTHORIZATION"] = f"Bearer {older}"
    return caller_of(request)


def _in_older_words(made: HttpResponse) -> HttpResponse:
    """An error with its message where older clients look, and all else beside it."""
    error = orjson.loads(made.content)["error"]
    made.content = orjson.dumps({"ok": False, "error": error["message"], **error})
    return made


def _no_method(request: HttpRequest, verbs: dict[str, Verb]) -> RefusedError:
    return RefusedError(
        Code.USAGE,
        f"{request.method} is not for {request.path}.",
        hint=f"There are {', '.join(verbs)}.",
        status=405,
    )
