"""Who asks: a program by its token, or a person by their session."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest
from ninja.utils import check_csrf

from rushes.core.errors import Code, RushesError
from rushes.model.scan import Actor
from rushes.ports.people import Caller
from rushes.tracking.permissions import speaking
from rushes.web.house import house
from rushes.web.problems import RefusedError

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ON_BEHALF = "HTTP_RUSHES_ON_BEHALF_OF"
_SPEAKING = frozenset({"admin", "publish", "qc", "scan", "write"})
_LONGEST = 120
_KEPT_S = 2.0
_MOST = 1000


class _Known:
    """Tokens that were looked up a moment ago. A revoked one opens nothing after two seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()

    def caller(self, secret: str) -> Caller:
        """Whose token it is. Raises `login.needed`; what was refused is not remembered."""
        now, digest = time.monotonic(), sha256(secret.encode("utf-8", "replace")).digest()
        known = self._found.get(digest)
        if known is not None and now - known[0] < _KEPT_S:
            return known[1]
        found = house().people.caller(secret)
        with self._lock:
            self._found[digest] = (now, found)
            self._found.move_to_end(digest)
            while len(self._found) > _MOST:
                self._found.popitem(last=False)
        return found

    def forget(self) -> None:
        """Look all up anew."""
        with self._lock:
            self._found.clear()


KNOWN = _Known()


def caller_of(request: HttpRequest) -> Caller:
    """Who asks. Raises `login.needed`, or `access.denied` for a form that another site sent."""
    header = request.META.get("HTTP_AUTHORIZATION")
    if header:
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer":
            raise RushesError(
                Code.LOGIN_NEEDED,
                "Only tokens are taken in the Authorization header.",
                hint="Send `Authorization: Bearer` and a token of `rushes token create`.",
            )
        return _spoken_for(request, KNOWN.caller(secret.strip()))
    person: Any = request.user
    if not person.is_authenticated:
        raise RushesError(
            Code.LOGIN_NEEDED,
            "Nobody is logged in.",
            hint="Send `Authorization: Bearer` and a token of `rushes token create`, or log in at"
            " /login.",
        )
    if request.method not in _SAFE and check_csrf(request) is not None:
        raise RefusedError(
            Code.ACCESS_DENIED,
            "The request does not carry the page's token, so another site may have sent it.",
            hint="Send the cookie rushes_csrf in the header X-CSRFToken, or use an API token.",
        )
    return person_caller(person)


def _spoken_for(request: HttpRequest, who: Caller) -> Caller:
    """A program, with what it says of itself: its tool, and on whose behalf it asks.

    Both are noted with every write. Whose token it was is always told with the tool. For others
    only tokens of the scopes in `_SPEAKING` may ask, in projects that their owners lead: what is
    made is theirs then. Raises `access.denied`.
    """
    tool, other = (_header(request, name) for name in ("HTTP_RUSHES_TOOL", _ON_BEHALF))
    if other == who.actor.name:
        other = ""
    if not tool and not other:
        return who
    if other and not _SPEAKING & (who.access.scopes or frozenset()):
        raise RefusedError(
            Code.ACCESS_DENIED,
            "This token may not ask on somebody else's behalf.",
            hint=f"Use one with the scope {' or '.join(sorted(_SPEAKING))}.",
        )
    told = f"{tool} ({who.actor.tool})" if tool else who.actor.tool
    access = speaking(who.access) if other else who.access
    return who._replace(actor=Actor(who.actor.name, on_behalf_of=other, tool=told), access=access)


def _header(request: HttpRequest, name: str) -> str:
    """A header's text, which is percent-encoded where it is not plain. Raises `field.invalid`."""
    text = unquote(request.META.get(name, ""), errors="replace").strip()
    if len(text) > _LONGEST or not text.isprintable():
        shown = name.removeprefix("HTTP_").replace("_", "-").title()
        raise RefusedError(
            Code.FIELD_INVALID,
            f"The header {shown} is longer than {_LONGEST} characters, or not plain text.",
        )
    return text


def person_caller(person: Any) -> Caller:
    """A person who is logged in, with the roles they have by now."""
    from rushes.db.tokens import access_of

    roles = dict(person.memberships.values_list("project_id", "role"))
    access = access_of(person.pk, is_admin=person.is_admin, roles=roles)
    return Caller(Actor(person.login, tool="web"), access)
