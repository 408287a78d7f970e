r"""Paths of any bytes as clean text, and back.

A file name on Linux may hold any byte but NUL and `/`. Records, JSON, signatures and terminals
take only UTF-8, and a control character in a name can corrupt a log or a terminal. So a name
becomes text like this: a backslash is doubled; a byte that is no valid UTF-8, a control character
(C0, DEL, C1) or a line separator (U+2028, U+2029) is written `\xNN`, byte by byte. Everything
else stays as it is. `unescape(escape(path)) == path` for every path.

Characters that turn the reading direction, or that nobody sees, stay as well: they harm no record,
but a person who is shown such a name may take it for another. `visible` writes them out.
"""

from __future__ import annotations

import os
import re

from rushes.core.errors import Code, RushesError

_ODD = "[\x00-\x1f\x7f-\x9f\\\\\u2028\u2029\ud800-\udfff]"
_ESCAPED = r"\\(\\|x[0-9A-Fa-f]{2})"


def escape(path: str) -> str:
    """Text that records and terminals can hold, from a path as the file system gave it."""
    # One look tells whether a path needs any work; nearly none does.
    return path if path.isprintable() and "\\" not in path else re.sub(_ODD, _escaped, path)


def visible(text: str) -> str:
    r"""`text` for people to look at: format characters, as they turn the reading direction or have
    no width, are written `\u202e`.
    """
    if text.isascii() or text.isprintable():
        return text
    from unicodedata import category

    return "".join(repr(one)[1:-1] if category(one) == "Cf" else one for one in text)


def unescape(text: str) -> str:
    r"""The path as the file system knows it.

    Raises `usage` on a lone backslash, and on what `escape` would have written otherwise: two
    texts for one path would make two records of it, and `\x2f` would hide a slash.
    """
    if "\\" not in text:
        return text
    if "\\" in re.sub(_ESCAPED, "", text):
        raise _refused(text, "a backslash stands alone")
    raw = bytearray()
    at = 0
    for found in re.finditer(_ESCAPED, text):
        raw += os.fsencode(text[at : found.start()])
        code = found.group(1)
        raw += b"\\" if code == "\\" else bytes.fromhex(code[1:])
        at = found.end()
    raw += os.fsencode(text[at:])
    path = os.fsdecode(bytes(raw))
    if escape(path) != re.sub(_ESCAPED, lambda one: one.group().lower(), text):
        raise _refused(text, "a character is escaped that need not be")
    return path


def _refused(text: str, why: str) -> RushesError:
    return RushesError(
        Code.USAGE,
        f"{text!r} is not an escaped path: {why}.",
        hint=r"Write a backslash as \\ and an odd byte as \xNN.",
    )


def _escaped(found: re.Match[str]) -> str:
    character = found.group()
    if character == "\\":
        return "\\\\"
    return "".join(f"\\x{byte:02x}" for byte in os.fsencode(character))
