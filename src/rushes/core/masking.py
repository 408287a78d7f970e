"""Text with its secrets covered."""

from __future__ import annotations

import re

MASK = "***"

_LOGIN = r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<user>[^\s:/@]*):[^\s/]*@"
# A database's password may be written with any character but a blank: all up to the last @ is it.
_DATABASE = r"(?i)(?P<scheme>\bpostgres(?:ql)?://)(?P<user>[^\s:/?#@]*):[^\s\"]*@"
_PAIR = (
    r"(?i)(?P<name>\b(?:password|passwd|pwd|secret|token|api_?key|sslpassword)\s*[=:]\s*)"
    r"(?:'(?:[^'\\]|\\.)*'|\"[^\"]*\"|[^\s&;,'\"]+)"
)
_SIGNS = ("pass", "pwd", "secret", "token", "key")  # one of them is in every pair


def masked(text: str) -> str:
    """`text` without the passwords of URLs (`scheme://user:password@`) and of `password=` pairs."""
    if "://" in text and "@" in text:
        text = re.sub(_DATABASE, rf"\g<scheme>\g<user>:{MASK}@", text)
        text = re.sub(_LOGIN, rf"\g<scheme>\g<user>:{MASK}@", text)
    plain = text.casefold()
    if any(one in plain for one in _SIGNS):
        text = re.sub(_PAIR, rf"\g<name>{MASK}", text)
    return text


def masked_secret(text: str) -> str:
    """A secret setting as it may be shown: a URL without its password, anything else covered."""
    return masked(text) if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text) else MASK
