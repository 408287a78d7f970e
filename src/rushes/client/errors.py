"""What a server refuses or cannot do, as the one exception that everything here raises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rushes.core.errors import Code, RushesError

# For codes that only a newer server knows, and for answers of something in between.
_BY_STATUS: Mapping[int, Code] = {
    400: Code.USAGE,
    401: Code.LOGIN_NEEDED,
    403: Code.ACCESS_DENIED,
    404: Code.RECORD_NOT_FOUND,
    405: Code.USAGE,
    409: Code.RECORD_CONFLICT,
    412: Code.RECORD_CONFLICT,
    413: Code.USAGE,
    422: Code.FIELD_INVALID,
}


def told(answer: Any, status: int) -> RushesError | None:
    """The error that an answer's body tells; None where it is none of ours.

    Code, message and hint are the server's. A code that is not known here becomes the one that its
    status stands for, and `server.unavailable` where that says nothing either.
    """
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict) or not isinstance(error.get("code"), str):
        return None
    message = str(error.get("message") or f"The server answers {error['code']}.")
    try:
        code = Code(error["code"])
    except ValueError:
        code = _BY_STATUS.get(status, Code.SERVER_UNAVAILABLE)
    return RushesError(code, message, hint=str(error.get("hint") or ""))


def no_answer(url: str, why: str) -> RushesError:
    """Nobody answers at `url`, or not in time."""
    return RushesError(
        Code.SERVER_UNAVAILABLE,
        f"The Rushes server at {url} {why}.",
        hint="Check that it runs (`rushes status` on its machine), and server.url.",
    )


def not_ours(url: str, what: str) -> RushesError:
    """Something answers at `url`, but not as a Rushes server does."""
    return RushesError(
        Code.SERVER_UNAVAILABLE,
        f"What answers at {url} is no Rushes server: {what}.",
        hint="Check server.url; a proxy or a login page may stand in between.",
    )


def elsewhere(url: str, place: str) -> RushesError:
    """The server sends its callers to another address; the token does not go there."""
    return RushesError(
        Code.SERVER_UNAVAILABLE,
        f"What answers at {url} sends its callers on to {place}.",
        hint="If that is the Rushes server, write its address into server.url.",
    )


def other_version(url: str, *, theirs: str, ours: str) -> RushesError:
    """The server's API is not the one that this client speaks."""
    return RushesError(
        Code.SERVER_UNAVAILABLE,
        f"The Rushes server at {url} speaks version {theirs[:20]!r} of the API, and this"
        f" client version {ours!r}.",
        hint="Install the Rushes of the server's version here.",
    )
