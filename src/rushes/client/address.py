"""Where a server is, checked before anything is sent there."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from rushes.core.errors import Code, RushesError
from rushes.core.masking import masked

_API = "/api/v1"


def server_address(text: str) -> str:
    """`text` without a slash at its end: `https://rushes.studio`, or a path below a host.

    Raises `settings.invalid` for what is no address of a server, or holds a password.
    """
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _invalid(text) from None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise _invalid(text)
    if "@" in parts.netloc:
        raise RushesError(
            Code.SETTINGS_INVALID,
            "The address of the Rushes server holds a login.",
            hint="Leave it out: who asks is told by the token alone (server.token).",
        )
    return _without_api(parts)


def checked_token(text: str) -> str:
    """A token that fits a header. Raises `settings.invalid`, without a word of it."""
    token = text.strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise RushesError(
            Code.SETTINGS_INVALID,
            "The token for the Rushes server holds characters that no token holds.",
            hint="Copy it again as `rushes token create` printed it.",
        )
    return token


def _without_api(parts: SplitResult) -> str:
    path = parts.path.rstrip("/").removesuffix(_API)
    return f"{parts.scheme}://{parts.netloc}{path}"


def _invalid(text: str) -> RushesError:
    return RushesError(
        Code.SETTINGS_INVALID,
        f"{masked(text)[:200]!r} is no address of a Rushes server.",
        hint="Write it as https://rushes.studio or http://10.0.0.5:8600.",
    )
