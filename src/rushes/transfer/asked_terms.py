"""Terms and limits of a transfer as people write them."""

from __future__ import annotations

from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.units import parse_bytes
from rushes.ports.storage_writing import Terms

_ENCRYPTIONS = ("AES256", "aws:kms")


def a_second(bandwidth: str) -> int:
    """Bytes a second; 0 where nothing is said. Raises `settings.invalid`."""
    return parse_bytes(bandwidth.removesuffix("/s")) if bandwidth else 0


def terms(storage_class: str, sse: str) -> Terms:
    """How what is uploaded is kept. Raises `usage`."""
    name, _, key = sse.partition(":") if sse.startswith("AES") else _service(sse)
    if sse and (name not in _ENCRYPTIONS or (key and name == _ENCRYPTIONS[0])):
        raise RushesError(
            Code.USAGE,
            f"{escape(sse)!r} is no way to encrypt that S3 has.",
            hint="Write --sse AES256, --sse aws:kms, or --sse aws:kms:KEY.",
        )
    return Terms(storage_class=storage_class, encryption=name, encryption_key=key)


def _service(text: str) -> tuple[str, str, str]:
    service, _, rest = text.partition(":")
    kind, colon, key = rest.partition(":")
    return f"{service}:{kind}" if kind else service, colon, key
