"""The lines to S3: one library for objects, another for the parts of large ones."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from rushes.adapters.aws import Access
from rushes.core.errors import Code, RushesError
from rushes.core.extras import not_installed

_AT_ONCE = 64  # connections of the second library

# Threads of the library, which do the talking, are not there in a forked process: it would wait
# for them for ever. This is the process that has them.
_talking: int | None = None


class Line(NamedTuple):
    """The library's own object, and what the other end is called in messages."""

    store: Any
    place: str


class Limits(NamedTuple):
    """How long things may take, in seconds, and how often each is tried anew."""

    connect: float = 5
    silence: float = 10
    request: float = 60
    retries: int = 2


LIMITS = Limits()


def library() -> Any:
    """The library of objects. Raises `dependency.missing`."""
    return _imported("obstore")


def checksums() -> Any:
    """The library of checksums. Raises `dependency.missing`."""
    return _imported("awscrt.checksums")


def opened(
    bucket: str, way: Access, limits: Limits, *, encryption: str = "", encryption_key: str = ""
) -> Line:
    """The line of objects. What is sent through it bears a CRC-64 that S3 checks it by."""
    given = {
        "region": way.region,
        "aws_endpoint_url_s3": way.endpoint,
        "access_key_id": way.key_id,
        "secret_access_key": way.secret,
        "session_token": way.token,
        "checksum_algorithm": "CRC64NVME",
        "unsigned_payload": "" if way.signs_bodies else "true",
        "aws_server_side_encryption": encryption,
        "aws_sse_kms_key_id": encryption_key,
    }
    connect, silence, request = (timedelta(seconds=one) for one in limits[:3])
    obstore = library()
    try:
        store = obstore.store.S3Store(
            bucket,
            config={name: value for name, value in given.items() if value},
            client_options={
                "allow_http": way.plain_http,
                "connect_timeout": connect,
                "read_timeout": silence,
                "timeout": request,
            },
            retry_config={"max_retries": limits.retries, "retry_timeout": request},
            **_borrowing(way),
        )
    except (obstore.exceptions.BaseError, ValueError):
        raise RushesError(
            Code.SETTINGS_INVALID,
            f"The settings for S3 at {way.place} make no sense to the library that talks to it.",
            hint="Look at the variables that begin with AWS_.",
        ) from None
    return Line(store, way.place)


def client(way: Access, limits: Limits) -> Line:
    """The line of parts: AWS's own library, which lets one part of an object be sent at a time."""
    boto3, config = _imported("boto3"), _imported("botocore.config")
    session = boto3.session.Session(profile_name=way.borrowed or None)
    keys = {
        "aws_access_key_id": way.key_id,
        "aws_secret_access_key": way.secret,
        "aws_session_token": way.token,
    }
    store = session.client(
        "s3",
        region_name=way.region,
        endpoint_url=way.endpoint or None,
        **{name: value for name, value in keys.items() if value},
        config=config.Config(
            connect_timeout=max(limits.connect, limits.silence),
            # Putting parts together takes S3 its time, and it may say nothing until it is done.
            read_timeout=limits.request,
            retries={"total_max_attempts": limits.retries + 1, "mode": "standard"},
            max_pool_connections=_AT_ONCE,
            # Checksums are made by us, so that they can be held against the whole file's.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={
                "addressing_style": "path" if way.endpoint else "auto",
                "payload_signing_enabled": way.signs_bodies,
            },
        ),
    )
    return Line(store, way.place)


def begin_talking() -> None:
    """Refuse to where it would last for ever. Raises `executor.failed`."""
    global _talking
    if _talking is None:
        _talking = os.getpid()
    elif _talking != os.getpid():
        raise RushesError(
            Code.EXECUTOR_FAILED,
            "S3 was in use when this process was forked, so it cannot be used here.",
            hint="Start worker processes before S3 is used, or start them anew (spawn).",
        )


def _borrowing(way: Access) -> dict[str, Any]:
    """Keys that a profile borrows (a role, a sign-in), as AWS's own library gets them."""
    if not way.borrowed:
        return {}
    session = _imported("boto3").session.Session(profile_name=way.borrowed)
    provider = _imported("obstore.auth.boto3").Boto3CredentialProvider(session)
    return {"credential_provider": provider}


@cache
def _imported(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise not_installed("What talks to S3", "s3") from error
