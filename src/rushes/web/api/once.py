"""Requests that are sent again give the same answer, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from rushes.core.errors import Code, RushesError
from rushes.db import answered
from rushes.model.kinds import ROLES
from rushes.ports.people import Caller
from rushes.ports.studio import Access
from rushes.web.problems import JSON, RefusedError

_LONGEST = 200
_KEPT = ("ETag", "Location")
_ACCESS = "access"


def once(request: HttpRequest, who: Caller, make: Callable[[], HttpResponse]) -> HttpResponse:
    """What `make` answers, or what it answered when this `Idempotency-Key` was first sent.

    The key, the answer and whatever is written are committed together, or not at all. Two at once
    take turns. An error is not kept: after it, the key is free.
    """
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return make()
    if not key or len(key) > _LONGEST or not key.isascii() or not key.isprintable():
        raise RefusedError(
            Code.FIELD_INVALID,
            f"The Idempotency-Key is empty, longer than {_LONGEST} characters or not plain.",
            hint="Send a UUID.",
        )
    named = answered.Named(
        key=_digest(*_asking(who), str(request.method), request.path, key),
        asked=sha256(request.body).digest(),
    )
    with transaction.atomic():
        former = answered.claim("default", named)
        if former is None:
            answer = make()
            answered.keep("default", named, answer.status_code, _head(answer, who), answer.content)
            return answer
    if former.asked != named.asked:
        raise RushesError(
            Code.RECORD_CONFLICT,
            "The Idempotency-Key was sent before with another body.",
            hint="Send a key of its own with each request.",
        )
    _check_still(former.head.pop(_ACCESS, None), who.access)
    again = HttpResponse(former.body, status=former.status, content_type=JSON)
    for name, value in former.head.items():
        again.headers[name] = value
    again.headers["Idempotent-Replayed"] = "true"
    return again


def _asking(who: Caller) -> tuple[str, ...]:
    """Who it is, for whom, and what the token is for."""
    scopes = who.access.scopes
    told = "all" if scopes is None else " ".join(sorted(scopes))
    return (str(who.access.artist), who.actor.on_behalf_of, told)


def _head(answer: HttpResponse, who: Caller) -> dict[str, Any]:
    """What is kept beside the body: the head, and what they could see who were told it."""
    access = {"everything": who.access.everything, "roles": dict(who.access.roles)}
    head = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
    return {**head, _ACCESS: access}


def _check_still(then: Mapping[str, Any] | None, access: Access) -> None:
    """Raise `access.denied` where they may see less than when they were answered."""
    if access.everything:
        return
    if (
        then is None
        or then["everything"]
        or any(
            _below(access.roles.get(int(project), ""), role)
            for project, role in then["roles"].items()
        )
    ):
        raise RefusedError(
            Code.ACCESS_DENIED,
            "You may do less than when this Idempotency-Key was first sent.",
            hint="Look at what became of it, and send a key of its own with another request.",
        )


def _below(role: str, then: str) -> bool:
    return role not in ROLES or ROLES.index(role) > ROLES.index(then)


def _digest(*parts: str) -> bytes:
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).digest()
