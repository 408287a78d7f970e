"""What goes wrong, as the API tells it: one envelope for every error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError

from rushes.core import logs
from rushes.core.errors import Code, RushesError
from rushes.web.statuses import INTERNAL, STATUSES

JSON = "application/json"
_RETRY_S = "2"
# What Django answers with 400 by itself where nobody catches it.
_REFUSED = (BadRequest, MultiPartParserError, SuspiciousOperation)


class RefusedError(RushesError):
    """An error with a status of its own, and what the caller may want to know of it."""

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        hint: str = "",
        status: int | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code, message, hint=hint)
        self.status = STATUSES[code] if status is None else status
        self.context = dict(context or {})


def problem(error: RushesError) -> HttpResponse:
    """The answer to a request that failed."""
    status, context = STATUSES[error.code], {}
    if isinstance(error, RefusedError):
        status, context = error.status, error.context
    made = envelope(
        error.code.value, error.message, hint=error.hint, context=context, status=status
    )
    if status == 401:
        made["WWW-Authenticate"] = 'Bearer realm="rushes"'
    elif status in (429, 503):
        made["Retry-After"] = _RETRY_S
    return made


def database_lost(error: BaseException) -> bool:
    """Whether it is the database that went away; its connection is made anew then."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    connection.close()
    return True


def fault(error: BaseException) -> HttpResponse:
    """The answer where Rushes itself is at fault: the details are in the log, and nowhere else.

    What the framework refuses of a request, too many parameters or a broken form, is the caller's.
    """
    if isinstance(error, _REFUSED):
        return problem(
            RefusedError(
                Code.USAGE,
                "The request is broken, or holds too many parameters.",
                hint="Send at most 1,000 of them, or ask in a body.",
                status=400,
            )
        )
    if database_lost(error):
        return problem(
            RushesError(
                Code.DATABASE_UNAVAILABLE,
                "The database does not answer.",
                hint="Try again in a moment.",
            )
        )
    logs.fault(error)
    return envelope(
        "internal",
        "A fault in Rushes itself.",
        hint="The server's log tells more. Please report it.",
        status=INTERNAL,
    )


def envelope(
    code: str,
    message: str,
    *,
    hint: str = "",
    context: Mapping[str, Any] | None = None,
    status: int,
) -> HttpResponse:
    """The one shape of an error."""
    told = {"code": code, "message": message, "hint": hint, "context": dict(context or {})}
    body = orjson.dumps({"error": told}, default=str)
    return HttpResponse(body, status=status, content_type=JSON)
