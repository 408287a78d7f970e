"""Templates as regular expressions: one that takes all it can, and one that takes the least.

Both try the same readings of a name in opposite orders. So where the first that each finds is the
same, there is no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rushes.tracking.naming_parts import Code, Field, Literal, Optional, Part
from rushes.tracking.naming_tokens import MOST_DIGITS, Alphabet, Number


def pattern(parts: Sequence[Part], *, open_token: str = "", lazy: bool = False) -> re.Pattern[str]:
    """The expression for names of these parts, a group for each token.

    A closed token that gave back a character would fail at once on what follows it, and only one
    is open: so no name takes long, however it is made.
    """
    return re.compile(_all(parts, set(), open_token=open_token, lazy=lazy))


def is_certain(parts: Sequence[Part], open_token: str) -> bool:
    """Whether a name can be read in one way at most, by the template alone."""
    return not open_token and all(
        isinstance(part, Literal) or (isinstance(part, Field) and not isinstance(part.kind, Code))
        for part in parts
    )


def _all(parts: Iterable[Part], known: set[str], *, open_token: str, lazy: bool) -> str:
    made = []
    for part in parts:
        if isinstance(part, Literal):
            made.append(re.escape(part.text))
        elif isinstance(part, Optional):
            inside = _all(part.parts, known, open_token=open_token, lazy=lazy)
            made.append(f"(?:{inside})?{'?' if lazy else ''}")
        elif part.name in known:
            made.append(f"(?P={part.name})")
        else:
            known.add(part.name)
            more = "?" if lazy and part.name == open_token else ""
            made.append(f"(?P<{part.name}>{_value(part, more, lazy=lazy)})")
    return "".join(made)


def _value(field: Field, more: str, *, lazy: bool) -> str:
    if isinstance(field.kind, Number):
        return _number(field.kind.padding)
    if isinstance(field.kind, Alphabet):
        return f"[{re.escape(''.join(sorted(field.kind.characters)))}]+{more}"
    return code(field.kind, lazy=lazy)


def code(kind: Code, *, lazy: bool = False) -> str:
    """The expression for a code of any of the grammars, without groups."""
    grammars = reversed(kind.grammars) if lazy else kind.grammars
    return "|".join(_grammar(parts, lazy=lazy) for parts in grammars)


def _grammar(parts: Sequence[Part], *, lazy: bool) -> str:
    made = []
    for part in parts:
        assert not isinstance(part, Optional)
        more = "?" if lazy else ""
        made.append(
            re.escape(part.text) if isinstance(part, Literal) else _value(part, more, lazy=lazy)
        )
    return "".join(made)


def _number(padding: int) -> str:
    wider = f"|[1-9][0-9]{{{padding},{MOST_DIGITS - 1}}}" if padding < MOST_DIGITS else ""
    return f"(?:[0-9]{{{padding}}}{wider})(?![0-9])"
