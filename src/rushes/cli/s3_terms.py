"""What is said to S3 by commands that move files: which one, as whom, and on what terms."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rushes import bootstrap
from rushes.core.errors import Code, RushesError
from rushes.core.escape import escape
from rushes.core.units import parse_bytes
from rushes.ports.storage_writing import Terms

if TYPE_CHECKING:
    from rushes.transfer.learning import Place

_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_ENCRYPTIONS = ("AES256", "aws:kms")


def use_endpoint(url: str) -> None:
    """Have all talk to this S3, where one is named: both libraries, and programs of others."""
    if url:
        os.environ[_ENDPOINTS[0]] = url


def where(profile: str) -> str:
    """Which S3 it is, as buckets of one name may be on several."""
    endpoint = next((os.environ[one] for one in _ENDPOINTS if os.environ.get(one)), "")
    profile = profile or os.environ.get("AWS_PROFILE", "")
    return f" at {endpoint.rstrip('/')}" if endpoint else f" ({profile})" if profile else ""


def place(url: str, profile: str) -> Place:
    """The folder of a bucket, as that profile sees it."""
    return bootstrap.place(url.replace("s3://", f"s3://{profile}@", 1) if profile else url)


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
