"""Bodies of requests: read strictly, bounded in depth, and without what no text may hold."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

import orjson
from django.http import HttpRequest
from ninja.parser import Parser

from rushes.core import outside
from rushes.core.errors import Code
from rushes.web.problems import RefusedError

DEEPEST = 32


class StrictParser(Parser):
    """JSON as the standard has it, and not too deep."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as Python values. Raises `usage` or `field.invalid`."""
        return parsed(request.body)


def parsed(body: bytes) -> Any:
    """`body` as Python values. Raises `usage` (400) where it is no JSON, or too deep."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RefusedError(
            Code.USAGE,
            f"The body is no JSON: {error.msg}.",
            hint="Send one JSON document in UTF-8, at most 32 levels deep.",
            context={"line": error.lineno, "column": error.colno},
        ) from error
    # Most bodies are too small to be deep, and hold no backslash: they are not walked at all.
    if body.count(b"{") + body.count(b"[") > DEEPEST or b"\\u0000" in body:
        _check(value)
    _check_keys(body)
    return value


def _check_keys(body: bytes) -> None:
    """Refuse a key that stands twice, of which the parser alone would know which counts."""
    try:
        json.loads(body, object_pairs_hook=outside.once)
    except outside.TwiceError as error:
        raise RefusedError(
            Code.USAGE,
            f"In the body, {error}.",
            hint="Send every key once.",
            context={"key": error.key},
        ) from error
    except (ValueError, RecursionError):
        return  # such as a number with more digits than Python reads at once, which the parser does


def _check(value: Any) -> None:
    """Level by level, so that no depth can exhaust the stack."""
    level: deque[Any] = deque([value])
    for _ in range(DEEPEST):
        below: deque[Any] = deque()
        for one in level:
            if isinstance(one, dict):
                below.extend(one)
                below.extend(one.values())
            elif isinstance(one, list):
                below.extend(one)
            elif isinstance(one, str) and "\0" in one:
                raise RefusedError(Code.FIELD_INVALID, "A text holds a NUL character.")
        if not below:
            return
        level = below
    raise RefusedError(
        Code.USAGE,
        f"The body is more than {DEEPEST} levels deep.",
        hint="Send records as they are listed, and flatter custom fields.",
    )
