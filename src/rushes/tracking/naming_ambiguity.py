"""Whether names made from a template can be read back: where each token ends must be certain.

A token is closed when no character that may follow it in the template is one that it may hold: it
then ends where its characters do. One token of a template may be open, since the others tell
where it ends; with two, nobody could say which of them has what lies between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rushes.core.errors import RushesError
from rushes.tracking.naming_parts import Code, Field, Literal, Optional, Part, fields
from rushes.tracking.naming_refused import refused
from rushes.tracking.naming_tokens import DIGITS, Alphabet


class _Head(NamedTuple):
    """What may come next: its first characters, and whether it is a token."""

    characters: frozenset[str]
    shown: str
    is_field: bool


def open_token(parts: tuple[Part, ...], *, shown: str) -> str:
    """The token whose end the others tell; empty where each tells its own.

    Raises `notation.invalid` where names would be ambiguous.
    """
    _check_repeated(parts, shown)
    return _open(parts, (), seen=set(), shown=shown, found="")


def _open(
    parts: Sequence[Part], after: Sequence[_Head], *, seen: set[str], shown: str, found: str
) -> str:
    for at, part in enumerate(parts):
        following = _heads(parts[at + 1 :], after)
        if isinstance(part, Optional):
            found = _open(part.parts, following, seen=seen, shown=shown, found=found)
        elif isinstance(part, Field) and part.name not in seen:
            seen.add(part.name)
            if _is_open(part, following, shown):
                if found:
                    raise _two(found, part, shown)
                found = part.name
    return found


def _is_open(field: Field, following: Sequence[_Head], shown: str) -> bool:
    lasts = list(_lasts(field))
    shared = [head for head in following if any(head.characters & last for last in lasts)]
    for head in shared:
        if head.is_field or (DIGITS in lasts and head.characters & DIGITS):
            raise refused(
                f"The template {shown!r} does not tell where {field.shown} ends and"
                f" {head.shown} begins.",
                hint="Put a character between them that neither of them can hold.",
            )
    return bool(shared)


def _two(first: str, second: Field, shown: str) -> RushesError:
    return refused(
        f"The template {shown!r} is ambiguous: {{{first}}} and {second.shown} may both hold what"
        " stands behind them, so nobody could tell where each ends.",
        hint=f'Say in naming.tokens what they hold, as in {second.name} = "A-Za-z0-9", or in'
        " naming.shots what shots are made of.",
    )


def _heads(parts: Sequence[Part], after: Sequence[_Head] = ()) -> list[_Head]:
    """All that `parts` may begin with, and `after` where nothing of them need be there."""
    found: list[_Head] = []
    for part in parts:
        if isinstance(part, Optional):
            found += _heads(part.parts)
        elif isinstance(part, Literal):
            return [*found, _Head(frozenset(part.text[0]), repr(part.text), is_field=False)]
        else:
            return [*found, _Head(_first(part), part.shown, is_field=True)]
    return [*found, *after]


def _first(field: Field) -> frozenset[str]:
    if isinstance(field.kind, Alphabet):
        return field.kind.characters
    if not isinstance(field.kind, Code):
        return DIGITS
    heads = [head for grammar in field.kind.grammars for head in _heads(grammar)]
    return frozenset().union(*(head.characters for head in heads))


def _lasts(field: Field) -> Iterator[frozenset[str]]:
    """For each way in which its value may end, the characters that could go on with it."""
    if isinstance(field.kind, Alphabet):
        yield field.kind.characters
    elif not isinstance(field.kind, Code):
        yield DIGITS
    else:
        for grammar in field.kind.grammars:
            if isinstance(grammar[-1], Field):
                yield from _lasts(grammar[-1])


def _check_repeated(parts: tuple[Part, ...], shown: str) -> None:
    """A token means the same wherever it stands, and is known before it is repeated."""
    kinds = {field.name: field.kind for field in fields(parts)}
    for field in fields(parts):
        if kinds[field.name] != field.kind:
            raise refused(
                f"The template {shown!r} writes {{{field.name}}} in two ways.",
                hint="Give it the same padding everywhere.",
            )
    known: set[str] = set()
    for at, part in enumerate(parts):
        if isinstance(part, Field):
            known.add(part.name)
        elif isinstance(part, Optional):
            own = {field.name for field in fields((part,))} - known
            if not own:
                raise refused(
                    f"The template {shown!r} has an optional part without a token of its own.",
                    hint="Whether it is there could not be told from the values.",
                )
            later = own & {field.name for field in fields(parts[at + 1 :])}
            if later:
                raise refused(
                    f"The template {shown!r} repeats {{{min(later)}}}, which is optional before.",
                    hint="Let it stand once outside of brackets first, or in one part alone.",
                )
