"""Tokens that say where the next page begins: the last row's place in the order, as text."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from rushes.core.errors import Code, RushesError

ROWS_OF_A_PAGE = 5_000

# What no text of the database holds, so that no page ends with it.
_ODD = re.compile("[\x00\ud800-\udfff]")


def token_of(place: Sequence[str | int]) -> str:
    """The token for the rows after `place`."""
    return urlsafe_b64encode(json.dumps(list(place)).encode()).decode().rstrip("=")


def place_of(token: str, *, kinds: Sequence[type]) -> list[str | int]:
    """The place in `token`, one value of each of `kinds`. Raises `usage` on any other text."""
    try:
        place = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError:
        place = None
    if not isinstance(place, list) or [type(value) for value in place] != list(kinds):
        raise no_page(token)
    if any(_ODD.search(value) for value in place if isinstance(value, str)):
        raise no_page(token)
    return place


def no_page(token: str) -> RushesError:
    """The error for a token that no page gave."""
    return RushesError(
        Code.USAGE,
        f"{token!r} is not the token of a page.",
        hint="Ask for the first page without one, and pass on what each page gives.",
    )
