"""Parameters of an address, read strictly: what is not known is refused and not ignored."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from django.http import QueryDict

from rushes.core.errors import Code
from rushes.web.problems import RefusedError

_LONGEST = 20_000  # a path of 4,096 bytes, each escaped
_WHOLE = re.compile(r"-?[0-9]{1,18}")


class Parameters:
    """What an address gives. Raises `field.invalid` for what is not among `once` and `several`."""

    def __init__(
        self, given: QueryDict, *, once: Collection[str] = (), several: Collection[str] = ()
    ) -> None:
        self._given: dict[str, list[str]] = {}
        for name, values in given.lists():
            if name not in once and name not in several:
                known = ", ".join([*once, *several]) or "none"
                raise invalid(name, "is not known here", hint=f"There are: {known}.")
            if len(values) > 1 and name in once:
                raise invalid(name, "is given more than once")
            if any("\0" in one or len(one) > _LONGEST for one in values):
                raise invalid(name, "holds what no text may hold, or is too long")
            self._given[name] = [str(one) for one in values]

    def text(self, name: str, otherwise: str | None = None) -> str:
        """A text. Raises `field.invalid` where it is missing, unless there is an `otherwise`."""
        found = self.maybe(name)
        if found is not None:
            return found
        if otherwise is None:
            raise invalid(name, "must be given")
        return otherwise

    def maybe(self, name: str) -> str | None:
        """A text, or None where there is none."""
        found = self._given.get(name)
        return found[0] if found else None

    def several(self, name: str) -> Sequence[str]:
        """All values of a parameter that may come several times."""
        return self._given.get(name, [])

    def whole(self, name: str, otherwise: int | None = None) -> int:
        """A whole number."""
        return whole(name, self.text(name, None if otherwise is None else str(otherwise)))


def whole(name: str, text: str) -> int:
    """A whole number. Raises `field.invalid`."""
    if not _WHOLE.fullmatch(text):
        raise invalid(name, f"{text[:80]!r} is no whole number")
    return int(text)


def invalid(name: str, what: str, *, hint: str = "") -> RefusedError:
    """A parameter makes no sense; to be raised."""
    return RefusedError(
        Code.FIELD_INVALID,
        f"The parameter {name[:80]!r}: {what}.",
        hint=hint,
        context={"parameter": name[:200]},
    )
