"""How the studio's records refuse what makes no sense: one error for each way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rushes.core.errors import Code, RushesError
from rushes.model.kinds import KINDS

_SHOWN = 60


def refused(field: str, why: str, *, hint: str = "") -> RushesError:
    """A field's value makes no sense; to be raised."""
    return RushesError(Code.FIELD_INVALID, f"{field}: {why}.", hint=hint)


def unknown(field: str, what: str, known: Iterable[str]) -> RushesError:
    """There is no such field, kind or status; the nearest is told, else all that there are."""
    from difflib import get_close_matches  # a millisecond that only mistakes should cost

    there = sorted(known)
    near = get_close_matches(field, there, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(there) or 'none'}."
    return refused(shown(field), f"there is no such {what}", hint=hint)


def undelivered(url: str, why: str) -> RushesError:
    """A webhook's address that no letter is carried to."""
    return refused(
        "url",
        f"nothing would be delivered to {url[:200]!r}: {why}",
        hint="Take another machine's address; webhooks.local is for those who trust all.",
    )


def not_there(kind: str, number: object) -> RushesError:
    """There is no such record, or it is not theirs to see: the two look the same."""
    return RushesError(Code.RECORD_NOT_FOUND, f"There is no {spoken(kind)} {number}.")


def denied(what: str, *, hint: str = "") -> RushesError:
    """Their role, or their token, does not let them."""
    return RushesError(Code.ACCESS_DENIED, what, hint=hint)


def past(kind: str, number: int, *, held: int, now: int) -> RushesError:
    """Somebody else has written the record since it was read."""
    return RushesError(
        Code.RECORD_CONFLICT,
        f"revision: {spoken(kind)} {number} is at revision {now}, not {held}.",
        hint="Somebody has changed it meanwhile: read it again, and change that.",
    )


def taken(kind: str, field: str, value: object = None) -> RushesError:
    """Another record has that code, name or number."""
    what = "it" if value is None else shown(str(value))
    return RushesError(
        Code.RECORD_CONFLICT,
        f"{field}: another {spoken(kind)} has {what} already.",
        hint="Change that one, or choose another."
        if KINDS[kind].removable
        else "It may be archived; take it back, or choose another.",
    )


def spoken(kind: str) -> str:
    """A kind as people say it."""
    return kind.replace("_", " ")


def several(kind: str) -> str:
    """A kind in the plural, as people say it."""
    return KINDS[kind].plural.replace("-", " ") if kind in KINDS else f"{spoken(kind)}s"


def shown(text: str) -> str:
    """Part of what was given, as a message may show it, whatever it was."""
    short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return ascii(short) if not short.isprintable() else repr(short)


@contextmanager
def row(number: int, *, of: int) -> Iterator[None]:
    """Say which row of several was refused."""
    try:
        yield
    except RushesError as error:
        if of == 1:
            raise
        raise error.told_of(f"Row {number + 1} of {of}") from error
