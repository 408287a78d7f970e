"""What is said to S3 by commands that move files: which one, as whom, and on what terms."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rushes import bootstrap
from rushes.core import aws_places
from rushes.transfer.asked_terms import a_second, terms

if TYPE_CHECKING:
    from rushes.transfer.learning import Place

__all__ = ["a_second", "place", "terms", "use_endpoint", "where"]


def use_endpoint(url: str) -> None:
    """Have all talk to this S3, where one is named: both libraries, and programs of others."""
    if url:
        os.environ[aws_places.ENDPOINTS[0]] = url


def where(profile: str) -> str:
    """Which S3 it is, as buckets of one name may be on several."""
    endpoint = aws_places.endpoint(os.environ)
    profile = profile or os.environ.get("AWS_PROFILE", "")
    return f" at {endpoint.rstrip('/')}" if endpoint else f" ({profile})" if profile else ""


def place(url: str, profile: str) -> Place:
    """The folder of a bucket, as that profile sees it."""
    return bootstrap.place(url.replace("s3://", f"s3://{profile}@", 1) if profile else url)
