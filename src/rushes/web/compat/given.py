"""What older clients send: a query, a form or JSON, in which numbers may be text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson
from django.http import HttpRequest

from rushes.tracking.refusing import refused, shown
from rushes.web.api.bodies import parsed

_WHOLE = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_NOTHING = (None, "")
_SWITCHES = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Given:
    """Values by name. Where several names are asked for, the first that holds something counts.

    Each call raises `field.invalid` for a value that makes no sense.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._read: set[str] = set()

    def __contains__(self, name: str) -> bool:
        self._read.add(name)
        return name in self._values

    def value(self, *names: str) -> Any:
        """A value as it was sent; None where there is none."""
        self._read.update(names)
        held = (self._values.get(one) for one in names)
        return next((one for one in held if one not in _NOTHING), None)

    def text(self, *names: str, default: str = "") -> str:
        """A text without spaces around it; numbers are taken as they are written."""
        found = self.value(*names)
        if isinstance(found, (dict, list, bool)):
            raise refused(names[0], "must be a text")
        return default if found is None else str(found).strip()

    def whole(self, *names: str) -> int | None:
        """A whole number of 64 bits."""
        found = self.value(*names)
        if found is None or (isinstance(found, int) and not isinstance(found, bool)):
            return found
        if not isinstance(found, str) or not _WHOLE.fullmatch(found.strip()):
            raise refused(names[0], "must be a whole number")
        return int(found)

    def record(self, *names: str) -> int:
        """The number of a record, which must be given."""
        found = self.whole(*names)
        if found is None:
            raise refused(names[0], "must be given")
        return found

    def number(self, *names: str) -> float | None:
        """A number."""
        found = self.value(*names)
        if found is None:
            return None
        try:
            made = float(found) if isinstance(found, (str, int, float)) else None
        except (ValueError, OverflowError):
            made = None
        if made is None or isinstance(found, bool) or not isfinite(made):
            raise refused(names[0], "must be a number")
        return made

    def switch(self, *names: str) -> bool:
        """Whether it is on; off where nothing is said."""
        found = self.value(*names)
        made = _SWITCHES.get(str(found).lower()) if found is not None else False
        if made is None:
            raise refused(names[0], f"{shown(str(found))} is neither 1 nor 0")
        return made

    def choice(self, name: str, choices: tuple[str, ...], *, default: str) -> str:
        """One of some words, whatever the case."""
        found = self.text(name, default=default).lower()
        if found not in choices:
            raise refused(name, f"{shown(found)} is none of {', '.join(choices)}")
        return found

    def fields(self, name: str) -> dict[str, Any]:
        """An object, or JSON that is one."""
        found = self._decoded(name)
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise refused(name, "must be an object")
        return found

    def rows(self, name: str) -> tuple[dict[str, Any], ...]:
        """A list of objects, or JSON that is one."""
        found = self._decoded(name)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise refused(name, "must be a list of objects")
        return tuple(found)

    def left(self) -> list[str]:
        """Names that were sent and never asked for."""
        return sorted(self._values.keys() - self._read)

    def _decoded(self, name: str) -> Any:
        found = self.value(name)
        if not isinstance(found, str):
            return found
        return parsed(found.encode("utf-8", "surrogatepass"))


def sent(request: HttpRequest) -> Given:
    """What is in the body, whatever its kind. Raises `usage` or `field.invalid`."""
    # curl and the like call a body a form where nobody said otherwise.
    if request.content_type in _FORMS and not request.body.lstrip().startswith((b"{", b"[")):
        values: Any = {name: str(value) for name, value in request.POST.items()}
        if request.content_type == _FORMS[0]:
            _check_text("body", unquote_to_bytes(request.body))
        elif any("\ufffd" in name + value for name, value in values.items()):
            _check_text("body", request.body)  # else there may be files, which need not be text
        # Bounded and free of NUL as JSON is.
        values = parsed(orjson.dumps(values))
    else:
        values = parsed(request.body) if request.body else {}
    if not isinstance(values, dict):
        raise refused("body", "must be an object")
    return Given(values)


def asked(request: HttpRequest) -> Given:
    """What the address asks for. Raises `field.invalid`."""
    values = {name: str(value) for name, value in request.GET.items()}
    query = request.META.get("QUERY_STRING", "").encode("latin-1", "replace")  # as PEP 3333 has it
    _check_text("query", unquote_to_bytes(query))
    for name, value in values.items():
        if "\0" in name or "\0" in value:
            raise refused(shown(name), "holds what no text may hold")
    return Given(values)


def _check_text(name: str, raw: bytes) -> None:
    """Raise `field.invalid` where a byte is no UTF-8: something else would be put in its place."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raise refused(name, "holds text that is no UTF-8") from None


def none_left(given: Given, *, but: tuple[str, ...] = ()) -> None:
    """Raise `field.invalid` where something was asked by that nobody knows."""
    if left := [name for name in given.left() if name not in but]:
        raise refused(shown(left[0]), "there is nothing to ask for by this name")
