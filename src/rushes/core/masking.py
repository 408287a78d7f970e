"""Text with its secrets covered."""

from __future__ import annotations

import re

MASK = "***"

_LOGIN = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<user>[^\s:/@]*):[^\s/]*@")
_PAIR = re.compile(
    r"(?P<name>\b(?:password|passwd|pwd|secret|token|api_?key|sslpassword)\s*[=:]\s*)"
    r"(?:'[^']*'|\"[^\"]*\"|[^\s&;,'\"]+)",
    re.IGNORECASE,
)


def masked(text: str) -> str:
    """`text` without the passwords of URLs (`scheme://user:password@`) and of `password=` pairs."""
    if "://" in text:
        text = _LOGIN.sub(rf"\g<scheme>\g<user>:{MASK}@", text)
    return _PAIR.sub(rf"\g<name>{MASK}", text)


def masked_secret(text: str) -> str:
    """A secret setting as it may be shown: a URL without its password, anything else covered."""
    return masked(text) if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text) else MASK
