"""A ticket for a stream: who it is for and what they may see, signed, good for a moment.

It stands in an address, where logs and proxies see it. So it opens nothing but a stream, and not
for long.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

import orjson

from rushes.core import clock
from rushes.core.errors import Code, RushesError
from rushes.ports.people import Caller
from rushes.ports.studio import Access

_GOOD_S = 30
_PURPOSE = b"rushes live ticket 1:"  # the server's key signs sessions, too


@dataclass(frozen=True, slots=True)
class Ticket:
    """Somebody who may connect, as they might when it was `issued` (Unix time), to whoever had
    the `token` of that number, where it was a program.
    """

    name: str
    access: Access
    token: int | None = None
    issued: float = field(default=0.0, repr=False, compare=False)


def issue(caller: Caller, *, key: str) -> str:
    """A ticket that opens a stream within half a minute."""
    access = caller.access
    told = {
        "who": caller.actor.name,
        "until": clock.now().timestamp() + _GOOD_S,
        "everything": access.everything,
        "roles": {str(project): role for project, role in access.roles.items()},
        "artist": access.artist,
        "token": caller.token,
        "scopes": sorted(access.scopes) if access.scopes is not None else None,
    }
    body = urlsafe_b64encode(orjson.dumps(told)).rstrip(b"=")
    return f"{body.decode()}.{_signature(body, key)}"


def opened(text: str, *, key: str) -> Ticket:
    """What a ticket says. Raises `login.needed` for one that is forged, damaged or past."""
    body, _, signature = text.partition(".")
    if not hmac.compare_digest(_signature(body.encode(), key).encode(), signature.encode()):
        raise _refused("The ticket is not one of this server.")
    told = orjson.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    if told["until"] < clock.now().timestamp():
        raise _refused("The ticket is past.")
    scopes = told["scopes"]
    access = Access(
        everything=told["everything"],
        roles={int(project): role for project, role in told["roles"].items()},
        artist=told["artist"],
        scopes=frozenset(scopes) if scopes is not None else None,
    )
    return Ticket(told["who"], access, told["token"], told["until"] - _GOOD_S)


def _signature(body: bytes, key: str) -> str:
    made = hmac.digest(key.encode(), _PURPOSE + body, sha256)
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def _refused(why: str) -> RushesError:
    return RushesError(
        Code.LOGIN_NEEDED, why, hint="Ask /api/v1/events/stream of the server for another one."
    )
